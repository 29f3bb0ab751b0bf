#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "test/support/fake_clock.hpp"

namespace reconcile::test {

/// An API server in memory, as far as applying needs one: it merges nothing (what is applied
/// replaces what was there), but keeps resource versions, UIDs, generations, managedFields and
/// deletions. It records every request as a line "apply ConfigMap/a/b" and answers what a test
/// scripts. One thread.
class FakeCluster final : public appliers::ClusterPort {
 public:
  /// Delays of follow-ups advance `clock`.
  explicit FakeCluster(FakeClock& clock);

  void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                const OnAnswer& on_answer) override;
  std::optional<appliers::KindInfo> find_kind(const model::Gvk& gvk) override;
  std::optional<appliers::KindInfo> find_kind(std::string_view group,
                                              std::string_view kind) override;
  bool may_be_served(std::string_view group) override { return group == silent_group; }
  void forget_kinds() override { ++forgotten; }

  /// Serves a kind; the built-in ones that tests use are served from the start.
  void serve(const model::Gvk& gvk, bool namespaced);
  /// Puts an object (JSON) there as `manager` with an Update would.
  void put(const std::string& json, const std::string& manager = "kubectl-create");
  /// `object` with data[key] set to `value`, to be put back: what a person's edit makes of it.
  static std::string edited(const model::Document& object, const std::string& key,
                            const std::string& value);
  /// Removes an object behind the port's back.
  void erase(const std::string& key);
  /// The object under "Kind/namespace/name"; absent where none is.
  [[nodiscard]] model::Document object(const std::string& key) const;
  [[nodiscard]] bool has(const std::string& key) const { return objects_.contains(key); }

  /// The next request whose line starts with `line` is answered so instead; scripts of one line
  /// queue.
  void script(const std::string& line, appliers::ClusterAnswer answer);
  /// An answer of a failure.
  static appliers::ClusterAnswer failure(int code, const std::string& reason,
                                         const std::string& message,
                                         std::vector<std::string> causes = {});
  /// Called before each request with its line; may throw to play a crash.
  std::function<void(const std::string& line)> before;
  /// Called after each answer, e.g. to play what others do meanwhile.
  std::function<void(const std::string& line)> after;

  std::vector<std::string> log;     ///< one line a request
  std::vector<std::string> bodies;  ///< of the same requests
  std::vector<std::chrono::milliseconds> delays;
  std::size_t in_flight_seen = 0;
  std::size_t forgotten = 0;
  std::string silent_group = "none";  ///< its server does not answer

 private:
  appliers::ClusterAnswer answer(const appliers::ClusterRequest& request);
  appliers::ClusterAnswer apply(const appliers::ClusterRequest& request, const std::string& key);
  appliers::ClusterAnswer store(const std::string& key, const std::string& json, int code);
  appliers::ClusterAnswer list(const appliers::ClusterRequest& request) const;
  appliers::ClusterAnswer patch(const appliers::ClusterRequest& request, const std::string& key);

  FakeClock& clock_;
  std::map<model::Gvk, bool> kinds_;
  std::map<std::string, model::Document> objects_;
  std::map<std::string, std::deque<appliers::ClusterAnswer>> scripts_;
  std::uint64_t version_ = 100;
  std::uint64_t uids_ = 0;
};

/// "Kind/namespace/name" or "Kind/name".
std::string key_of(const model::Gvk& gvk, std::string_view namespace_name, std::string_view name);

/// How the log names a request: "apply ConfigMap/a/b".
std::string line_of(const appliers::ClusterRequest& request);

/// The trie that owns every field of a JSON object but its identity; lists are leaves.
std::string trie_of(model::Value object);

}  // namespace reconcile::test
