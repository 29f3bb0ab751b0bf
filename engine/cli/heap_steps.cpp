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
/// What a small render needs lies on small pages: as many as cost what one huge page costs.
constexpr std::uintptr_t small_pages_bytes = 512U << 10U;

std::uintptr_t next_huge_page(std::uintptr_t address) {
  return (address + huge_page_bytes - 1) & ~(huge_page_bytes - 1);
}

}  // namespace

void grow_heap_in_large_steps() {
  ::mallopt(M_MMAP_THRESHOLD, mapped_bytes_min);
  ::mallopt(M_TRIM_THRESHOLD, 2 * step_bytes);
  ::mallopt(M_TOP_PAD, step_bytes);
  // A request that the heap at its start cannot hold makes it take the first step.
  void* const volatile room = std::malloc(std::size_t{1} << 20U);
  std::free(room);
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const auto top = reinterpret_cast<std::uintptr_t>(room);
  const std::uintptr_t huge = next_huge_page(top + small_pages_bytes);
  if (room == nullptr || end < huge + huge_page_bytes) return;
  // Address space up to where the small pages shall begin, never touched and never given back.
  [[maybe_unused]] static void* volatile skipped;
  skipped = std::malloc(huge - top - small_pages_bytes);
  ::madvise(reinterpret_cast<void*>(huge), end - huge, MADV_HUGEPAGE);
}

}  // namespace reconcile::engine
