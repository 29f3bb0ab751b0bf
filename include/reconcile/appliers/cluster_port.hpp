#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

enum class Verb : std::uint8_t {
  get,            ///< the whole object
  list,           ///< whole objects, of one namespace (or the cluster where it is empty)
  list_metadata,  ///< the same as a PartialObjectMetadataList
  apply,          ///< server-side apply of `body`
  json_patch,     ///< `body` is a JSON patch
  create,         ///< POST of `body`
  replace,        ///< PUT of `body`
  remove,         ///< DELETE with background propagation
};
std::string_view to_string(Verb verb);

/// One call to the API server.
struct ClusterRequest {
  Verb verb = Verb::get;
  model::Gvk gvk;
  std::string namespace_name;  ///< empty for cluster-scoped kinds
  std::string name;            ///< empty for list and list_metadata
  std::string body;            ///< JSON; of apply, json_patch, create, replace
  std::string field_manager;   ///< of writes; `reconcile` unless told
  bool force = false;          ///< apply: take fields from other managers
  bool dry_run = false;        ///< writes: judge only
  std::string uid;             ///< remove: precondition; empty for none
  std::string label_selector;  ///< list and list_metadata; empty for none
  std::string field_selector;  ///< likewise
};

/// What the API server answered, or that it did not.
struct ClusterAnswer {
  int code = 0;            ///< HTTP status; 0 where there was no answer (`message` says why)
  model::Document object;  ///< the object, the list (all its pages) or the Status
  std::string reason;      ///< Status.reason of an error
  std::string message;     ///< Status.message of an error, or of the transport
  std::vector<std::string> causes;                       ///< Status.details.causes[].reason
  std::optional<std::chrono::milliseconds> retry_after;  ///< the Retry-After header

  [[nodiscard]] bool ok() const noexcept { return code >= 200 && code < 300; }
};

/// What to do after an answer: another request in the place of the answered one, after a delay.
struct FollowUp {
  ClusterRequest request;
  std::chrono::milliseconds delay{0};
};

/// A kind as discovery knows it.
struct KindInfo {
  model::Gvk gvk;
  bool namespaced = true;
};

/// The part of the API server that applying needs. The real one is KubeClusterPort; tests use
/// test/support/fake_cluster.hpp. Implementations may be called from several threads.
class ClusterPort {
 public:
  virtual ~ClusterPort() = default;

  /// Makes request `index`; called once for each, in order, when its turn has come.
  using MakeRequest = std::function<ClusterRequest(std::size_t index)>;
  /// Judges the answer to request `index`; an answered FollowUp is sent in its place (same index).
  using OnAnswer = std::function<std::optional<FollowUp>(std::size_t index, ClusterAnswer answer)>;
  /// Sends `count` requests, at most `in_flight_max` at once, begun in order; a follow-up that
  /// waits for its delay holds no place. Returns when each is answered and has no follow-up. Both
  /// functions are called on the calling thread. Throws Error(cancelled) where the port is being
  /// closed; everything else is an answer. A kind that is not served is answered with code 404,
  /// reason "NoKind".
  virtual void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                        const OnAnswer& on_answer) = 0;

  /// What discovery knows of a kind; absent where the server does not serve it. Asks the server
  /// anew only where the kind is unknown and `forget_kinds` was called or nothing was asked yet.
  virtual std::optional<KindInfo> find_kind(const model::Gvk& gvk) = 0;
  /// Any served version of a group's kind, the preferred one first; absent where it is not served.
  virtual std::optional<KindInfo> find_kind(std::string_view group, std::string_view kind) = 0;
  /// Whether kinds of the group may be served that `find_kind` does not know: a server of its own
  /// has it, which does not answer.
  virtual bool may_be_served(std::string_view group) = 0;
  /// Discovery may have changed (a CRD was applied): ask again where a kind is not known.
  virtual void forget_kinds() = 0;
};

/// Sends one request and answers its answer.
ClusterAnswer send(ClusterPort& port, ClusterRequest request);

/// The error that an answer stands for where the next step is to report; `what` names what was
/// asked.
model::Error error_of(const ClusterAnswer& answer, const std::string& what);

}  // namespace reconcile::appliers
