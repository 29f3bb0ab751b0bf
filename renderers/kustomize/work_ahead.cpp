#include "renderers/kustomize/work_ahead.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "reconcile/model/thread_heap.hpp"

namespace reconcile::kustomize {
namespace {

/// Below this a thread costs more than it saves (about 0.3 ms of reading).
constexpr std::size_t thread_bytes_min = std::size_t{64} << 10U;
/// Trees and texts of large builds; address space, not memory.
constexpr std::size_t heap_bytes_expected = std::size_t{32} << 20U;

}  // namespace

WorkAhead::WorkAhead(std::shared_ptr<model::Arena> arena, unsigned threads)
    : threads_max_(std::min(threads, std::max(1U, std::thread::hardware_concurrency())) - 1) {
  own_.arena = std::move(arena);
}

WorkAhead::~WorkAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

std::shared_ptr<WorkAhead::Piece> WorkAhead::add(Work work, std::size_t bytes) {
  auto piece = std::make_shared<Piece>(std::move(work));
  if (is_alone()) return piece;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(piece);
  waiting_bytes_ += bytes;
  if (idle_ > 0) changed_.notify_all();
  if (threads_.empty() && waiting_bytes_ >= thread_bytes_min) start_threads();
  return piece;
}

void WorkAhead::start_threads() {
  try {
    while (threads_.size() < threads_max_) {
      WorkPlace& place = places_.emplace_back();
      place.arena = std::make_shared<model::Arena>();
      // Trees that the threads make live as long as all others of the build.
      own_.arena->retain(place.arena);
      threads_.emplace_back([this, &place] { run_thread(place); });
    }
  } catch (const std::system_error&) {
    // What no thread does is done when it is asked for.
    threads_max_ = threads_.size();
  }
}

void WorkAhead::run_thread(WorkPlace& place) {
  const model::ThreadHeap heap(heap_bytes_expected);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (const std::shared_ptr<Piece> piece = next_waiting()) {
      run(*piece, place, lock);
      continue;
    }
    ++idle_;
    changed_.wait(lock);
    --idle_;
  }
}

std::shared_ptr<WorkAhead::Piece> WorkAhead::next_waiting() {
  while (!waiting_.empty()) {
    std::shared_ptr<Piece> piece = std::move(waiting_.front());
    waiting_.pop_front();
    if (piece->state_ == Piece::State::waiting) return piece;
  }
  return nullptr;
}

void WorkAhead::run(Piece& piece, WorkPlace& place, std::unique_lock<std::mutex>& lock) {
  piece.state_ = Piece::State::running;
  lock.unlock();
  try {
    piece.work_(place);
  } catch (...) {
    piece.error_ = std::current_exception();
  }
  lock.lock();
  piece.state_ = Piece::State::done;
  if (idle_ > 0) changed_.notify_all();
}

void WorkAhead::finish(Piece& piece) {
  std::unique_lock lock(mutex_);
  while (piece.state_ != Piece::State::done) {
    if (piece.state_ == Piece::State::waiting) {
      run(piece, own_, lock);
    } else if (const std::shared_ptr<Piece> other = next_waiting()) {
      // Better than to wait for the other thread.
      run(*other, own_, lock);
    } else {
      ++idle_;
      changed_.wait(lock);
      --idle_;
    }
  }
  if (piece.error_) std::rethrow_exception(piece.error_);
}

}  // namespace reconcile::kustomize
