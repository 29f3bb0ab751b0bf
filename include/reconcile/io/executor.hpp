#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "reconcile/model/clock.hpp"

namespace reconcile::io {

/// A piece of work. What it throws is logged by the executor and otherwise lost.
using Task = std::function<void()>;

struct ExecutorOptions {
  /// Threads of the pool for pure work; 0 means one per core, at least 2.
  std::size_t workers = 0;
  /// Where timers take their time from; must outlive the executor.
  const model::Clock* clock = &model::system_clock();
};

/// A handle to one timer. Copies share the timer; dropping the handle lets the timer run.
class Timer {
 public:
  /// A handle to no timer; `cancel` does nothing.
  Timer() = default;
  /// Makes sure that the task does not start any more, from any thread. Answers whether that was in
  /// time: false if it has run, is running or was cancelled before.
  bool cancel();

  struct State;

 private:
  friend class Executor;
  explicit Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// One event-loop thread for sockets and timers, and a fixed pool for pure work. Every member may
/// be called from any thread. Work on the loop must not block.
class Executor {
 public:
  /// Starts the threads.
  explicit Executor(const ExecutorOptions& options = {});
  /// Stops with a limit of 5 seconds.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Runs `task` on the loop thread, later than this call. Dropped once `stop` has ended.
  void post_loop(Task task);
  /// Runs `task` on a pool thread, in no order. Dropped once `stop` has begun.
  void post_pool(Task task);
  /// Runs `task` on the loop thread when `delay` has passed on the executor's clock.
  Timer schedule_after(std::chrono::nanoseconds delay, Task task);
  /// Starts the timers that the clock says are due. For tests that move a fake clock: with the
  /// system clock the loop does this by itself.
  void run_due_timers();

  /// Whether the caller runs on the loop thread, where nothing may block.
  [[nodiscard]] bool on_loop() const noexcept;
  [[nodiscard]] const model::Clock& clock() const noexcept;
  [[nodiscard]] std::size_t workers() const noexcept;

  /// Whether `stop` has ended every thread: nothing runs any more.
  [[nodiscard]] bool stopped() const noexcept;

  /// Lets pool tasks that are queued finish, drops timers, ends the loop and joins the threads.
  /// Answers false if `limit` passed first; queued tasks are then dropped, running ones still
  /// joined. Must not be called from a task.
  bool stop(std::chrono::milliseconds limit);

  struct Impl;
  /// For the rest of this library (base/io/loop.hpp).
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Runs tasks on the pool one after another, in the order of `post`. Copies share the queue; the
/// executor must outlive every task.
class SerialQueue {
 public:
  explicit SerialQueue(Executor& executor);
  /// From any thread, also from a task of this queue.
  void post(Task task);
  /// Whether the caller runs inside a task of this queue.
  [[nodiscard]] bool inside() const noexcept;
  /// Tasks that wait or run.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace reconcile::io
