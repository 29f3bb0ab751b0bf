#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "base/io/worker_pool.hpp"
#include "reconcile/io/executor.hpp"

namespace reconcile::io {

/// A worker takes at most this many tasks before it lets other queues in.
constexpr std::size_t serial_turn_tasks_max = 32;

struct SerialQueue::State : std::enable_shared_from_this<State> {
  explicit State(Executor& e) : executor(e) {}

  void turn() {
    runner = std::this_thread::get_id();
    for (std::size_t done = 0; done < serial_turn_tasks_max; ++done) {
      Task task;
      {
        const std::lock_guard lock(mutex);
        if (tasks.empty()) {
          scheduled = false;
          runner = std::thread::id();
          return;
        }
        task = std::move(tasks.front());
        tasks.pop_front();
        running = true;
      }
      run_guarded(task);
      task = nullptr;
      const std::lock_guard lock(mutex);
      running = false;
    }
    runner = std::thread::id();
    executor.post_pool([self = shared_from_this()] { self->turn(); });
  }

  Executor& executor;
  mutable std::mutex mutex;
  std::deque<Task> tasks;
  bool scheduled = false;
  bool running = false;
  std::atomic<std::thread::id> runner{};
};

SerialQueue::SerialQueue(Executor& executor) : state_(std::make_shared<State>(executor)) {
}

void SerialQueue::post(Task task) {
  // After the executor's end nothing runs any more: what waits would keep those who are part of
  // their own tasks for ever.
  std::deque<Task> dropped;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->executor.stopped()) return dropped.swap(state_->tasks);
    state_->tasks.push_back(std::move(task));
    if (state_->scheduled) return;
    state_->scheduled = true;
  }
  state_->executor.post_pool([state = state_] { state->turn(); });
}

bool SerialQueue::inside() const noexcept {
  return state_->runner == std::this_thread::get_id();
}

std::size_t SerialQueue::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->tasks.size() + (state_->running ? 1 : 0);
}

}  // namespace reconcile::io
