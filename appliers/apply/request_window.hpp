#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace reconcile::appliers {

/// How many requests may be under way for all who share it. Places are handed out in turn, one to
/// each who waits. Safe from any thread.
class RequestWindow {
 public:
  explicit RequestWindow(std::size_t places) : free_(places) {}

  /// One of those who share the window, used by one thread.
  class Guest {
   public:
    /// `wake` is called from any thread when a place that was waited for is there; it must not
    /// block, nor call the window.
    Guest(std::shared_ptr<RequestWindow> window, std::function<void()> wake);
    /// Places that were handed over and not taken go back; those taken stay so until `give`.
    ~Guest();
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

    /// Whether there was a place; where there was none the guest waits for one from now on.
    [[nodiscard]] bool take();

   private:
    friend class RequestWindow;
    std::shared_ptr<RequestWindow> window_;
    std::function<void()> wake_;
    std::size_t granted_ = 0;
    bool waiting_ = false;
  };

  /// A place that was taken is free again.
  void give();

 private:
  void give_locked();

  std::mutex mutex_;
  std::size_t free_;
  std::deque<Guest*> waiting_;
};

}  // namespace reconcile::appliers
