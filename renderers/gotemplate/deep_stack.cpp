#include "renderers/gotemplate/deep_stack.hpp"

#include <pthread.h>

#include <exception>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::gotemplate {
namespace {

// What may be used of the caller's stack, whose size is unknown but never below 1 MiB.
constexpr std::size_t caller_bytes = std::size_t{384} << 10U;
// Below 64 MiB, which is what the address sanitizer cleans when an exception leaves a thread.
constexpr std::size_t large_bytes = std::size_t{60} << 20U;
// Left for functions that are called at the deepest level (they bound their own depth).
constexpr std::size_t reserve_bytes = std::size_t{2} << 20U;

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
    : lowest_(static_cast<const char*>(__builtin_frame_address(0)) - caller_bytes),
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
