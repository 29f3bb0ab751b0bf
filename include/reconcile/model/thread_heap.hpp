#pragma once

#include <cstddef>

namespace reconcile::model {

/// For a thread that is about to build much and give it to others: while this lives, its part of
/// the heap has address space for `bytes` and lies on huge pages where the kernel grants them, as a
/// page fault costs more than what is done with most pages. A hint: nothing depends on it.
class ThreadHeap {
 public:
  explicit ThreadHeap(std::size_t bytes);
  ~ThreadHeap();
  ThreadHeap(const ThreadHeap&) = delete;
  ThreadHeap& operator=(const ThreadHeap&) = delete;

 private:
  void* skipped_ = nullptr;
};

}  // namespace reconcile::model
