#pragma once

#include <boost/asio/io_context.hpp>

#include "reconcile/io/executor.hpp"

namespace reconcile::io {

/// The executor's event loop, for the sources of this library.
boost::asio::io_context& loop_context(Executor& executor);

/// Runs `task` on the loop and waits for it; in place where the caller is the loop or the executor
/// has stopped. `task` must not throw.
void run_on_loop_and_wait(Executor& executor, const Task& task);

}  // namespace reconcile::io
