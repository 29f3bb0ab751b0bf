#pragma once

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/helm/ports.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// The arguments of a chart's `lookup`.
struct LookupQuery {
  std::string api_version;
  std::string kind;
  std::string namespace_name;
  std::string name;  ///< empty: a list
  auto operator<=>(const LookupQuery&) const = default;
};

/// Asks a cluster, for objects of `namespaces` and of the cluster's scope alone; the answer's root
/// is absent where nothing is there. Throws model::Error. Safe from any thread.
using LookupPort = std::function<model::Document(const LookupQuery& query,
                                                 const std::vector<std::string>& namespaces)>;

/// What a render looked up, and the digest of what it found, which leaves out what changes with
/// every write (metadata.resourceVersion, managedFields); empty where nothing was there.
struct LookupNote {
  LookupQuery query;
  std::string digest;
  /// Of a list: the objects that the render itself contains, by `lookup_object_name`. They do not
  /// count.
  std::set<std::string> own = {};
};

/// What is known of the answer to a note's query without asking, as its digest; absent: it has to
/// be asked. Safe from any thread.
using KnownLookup = std::function<std::optional<std::string>(const LookupNote& note)>;

/// LookupNote::digest of one object.
std::string lookup_object_digest(model::Value object);
/// LookupNote::digest of a list, from those of its objects by `lookup_object_name`, but for `own`.
std::string lookup_list_digest(const std::map<std::string, std::string>& objects,
                               const std::set<std::string>& own = {});
/// "namespace/name".
std::string lookup_object_name(model::Value object);

/// `lookup` during one render: asks each question once and writes down what it found.
class RecordedLookup : public helm::ClusterLookup {
 public:
  RecordedLookup(LookupPort port, std::vector<std::string> namespaces)
      : port_(std::move(port)), namespaces_(std::move(namespaces)) {}
  model::Document lookup(std::string_view api_version, std::string_view kind,
                         std::string_view namespace_name, std::string_view name) override;
  [[nodiscard]] bool has_asked() const noexcept { return !answers_.empty(); }
  /// `own_of` answers LookupNote::own of a list; empty: none.
  [[nodiscard]] std::vector<LookupNote> notes(
      const std::function<std::set<std::string>(const LookupQuery& query)>& own_of = {}) const;

 private:
  LookupPort port_;
  std::vector<std::string> namespaces_;
  std::map<LookupQuery, model::Document> answers_;
};

/// Whether every lookup would find the same now. Asks only what `known`, which may be empty, does
/// not know. Throws as the port.
bool lookups_hold(const std::vector<LookupNote>& notes, const LookupPort& port,
                  const std::vector<std::string>& namespaces, const KnownLookup& known = {});

/// The notes without those about an object that the render itself contains. What a unit writes is
/// no news to it: a chart that makes a certificate and looks for it would be rendered at every
/// pass, and its certificate replaced. Helm looks when it installs or upgrades only. `is_own` says
/// it of the object that a query names.
std::vector<LookupNote> foreign_lookups(
    std::vector<LookupNote> notes, const std::function<bool(const LookupQuery& query)>& is_own);

/// One digest of all notes; empty where there are none.
std::string lookups_digest(const std::vector<LookupNote>& notes);

}  // namespace reconcile::engine
