#include "renderers/gotemplate/deep_stack.hpp"

#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::gotemplate {
namespace {

// What may be used of the caller's stack, and what is left of it in any case.
constexpr std::size_t caller_bytes = std::size_t{384} << 10U;
constexpr std::size_t caller_reserve_bytes = std::size_t{512} << 10U;
#if defined(__SANITIZE_THREAD__)
// The thread sanitizer ends a program with more than 65,536 calls in one thread.
constexpr std::size_t large_bytes = std::size_t{12} << 20U;
#else
// Below 64 MiB, which is what the address sanitizer cleans when an exception leaves a thread.
constexpr std::size_t large_bytes = std::size_t{60} << 20U;
#endif
// Left for functions that are called at the deepest level (they bound their own depth).
constexpr std::size_t reserve_bytes = std::size_t{2} << 20U;

/// The lowest address that the first thread's stack may grow to. The C library would read it from
/// /proc, which takes longer than many templates.
const char* first_stack_end() {
  constexpr rlim_t unlimited_bytes = rlim_t{8} << 20U;
  const char* top = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (top == nullptr) top = static_cast<const char*>(__builtin_frame_address(0));
  rlimit limit{};
  const bool is_known = ::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return top - (is_known ? limit.rlim_cur : unlimited_bytes);
}

const char* find_stack_end() {
  if (::gettid() == ::getpid()) return first_stack_end();
  void* lowest = nullptr;
  std::size_t bytes = 0;
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
    ::pthread_attr_getstack(&attributes, &lowest, &bytes);
    ::pthread_attr_destroy(&attributes);
  }
  if (lowest != nullptr) return static_cast<const char*>(lowest);
  return static_cast<const char*>(__builtin_frame_address(0)) - caller_bytes - caller_reserve_bytes;
}

/// The lowest address of this thread's stack, which no work may reach.
const char* stack_end() {
  static thread_local const char* const end = find_stack_end();
  return end;
}

struct Job {
  const std::function<void()>* work;
  std::function<void(const char*)> enter;
  std::exception_ptr failure;
};

void* run_job(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  try {
    job.enter(static_cast<const char*>(__builtin_frame_address(0)));
    (*job.work)();
  } catch (...) {
    job.failure = std::current_exception();
  }
  return nullptr;
}

}  // namespace

DeepStack::DeepStack()
    : lowest_(std::max(static_cast<const char*>(__builtin_frame_address(0)) - caller_bytes,
                       stack_end() + caller_reserve_bytes)),
      highest_(static_cast<const char*>(__builtin_frame_address(0)) + caller_bytes) {
}

void DeepStack::run_elsewhere(const std::function<void()>& work) {
  if (on_large_stack_) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "template is nested more deeply than a stack of " +
                           std::to_string(large_bytes >> 20U) + " MiB allows");
  }
  const DeepStack saved = *this;
  Job job{&work,
          [this](const char* top) {
            highest_ = top;
            lowest_ = top - (large_bytes - reserve_bytes);
            on_large_stack_ = true;
          },
          nullptr};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, large_bytes);
  pthread_t thread{};
  const int failed = pthread_create(&thread, &attributes, run_job, &job);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    throw model::Error(
        model::ErrorCode::limit_exceeded,
        "no thread with a larger stack could be started for a deeply nested template");
  }
  pthread_join(thread, nullptr);
  *this = saved;
  if (job.failure) std::rethrow_exception(std::exchange(job.failure, nullptr));
}

}  // namespace reconcile::gotemplate
