#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "reconcile/appliers/prepare.hpp"

namespace reconcile::appliers {

/// Judges objects that the server cannot judge yet. Must not outlive the unit.
class LocalJudge {
 public:
  explicit LocalJudge(const PreparedUnit& unit);

  /// Whether the unit brings the definition of the object's kind.
  [[nodiscard]] bool defines(const model::Gvk& gvk) const;
  /// Position of that definition in the unit's objects.
  [[nodiscard]] std::optional<std::size_t> definition_position(const model::Gvk& gvk) const;
  /// Whether the unit brings the object's namespace.
  [[nodiscard]] bool brings_namespace(const model::ObjectId& id) const;
  /// Why the definition that the unit brings would refuse the object, for people; empty where it
  /// would not, or the unit brings none.
  [[nodiscard]] std::string refusal(const PreparedObject& object) const;

 private:
  const PreparedUnit& unit_;
  std::set<std::string> namespaces_;
  std::map<std::pair<std::string, std::string>, std::size_t> definitions_;  ///< by (group, kind)
};

/// The schema of a definition's version as a JSON Schema (draft 4) that allows what the server
/// would: null everywhere, since it drops null, missing fields with defaults, unknown fields only
/// where they are preserved. Rules in CEL are left out.
model::Document to_json_schema(model::Value structural_schema);

}  // namespace reconcile::appliers
