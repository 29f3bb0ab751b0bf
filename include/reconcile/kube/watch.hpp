#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reconcile/kube/client.hpp"

namespace reconcile::kube {

enum class WatchEventType { added, modified, deleted };
std::string_view to_string(WatchEventType type);

/// One change of one object. Lives for the callback only, except `object`, which may be kept (it is
/// the caller's memory then).
struct WatchEvent {
  WatchEventType type = WatchEventType::added;
  /// With apiVersion and kind. For `deleted` the last state the server knew, also when only the
  /// selector does not match any more.
  model::Document object;
  std::string_view raw;  ///< the object's JSON
  /// Part of a first list or relist, between on_relist_begin and on_relist_end.
  bool initial = false;
};

/// What a watcher tells, in order, one at a time, on pool threads. Each may be empty.
struct WatchHandlers {
  std::function<void(const WatchEvent&)> on_event;
  /// Shown the JSON of each object of a first list or relist before it is read: true takes it, and
  /// on_event does not tell of it.
  std::function<bool(std::string_view raw)> on_unread = {};
  /// A whole state follows as `added` events with `initial`.
  std::function<void()> on_relist_begin;
  /// The state is complete: what was not seen since on_relist_begin is gone. Not called where the
  /// relist broke off; on_relist_begin comes again then.
  std::function<void()> on_relist_end;
  /// The watch is down for now, with the reason; it goes on trying.
  std::function<void(const ApiStatus&)> on_trouble;
};

struct WatchOptions {
  ListContent content = ListContent::objects;  ///< of lists and of events
  /// Fresh means an event or bookmark within this time; otherwise it is relisted.
  std::chrono::milliseconds fresh_for{150'000};
  /// Bound for a relist as a whole page.
  std::chrono::milliseconds list_timeout{30'000};
  /// The server ends a watch after a random time between this and twice this.
  std::chrono::seconds renew_after{300};
  /// First and longest wait after a failure; doubled each time, with jitter of a half.
  std::chrono::milliseconds backoff_first{500};
  std::chrono::milliseconds backoff_max{30'000};
  /// Undecoded bytes that may wait; more cuts the watch, which resumes once they are worked off.
  std::size_t pending_bytes_max = 8U << 20U;
  /// An event larger than this ends the watch with a relist.
  std::size_t event_bytes_max = 16U << 20U;
};

struct WatchState {
  bool synced = false;  ///< the first list is complete
  bool fresh = false;   ///< as WatchOptions::fresh_for, and synced
  bool connected = false;
  std::string resource_version;  ///< empty before the first list
  std::uint64_t events = 0;
  std::uint64_t relists = 0;     ///< lists begun, the first included
  std::uint64_t reconnects = 0;  ///< watches resumed without a list
};

/// Keeps one selection under watch: LIST as a stream, then WATCH with bookmarks, resumed from the
/// last resource version when it is cut, relisted on 410, on a silent watch, and where the server's
/// resource version is lower than the known one (a restored etcd). Events are decoded on the pool,
/// one at a time, and dropped after the callback. Every member may be called from any thread.
class Watcher {
 public:
  /// `client` must outlive the watcher.
  Watcher(Client& client, Selection selection, WatchHandlers handlers, WatchOptions options = {});
  /// As `stop`.
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void start();
  /// Ends the watch; no callback runs after it returns. Inside a callback: after that callback.
  void stop();
  /// Lists again now, counted for `purpose` (the audit, a changed CRD).
  void relist(RequestPurpose purpose = RequestPurpose::audit);

  [[nodiscard]] WatchState state() const;
  [[nodiscard]] bool fresh() const { return state().fresh; }
  /// Waits until the first list is complete; false after `limit`. Not on the loop.
  bool wait_synced(std::chrono::milliseconds limit) const;
  /// Waits until it is fresh, and on_relist_end has returned where a list made it so; false after
  /// `limit`. Not on the loop.
  bool wait_fresh(std::chrono::milliseconds limit) const;
  [[nodiscard]] const Selection& selection() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace reconcile::kube
