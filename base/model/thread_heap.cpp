#include "reconcile/model/thread_heap.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

namespace reconcile::model {

ThreadHeap::ThreadHeap(std::size_t bytes) {
  constexpr std::uintptr_t huge_page_bytes = 2U << 20U;
  // What a thread's heap has once grown to, it keeps.
  void* const volatile room = std::malloc(bytes + huge_page_bytes);
  if (room == nullptr) return;
  const auto at = reinterpret_cast<std::uintptr_t>(room);
  const std::uintptr_t start = (at + huge_page_bytes) & ~(huge_page_bytes - 1);
  ::madvise(reinterpret_cast<void*>(start), bytes & ~(huge_page_bytes - 1), MADV_HUGEPAGE);
  std::free(room);
  // The pages before have been touched, so that they stay small: they are passed over.
  skipped_ = std::malloc(start - at);
}

ThreadHeap::~ThreadHeap() {
  std::free(skipped_);
}

}  // namespace reconcile::model
