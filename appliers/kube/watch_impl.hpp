#pragma once

#include "appliers/kube/list_run.hpp"
#include "reconcile/kube/watch.hpp"

namespace reconcile::kube {

/// The state machine of one watch: list → watch → (cut) watch → (gone, silent, told) list.
/// Everything but `shared` runs in the queue, one task at a time; tasks of an older connection
/// carry an older `turn` and do nothing.
struct Watcher::Impl : std::enable_shared_from_this<Impl> {
  Impl(std::shared_ptr<Client::Impl> c, Selection s, WatchHandlers h, WatchOptions o)
      : client(std::move(c)),
        selection(std::move(s)),
        handlers(std::move(h)),
        options(o),
        queue(client->executor) {}

  /// Runs `task` in the queue unless the watcher has ended.
  void post(std::function<void(Impl&)> task);
  /// The same, for what belongs to the present connection only.
  void post_for(std::uint64_t turn, std::function<void(Impl&)> task);
  [[nodiscard]] WatchState state() const;
  /// With `mutex` held.
  [[nodiscard]] bool is_fresh() const;

  void begin_list(RequestPurpose purpose);
  void step_list();
  void begin_watch(RequestPurpose purpose);
  void step_watch();
  void end();

  const std::shared_ptr<Client::Impl> client;
  const Selection selection;
  const WatchHandlers handlers;
  const WatchOptions options;
  io::SerialQueue queue;
  std::atomic<bool> stopping{false};

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  WatchState shared;             ///< guarded by `mutex`
  model::SteadyTime last_heard;  ///< guarded by `mutex`

 private:
  void drop_connection();
  void take_event(std::string_view raw);
  void take_bookmark(model::Value object);
  void take_error(model::Value status);
  void end_watch(const io::HttpResponse& answer);
  void take_version(std::string_view resource_version);
  void heard();
  void heard_by_watch(std::string_view resource_version);
  void trouble(const ApiStatus& status);
  /// What came cannot be followed, or a handler threw: only a list brings the state back.
  void derailed(const std::exception& error);
  /// After a failure: `next` runs when the back-off has passed, and the wait that the server asked
  /// for.
  void later(std::function<void(Impl&)> next, std::optional<std::chrono::seconds> asked = {});
  void guard_freshness();

  std::uint64_t turn_ = 0;
  std::unique_ptr<ListRun> list_;
  std::shared_ptr<ChunkPipe> pipe_;
  std::unique_ptr<EventDecoder> decoder_;
  io::Timer backoff_timer_;
  io::Timer freshness_timer_;
  std::string resource_version_;
  RequestPurpose watch_purpose_ = RequestPurpose::watch;
  int failures_ = 0;  ///< since a watch last told something
  bool heard_in_turn_ = false;
  bool needs_list_ = false;
  bool credentials_renewed_ = false;
};

/// Whether `left` is an older resource version than `right`. Kubernetes 1.35 and later define them
/// as decimal numbers; anything else compares as not older.
bool older_version(std::string_view left, std::string_view right);

}  // namespace reconcile::kube
