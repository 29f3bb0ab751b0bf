#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "reconcile/model/arena.hpp"

namespace reconcile::kustomize {

/// What belongs to one thread of a build, so that nobody else writes to it.
struct WorkPlace {
  std::shared_ptr<model::Arena> arena;
  std::string text;  ///< what was written here, piece behind piece
};

/// Runs pieces of work on further threads ahead of the moment they are asked for. A piece that no
/// thread has begun by then runs on the thread that asks: without threads all of them do, and what
/// they give is the same. Pieces are added and asked for by one thread.
class WorkAhead {
 public:
  using Work = std::function<void(WorkPlace&)>;

  /// One piece of work, known to who added it.
  class Piece {
   public:
    explicit Piece(Work work) : work_(std::move(work)) {}

   private:
    friend class WorkAhead;
    enum class State : std::uint8_t { waiting, running, done };
    Work work_;
    State state_ = State::waiting;
    std::exception_ptr error_;
  };

  /// `threads` work in all, the one that asks, with `arena`, included.
  WorkAhead(std::shared_ptr<model::Arena> arena, unsigned threads);
  /// Pieces that nobody asked for may never run.
  ~WorkAhead();
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;

  /// `bytes` is about how much text the piece reads or writes: threads start once enough waits.
  std::shared_ptr<Piece> add(Work work, std::size_t bytes);
  /// Returns when the piece is done; throws what it threw.
  void finish(Piece& piece);
  /// Whether there is only one thread.
  [[nodiscard]] bool is_alone() const noexcept { return threads_max_ == 0; }

 private:
  void start_threads();
  void run_thread(WorkPlace& place);
  void run(Piece& piece, WorkPlace& place, std::unique_lock<std::mutex>& lock);
  std::shared_ptr<Piece> next_waiting();

  std::size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Piece>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  WorkPlace own_;
  std::deque<WorkPlace> places_;  ///< of the threads
  std::vector<std::thread> threads_;
};

}  // namespace reconcile::kustomize
