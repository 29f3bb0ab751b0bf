#include "reconcile/io/executor.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>

#include "base/io/loop.hpp"
#include "base/io/timer_queue.hpp"
#include "base/io/worker_pool.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::io {

struct Executor::Impl {
  explicit Impl(const ExecutorOptions& options)
      : clock(*options.clock),
        guard(boost::asio::make_work_guard(context)),
        wake(context),
        pool(options.workers != 0 ? options.workers
                                  : std::max(2U, std::thread::hardware_concurrency())) {}

  void run_due() {
    for (Task& task : timers->take_due(clock.steady_now())) {
      run_guarded(task);
    }
    arm();
  }

  /// On the loop. A clock that stands still only makes the loop look again after the same wait.
  void arm() {
    const auto due = timers->next_due();
    if (!due || stopping.load()) {
      wake.cancel();
      return;
    }
    const auto wait =
        std::max<std::chrono::nanoseconds>(*due - clock.steady_now(), std::chrono::nanoseconds(0));
    wake.expires_after(wait);
    wake.async_wait([this](const boost::system::error_code& error) {
      if (!error) run_due();
    });
  }

  const model::Clock& clock;
  /// No concurrency hint: with a hint of 1, Asio puts what the loop itself posts behind what others
  /// post later, and causes would come after their effects.
  boost::asio::io_context context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
  boost::asio::steady_timer wake;
  std::shared_ptr<TimerQueue> timers = std::make_shared<TimerQueue>();
  WorkerPool pool;
  std::atomic<bool> stopping{false};
  std::atomic<bool> stopped{false};
  std::atomic<bool> ended{false};
  std::thread loop;
  std::atomic<std::thread::id> loop_id{};
};

Executor::Executor(const ExecutorOptions& options) : impl_(std::make_unique<Impl>(options)) {
  std::promise<void> running;
  impl_->loop = std::thread([this, &running] {
    impl_->loop_id = std::this_thread::get_id();
    running.set_value();
    for (;;) {
      try {
        impl_->context.run();
        return;
      } catch (const std::exception& error) {  // A bug, but the process has more to do.
        log().error("The event loop caught an exception", {{"err", error.what()}});
      }
    }
  });
  running.get_future().wait();
}

Executor::~Executor() {
  stop(std::chrono::seconds(5));
}

void Executor::post_loop(Task task) {
  if (impl_->ended.load()) return;
  boost::asio::post(impl_->context, [task = std::move(task)]() mutable { run_guarded(task); });
}

void Executor::post_pool(Task task) {
  impl_->pool.post(std::move(task));
}

Timer Executor::schedule_after(std::chrono::nanoseconds delay, Task task) {
  if (impl_->stopping.load()) return {};
  bool earliest = false;
  const auto due = impl_->clock.steady_now() + std::max(delay, std::chrono::nanoseconds(0));
  auto state = impl_->timers->add(due, std::move(task), earliest);
  if (earliest) post_loop([this] { impl_->arm(); });
  return Timer(std::move(state));
}

void Executor::run_due_timers() {
  post_loop([this] { impl_->run_due(); });
}

bool Executor::on_loop() const noexcept {
  return impl_->loop_id.load() == std::this_thread::get_id();
}

const model::Clock& Executor::clock() const noexcept {
  return impl_->clock;
}

std::size_t Executor::workers() const noexcept {
  return impl_->pool.workers();
}

bool Executor::stopped() const noexcept {
  return impl_->ended.load();
}

bool Executor::stop(std::chrono::milliseconds limit) {
  if (impl_->stopped.exchange(true)) return true;
  const bool drained = impl_->pool.stop(limit);
  impl_->stopping = true;
  impl_->timers->clear();
  impl_->guard.reset();
  impl_->context.stop();
  impl_->loop.join();
  impl_->loop_id = std::this_thread::get_id();
  // What was posted before the end still runs, so that nobody waits for it for ever.
  impl_->context.restart();
  impl_->context.poll();
  impl_->loop_id = std::thread::id();
  impl_->ended = true;
  return drained;
}

boost::asio::io_context& loop_context(Executor& executor) {
  return executor.impl().context;
}

void run_on_loop_and_wait(Executor& executor, const Task& task) {
  if (executor.on_loop() || executor.impl().ended.load()) {
    task();
    return;
  }
  std::promise<void> done;
  boost::asio::post(executor.impl().context, [&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace reconcile::io
