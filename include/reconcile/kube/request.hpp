#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "reconcile/kube/api_status.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::kube {

/// Why a request is made; every request is counted by it, so that "a pass without change makes no
/// request" can be proven.
enum class RequestPurpose {
  pass,     ///< caused by a reconciliation
  drift,    ///< caused by a watch event that differs
  watch,    ///< a watch's first list and first connection
  renewal,  ///< reconnecting a watch, relisting a stale one
  audit,    ///< the full relist every --audit-interval
  discovery,
  lease,
  status,   ///< conditions, events, inventories' mirror
  command,  ///< a person's command
};
std::string_view to_string(RequestPurpose purpose);

enum class Verb { get, list, watch, create, update, apply, merge_patch, json_patch, remove };
/// "get", "list", … as in RBAC, except "apply", "merge_patch" and "json_patch" for patch.
std::string_view to_string(Verb verb);

enum class DryRun { none, all };
enum class Conflicts {
  report,  ///< another manager's field: 409
  force,   ///< take it over
};
enum class Propagation { server_default, background, foreground, orphan };

/// One request about one object. Made by the functions below; members may be changed afterwards.
struct Request {
  Verb verb = Verb::get;
  model::Gvk gvk;
  std::string namespace_name;  ///< ignored for cluster-scoped kinds
  std::string name;            ///< empty for create
  std::string subresource;     ///< "status", "scale"; empty = the object
  std::string body;            ///< JSON
  std::string field_manager;   ///< for every write
  Conflicts conflicts = Conflicts::report;
  DryRun dry_run = DryRun::none;
  Propagation propagation = Propagation::server_default;
  std::string precondition_uid;               ///< remove only this object
  std::string precondition_resource_version;  ///< remove only in this state
  RequestPurpose purpose = RequestPurpose::pass;
  /// For one attempt, including the answer's body.
  std::chrono::milliseconds timeout{30'000};
  /// Repeats after 429, 502, 503, 504, a Retry-After or a broken connection (create: only refused
  /// connections and answers that say try again).
  int retries_max = 5;

  static Request get(model::Gvk gvk, std::string namespace_name, std::string name);
  /// Server-side apply of `object` as it is: the caller has normalised it (JSON is sent).
  static Request apply(const model::Object& object, std::string field_manager,
                       Conflicts conflicts = Conflicts::force, DryRun dry_run = DryRun::none);
  static Request create(const model::Object& object, std::string field_manager);
  /// PUT; conflicts unless metadata.resourceVersion is current or absent.
  static Request update(const model::Object& object, std::string field_manager);
  /// A patch in JSON: RFC 7386 for merge_patch, RFC 6902 for json_patch.
  static Request patch(Verb verb, model::Gvk gvk, std::string namespace_name, std::string name,
                       std::string json, std::string field_manager);
  static Request remove(model::Gvk gvk, std::string namespace_name, std::string name,
                        std::string uid = {}, Propagation propagation = Propagation::background);
};

/// An answer. Transport failures are answers too: `status.code` is 0 and `status.message` says why.
struct Response {
  ApiStatus status;  ///< code always; the rest only where not ok
  std::string body;  ///< JSON of the object, or of the Status
  int attempts = 0;
  std::chrono::nanoseconds latency{};  ///< of all attempts together

  [[nodiscard]] bool ok() const noexcept { return status.code >= 200 && status.code < 300; }
  /// The body parsed. Throws Error(invalid_input).
  [[nodiscard]] model::Document document() const;
  /// The body as an object. Throws Error(invalid_input).
  [[nodiscard]] model::Object object() const;
  /// Throws an Error that says what was asked and what came back, where not ok.
  const Response& require_ok(std::string_view what) const;
};

/// What to list or watch.
struct Selection {
  model::Gvk gvk;
  std::string namespace_name;  ///< empty = all namespaces
  std::string label_selector;
  std::string field_selector;
};

}  // namespace reconcile::kube
