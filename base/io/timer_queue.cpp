#include "base/io/timer_queue.hpp"

namespace reconcile::io {

std::shared_ptr<Timer::State> TimerQueue::add(model::SteadyTime due, Task task, bool& earliest) {
  auto state = std::make_shared<Timer::State>();
  state->queue = weak_from_this();
  state->task = std::move(task);
  const std::lock_guard lock(mutex_);
  state->place = timers_.emplace(due, state);
  earliest = state->place == timers_.begin();
  return state;
}

bool TimerQueue::cancel(Timer::State& timer) {
  Task dropped;  // Destroyed outside the lock: it may own a handle to another timer.
  std::shared_ptr<Timer::State> keep;
  const std::lock_guard lock(mutex_);
  if (!timer.pending) return false;
  timer.pending = false;
  dropped.swap(timer.task);
  keep = timer.place->second;
  timers_.erase(timer.place);
  return true;
}

std::vector<Task> TimerQueue::take_due(model::SteadyTime now) {
  std::vector<Task> due;
  const std::lock_guard lock(mutex_);
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Timer::State& timer = *timers_.begin()->second;
    timer.pending = false;
    due.push_back(std::move(timer.task));
    timers_.erase(timers_.begin());
  }
  return due;
}

std::optional<model::SteadyTime> TimerQueue::next_due() const {
  const std::lock_guard lock(mutex_);
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

void TimerQueue::clear() {
  std::multimap<model::SteadyTime, std::shared_ptr<Timer::State>> dropped;
  const std::lock_guard lock(mutex_);
  for (auto& [due, timer] : timers_) timer->pending = false;
  dropped.swap(timers_);
}

bool Timer::cancel() {
  if (!state_) return false;
  const auto queue = state_->queue.lock();
  return queue && queue->cancel(*state_);
}

}  // namespace reconcile::io
