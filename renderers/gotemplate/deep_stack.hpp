#pragma once

#include <cstddef>
#include <functional>

namespace reconcile::gotemplate {

/// Keeps deep recursion from overflowing the stack, whatever its size and that of a level: work
/// runs on the caller's stack as long as little of it is used and enough is left, then once on a
/// thread of its own with a large stack, and fails where that is used up.
class DeepStack {
 public:
  DeepStack();

  /// Calls `work` with room for at least one more level. Throws Error(limit_exceeded) without room.
  template <class Work>
  void run(Work&& work) {
    if (has_room()) {
      work();
    } else {
      run_elsewhere(std::ref(work));
    }
  }
  [[nodiscard]] bool has_room() const noexcept {
    const char* here = static_cast<const char*>(__builtin_frame_address(0));
    return here > lowest_ && here <= highest_;
  }

 private:
  void run_elsewhere(const std::function<void()>& work);

  const char* lowest_;
  const char* highest_;
  bool on_large_stack_ = false;
};

}  // namespace reconcile::gotemplate
