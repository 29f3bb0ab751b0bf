#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::diff {

/// Two renders compared without any cluster: what `after` changes. Objects are paired by id, an
/// object whose namespace is not written pairs with one that does not write it either; of objects
/// with one id the last counts. Then objects are paired whose names differ only in kustomize's hash
/// of their content; the new one's id counts. In the order of ids. Items of lists are paired by
/// their name (or other fields that tell them apart in both), else as their order allows. A map or
/// list that only one side has is one field where it is short, else told by its parts. Every reason
/// is change, for an object that is no longer there obsolete; what created and deleted objects hold
/// is told as by tell_content. Secrets are masked; their `stringData` counts as `data`. Pure.
ChangeSet compare_renders(std::span<const model::Object> before,
                          std::span<const model::Object> after);

/// One object's two forms, which may have two names; see compare_renders.
ObjectChange compare_forms(const model::Object& before, const model::Object& after);

/// Lists in the change that creates or deletes `object` what it holds beside its identity: fields
/// without `before`, or without `after`. Secrets are masked.
void tell_content(model::Value object, ObjectChange& change);

/// The changes of one unit among several.
struct ChangeGroup {
  std::string unit;  ///< "Kustomization/flux-system/apps"; empty where there is only one
  ChangeSet changes;
};

struct MarkdownFormat {
  /// Of the whole text. What has no room is left out, and a last line says how much.
  std::size_t bytes_max = 60'000;
  /// What a reader runs for all of it, in that last line.
  std::string full_command = "reconcile diff";
};

/// For comments on pull requests: a table of the objects that differ and, collapsed, a diff block
/// an object. Nothing in names, messages or values can leave its cell or block.
std::string to_markdown(std::span<const ChangeGroup> groups, const MarkdownFormat& format = {});

/// {"units":[{"unit":…,"objects":[…]}]}, an object as to_json has it, with the final line break.
std::string to_json(std::span<const ChangeGroup> groups);

}  // namespace reconcile::diff
