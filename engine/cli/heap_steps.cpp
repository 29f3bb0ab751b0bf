#include "engine/cli/heap_steps.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace reconcile::engine {
namespace {

// Address space only: pages are taken when they are touched.
constexpr int step_bytes = 64 << 20;
constexpr int mapped_bytes_min = 32 << 20;
constexpr std::uintptr_t huge_page_bytes = 2U << 20U;

}  // namespace

void grow_heap_in_large_steps() {
  ::mallopt(M_MMAP_THRESHOLD, mapped_bytes_min);
  ::mallopt(M_TRIM_THRESHOLD, 2 * step_bytes);
  ::mallopt(M_TOP_PAD, step_bytes);
  // A request that the heap at its start cannot hold makes it take the first step.
  void* const volatile room = std::malloc(std::size_t{1} << 20U);
  std::free(room);
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  if (end < step_bytes) return;
  const std::uintptr_t start = (end - step_bytes + huge_page_bytes) & ~(huge_page_bytes - 1);
  ::madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
}

}  // namespace reconcile::engine
