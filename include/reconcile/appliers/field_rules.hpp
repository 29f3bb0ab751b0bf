#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/diff/left_fields.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// Which fields of which objects are left to others. Immutable once it is shared; safe from any
/// thread then.
class FieldRules {
 public:
  FieldRules();
  FieldRules(const FieldRules& other);
  FieldRules& operator=(const FieldRules& other);
  ~FieldRules();

  /// Flux's `spec.ignore` (kustomize-controller 1.9.4) and `spec.driftDetection.ignore`: `paths`
  /// (JSON pointers) and `target` (regular expressions of group, version, kind, name, namespace;
  /// labelSelector, annotationSelector). Null where the list is absent or empty. Throws
  /// Error(invalid_input) naming the rule.
  static std::shared_ptr<const FieldRules> read_ignore(model::Value list);
  /// The form of appliers/apply/co_managed.yaml. Throws Error(invalid_input) naming `file`.
  static FieldRules read_co_managed(std::string_view yaml, const std::string& file);
  /// What ships with the program: appliers/apply/co_managed.yaml.
  static const FieldRules& built_in();

  /// Adds the rules of `other` behind those of this.
  void add(const FieldRules& other);
  /// The fields that are left to others in an object that `desired` is applied to.
  void fields_of(const model::Object& desired, std::vector<diff::LeftField>& fields) const;

 private:
  struct Rule;
  static Rule read_ignore_rule(model::Value item);
  static Rule read_co_managed_rule(model::Value item);
  std::vector<Rule> rules_;
};

}  // namespace reconcile::appliers
