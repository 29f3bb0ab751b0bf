#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/condition.hpp"
#include "engine/api/resource.hpp"
#include "engine/cli/resource_name.hpp"
#include "engine/pipeline/generated_values.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::engine {

/// A unit that a command looks at: its spec, and the files that it is rendered from.
struct UnitSubject {
  appliers::UnitKey key;
  UnitSpec spec;
  ResourceMeta meta;     ///< of the unit's object; empty for a directory
  std::string revision;  ///< of `tree`; empty where it is a directory
  std::shared_ptr<const model::FileTree> tree;
  /// The tree that the unit was applied from last, where its spec is still the one of then; null
  /// where that is not known.
  std::shared_ptr<const model::FileTree> last_tree;
  std::unique_ptr<model::TemporaryFolder> folder;  ///< holds the trees where they were fetched
};

/// The object of that name. Throws Error naming it.
model::Document get_object(kube::Client& client, const ResourceName& name);

/// What keeps a unit's objects from being as Git says although nothing failed, a condition each:
/// "Paused until 2026-01-31T08:00:00Z", "Fighting ConfigMap/a/x …".
std::vector<std::string> unit_notes(const Conditions& conditions);

/// A unit of the cluster with its source's content: fetched, or, where `path` is not empty, the
/// checkout there. Throws Error(invalid_input) where `name` is no unit, and as fetches do.
UnitSubject read_subject(kube::Client& client, const ResourceName& name, const std::string& path);

/// A directory of kustomize, as the root unit in `name_space` would apply it.
UnitSubject directory_subject(const std::string& path, const std::string& name_space);

/// A subject's render, ready to be compared.
struct SubjectRender {
  UnitRender render;
  /// Values that each render draws anew: those of the cluster stand in `render` and `prepared`.
  std::vector<GeneratedField> generated = {};
  appliers::PreparedUnit prepared;
  /// What was desired when the unit was applied last; absent where that is not known.
  std::optional<appliers::PreparedUnit> last;
};

/// Renders the subject as the agent does. `secret_key` as in PrepareOptions.
SubjectRender render_subject(const UnitSubject& subject, const RenderPorts& ports,
                             appliers::ClusterPort& port, const std::string& secret_key);

}  // namespace reconcile::engine
