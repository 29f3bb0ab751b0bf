#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "reconcile/io/executor.hpp"

namespace reconcile::io {

class TimerQueue;

/// One timer. The task is taken out exactly once, by whoever comes first: the loop or `cancel`.
struct Timer::State {
  std::weak_ptr<TimerQueue> queue;
  std::multimap<model::SteadyTime, std::shared_ptr<State>>::iterator place;
  bool pending = true;  ///< guarded by the queue's lock
  Task task;            ///< likewise
};

/// Timers in order of their due time. Knows no clock: callers say what time it is.
class TimerQueue : public std::enable_shared_from_this<TimerQueue> {
 public:
  /// Sets `earliest` where the new timer is the first one due.
  std::shared_ptr<Timer::State> add(model::SteadyTime due, Task task, bool& earliest);
  bool cancel(Timer::State& timer);
  /// The tasks due at `now`, in order.
  std::vector<Task> take_due(model::SteadyTime now);
  [[nodiscard]] std::optional<model::SteadyTime> next_due() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::multimap<model::SteadyTime, std::shared_ptr<Timer::State>> timers_;
};

}  // namespace reconcile::io
