// Tests: test/appliers/apply/request_window_test.cpp.
#include "appliers/apply/request_window.hpp"

#include <algorithm>
#include <utility>

namespace reconcile::appliers {

RequestWindow::Guest::Guest(std::shared_ptr<RequestWindow> window, std::function<void()> wake)
    : window_(std::move(window)), wake_(std::move(wake)) {
}

RequestWindow::Guest::~Guest() {
  const std::lock_guard lock(window_->mutex_);
  std::erase(window_->waiting_, this);
  for (; granted_ > 0; --granted_) window_->give_locked();
}

bool RequestWindow::Guest::take() {
  const std::lock_guard lock(window_->mutex_);
  if (granted_ > 0) {
    --granted_;
    return true;
  }
  // Who comes later does not overtake those who wait.
  if (window_->free_ > 0 && window_->waiting_.empty()) {
    --window_->free_;
    return true;
  }
  if (!std::exchange(waiting_, true)) window_->waiting_.push_back(this);
  return false;
}

void RequestWindow::give() {
  const std::lock_guard lock(mutex_);
  give_locked();
}

void RequestWindow::give_locked() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  Guest* next = waiting_.front();
  waiting_.pop_front();
  next->waiting_ = false;
  ++next->granted_;
  next->wake_();
}

}  // namespace reconcile::appliers
