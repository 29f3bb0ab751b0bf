// Preloaded into a program: its time of day is off by the seconds that a file of eight bytes holds,
// which may change while it runs. Steady clocks stay right, as they do where a machine's clock
// jumps.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

using Offset = std::atomic<std::int64_t>;

const Offset* mapped_offset() {
  const char* path = std::getenv("RECONCILE_FALSE_CLOCK");
  if (path == nullptr) return nullptr;
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* mapped = ::mmap(nullptr, sizeof(Offset), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<const Offset*>(mapped);
}

std::int64_t offset() {
  static const Offset* const mapped = mapped_offset();
  return mapped == nullptr ? 0 : mapped->load();
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    out->tv_sec += offset();
  return result;
}

__attribute__((visibility("default"))) int gettimeofday(timeval* out, void* zone) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_gettimeofday, out, zone));
  if (result == 0) out->tv_sec += offset();
  return result;
}

__attribute__((visibility("default"))) time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
}
