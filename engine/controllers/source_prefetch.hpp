#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/controllers/source_controller.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/io/executor.hpp"

namespace reconcile::engine {

/// Keeps the mirror of the root's repository near while another replica leads, so that this one has
/// little to fetch when it takes over. Writes nothing but the mirror. Safe from any thread.
class SourcePrefetch {
 public:
  /// `executor` and `fetchers` must outlive the work: end `fetchers` before this goes.
  SourcePrefetch(io::Executor& executor, WorkPool& fetchers, std::string data_dir);
  /// Fetches now and then at the source's interval, until `stop`. A directory is left alone.
  void start(const RootSourceOptions& source);
  /// Ends the running fetch; none starts afterwards.
  void stop();

 private:
  void fetch(const RootSourceOptions& source, const std::optional<sources::Revision>& known);

  io::Executor& executor_;
  WorkPool& fetchers_;
  std::string data_dir_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::shared_ptr<sources::GitSource> running_;
};

}  // namespace reconcile::engine
