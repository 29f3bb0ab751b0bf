// What a commit would make of the units, before anything of it is applied. A breadth-first walk:
// the root unit's render names units, their renders name further ones. Tests:
// test/engine/candidate_units_test.cpp.

#include "engine/pipeline/candidate_units.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <set>
#include <utility>

#include "engine/gates/sensitive_change.hpp"
#include "engine/pipeline/release_values.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/renderers/read_set.hpp"
#include "reconcile/sources/ignore.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using appliers::UnitKind;
using model::Error;
using model::ErrorCode;
using model::Object;

constexpr std::string_view gates_group = "gates.reconcile.dev";
constexpr const char* other_source = "its source is another repository, or none of Git";
constexpr std::string_view unit_label = "gates.reconcile.dev/unit";

/// A unit that waits for its turn in the walk.
struct Waiting {
  UnitKey key;
  UnitSpec spec;
  std::string label;
  std::string ignore;
  std::string parent;
  int depth = 0;
  bool is_live_only = false;
};

/// A unit's object whose source is not known yet.
struct Orphan {
  Object object;
  std::string parent;
  int depth = 0;
};

std::string namespace_of(const Object& object) {
  const std::string& space = object.id().namespace_name;
  return space.empty() ? "default" : space;
}

bool is_unit(const Object& object) {
  const model::Gvk& gvk = object.gvk();
  return (gvk.group == kustomization_kind.group && gvk.kind == kustomization_kind.kind) ||
         (gvk.group == helm_release_kind.group && gvk.kind == helm_release_kind.kind);
}

bool is_environment(const Object& object) {
  return object.gvk().group == gates_group && object.gvk().kind == "Environment";
}

bool is_git_repository(const Object& object) {
  return object.gvk().group == git_repository_kind.group &&
         object.gvk().kind == git_repository_kind.kind;
}

class Walk {
 public:
  explicit Walk(const CommitRenderRequest& request)
      : request_(request), deadline_(request.clock->steady_now() + request.time_max) {
    if (request.ports.capabilities) {
      const ClusterCapabilities capabilities = request.ports.capabilities();
      kube_version_ = capabilities.kube_version;
    }
  }

  CommitRender run() {
    CommitRender result;
    Waiting root;
    root.key = request_.root;
    root.spec.path = request_.root_path;
    root.ignore = request_.root_ignore;
    render(root, result);
    const auto found = result.units.find(root.key.display());
    if (found != result.units.end()) result.environments = std::move(environments_);
    while (true) {
      take_ready(result);
      if (waiting_.empty()) take_live(result);
      if (waiting_.empty() || !result.error.empty()) break;
      const Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      render(next, result);
    }
    for (const auto& [name, unit] : result.units) result.left_out.erase(name);
    return result;
  }

 private:
  std::shared_ptr<const model::FileTree> tree_for(const std::string& ignore) {
    std::shared_ptr<const model::FileTree>& tree = trees_[ignore];
    if (tree == nullptr) tree = sources::without_ignored(request_.tree, {.ignore = ignore});
    return tree;
  }

  void render(const Waiting& unit, CommitRender& result) {
    const std::string name = unit.key.display();
    try {
      check_bounds(unit, result);
      CommitUnit made = make(unit);
      note_objects(made, unit.depth);
      result.units.emplace(name, std::move(made));
    } catch (const MissingValues& error) {
      if (request_.without_values == WithoutValues::fails)
        result.error = name + ": " + error.what();
      else
        result.left_out.emplace(name, error.message());
    } catch (const Error& error) {
      result.error = name + ": " + error.what();
    } catch (const std::exception& error) {
      result.error = name + ": " + error.what();
    }
  }

  void check_bounds(const Waiting& unit, const CommitRender& result) const {
    if (request_.stop != nullptr && *request_.stop)
      throw Error(ErrorCode::cancelled, "the render was cancelled");
    if (result.units.size() >= request_.units_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(request_.units_max) + " units");
    }
    if (unit.depth > request_.depth_max) {
      throw Error(ErrorCode::limit_exceeded, "expected units to render units at most " +
                                                 std::to_string(request_.depth_max) + " deep");
    }
    if (request_.clock->steady_now() > deadline_)
      throw Error(ErrorCode::limit_exceeded, "expected the commit to render in time");
  }

  CommitUnit make(const Waiting& unit) {
    CommitUnit made;
    made.key = unit.key;
    made.label = unit.label;
    made.ignore = unit.ignore;
    made.parent = unit.parent;
    made.is_live_only = unit.is_live_only;
    if (unit.spec.object.present()) made.spec = model::write_json(unit.spec.object.root());
    for (const UnitKey& key : unit.spec.depends_on) made.depends_on.push_back(key.display());
    const std::shared_ptr<const model::FileTree> tree = tree_for(unit.ignore);
    if (const CommitUnit* known = still_current(made, unit.spec, *tree)) {
      CommitUnit same = *known;
      same.parent = made.parent;
      same.is_live_only = made.is_live_only;
      return same;
    }
    UnitRender render = render_unit(unit.key, unit.spec, tree, request_.ports);
    const bool asks = unit.key.kind == UnitKind::helm_release;
    made.reads = typed_reads(render, *tree, asks ? kube_version_ : "", request_.digest_key);
    made.digests = unit_digests(render, made.reads, request_.digest_key);
    made.read_set = std::move(render.read_set);
    made.cluster_values = std::move(render.cluster_values);
    made.lookups = std::move(render.lookups);
    made.has_remotes = !render.remotes.empty();
    made.secret_values = std::move(render.secret_values);
    made.objects = std::make_shared<const std::vector<Object>>(std::move(render.objects));
    return made;
  }

  const CommitUnit* still_current(const CommitUnit& made, const UnitSpec& spec,
                                  const model::FileTree& tree) const {
    if (request_.known == nullptr) return nullptr;
    const auto found = request_.known->units.find(made.key.display());
    if (found == request_.known->units.end()) return nullptr;
    const CommitUnit& known = found->second;
    const bool same = !known.has_remotes && known.spec == made.spec &&
                      known.ignore == made.ignore && known.label == made.label &&
                      known.cluster_values == cluster_values_digest(spec, request_.ports) &&
                      lookups_hold(known.lookups, request_.ports.lookup, lookup_namespaces(spec),
                                   request_.ports.known_lookup) &&
                      renderers::still_holds(known.read_set, tree);
    return same ? &known : nullptr;
  }

  /// Sources of a render are known before its units are looked at.
  void note_objects(const CommitUnit& made, int depth) {
    const std::string name = made.key.display();
    for (const Object& object : *made.objects) {
      if (is_git_repository(object)) {
        sources_.insert_or_assign({namespace_of(object), object.id().name}, object);
      } else if (is_unit(object)) {
        orphans_.push_back({object, name, depth + 1});
      } else if (is_environment(object) && made.key == request_.root) {
        environments_.push_back(object);
      }
    }
  }

  /// Moves the units whose source is known, and governed, into the queue. The others stay: their
  /// source may come with a later render.
  void take_ready(CommitRender& result) {
    std::vector<Orphan> left;
    for (Orphan& orphan : orphans_) {
      UnitSpec spec = spec_of(orphan.object);
      const auto source = sources_.find(source_of(orphan.object, spec));
      if (source == sources_.end())
        left.push_back(std::move(orphan));
      else if (request_.is_governed(source->second.root()))
        wait(orphan, std::move(spec), std::string(source->second["spec"]["ignore"].text()));
      else
        result.left_out.emplace(key_of(orphan.object).display(), other_source);
    }
    orphans_ = std::move(left);
  }

  /// What no render explains: units on sources that only the cluster has, then units that only the
  /// cluster has.
  void take_live(CommitRender& result) {
    for (const Orphan& orphan : std::exchange(orphans_, {})) {
      UnitSpec spec = spec_of(orphan.object);
      const auto source = request_.live_sources.find(source_of(orphan.object, spec));
      if (source != request_.live_sources.end())
        wait(orphan, std::move(spec), source->second);
      else
        result.left_out.emplace(key_of(orphan.object).display(), other_source);
    }
    if (!waiting_.empty()) return;
    for (const LiveUnit& unit : request_.live) {
      if (unit.key == request_.root || !seen_.insert(unit.key).second) continue;
      waiting_.push_back({unit.key, unit.spec, unit.label, unit.ignore, "", 0, true});
    }
  }

  void wait(const Orphan& orphan, UnitSpec spec, std::string ignore) {
    const Object& object = orphan.object;
    const UnitKey key = key_of(object);
    if (!seen_.insert(key).second) return;
    waiting_.push_back({key, std::move(spec), std::string(object.label(unit_label)),
                        std::move(ignore), orphan.parent, orphan.depth, false});
  }

  static UnitKey key_of(const Object& object) {
    return {is_helm(object) ? UnitKind::helm_release : UnitKind::kustomization,
            namespace_of(object), object.id().name};
  }

  static UnitSpec spec_of(const Object& object) {
    return is_helm(object) ? read_helm_release(object.document())
                           : read_kustomization(object.document());
  }

  static std::pair<std::string, std::string> source_of(const Object& object, const UnitSpec& spec) {
    const std::string& space = spec.source.namespace_name;
    return {space.empty() ? namespace_of(object) : space, spec.source.name};
  }

  static bool is_helm(const Object& object) {
    return object.gvk().group == helm_release_kind.group;
  }

  const CommitRenderRequest& request_;
  model::SteadyTime deadline_;
  std::string kube_version_;
  std::map<std::string, std::shared_ptr<const model::FileTree>> trees_;
  std::map<std::pair<std::string, std::string>, Object> sources_;
  std::vector<Orphan> orphans_;
  std::vector<Object> environments_;
  std::set<UnitKey> seen_;
  std::deque<Waiting> waiting_;
};

bool is_path(const gates::TypedRead& read) {
  return read.type != "cluster" && read.type != "capability";
}

/// Paths of the entries that only one of two sorted lists has.
void add_differences(const std::vector<gates::TypedRead>& before,
                     const std::vector<gates::TypedRead>& after, std::set<std::string>& paths) {
  std::vector<gates::TypedRead> differing;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(differing));
  for (const gates::TypedRead& read : differing) {
    if (is_path(read)) paths.insert(read.name);
  }
}

class Comparison {
 public:
  Comparison(const CommitRender& admitted, const CommitRender& candidate)
      : admitted_(admitted), candidate_(candidate) {}

  gates::CandidateUnit compare(const std::string& name, const CommitUnit& unit) const {
    gates::CandidateUnit made;
    made.unit = name;
    made.label = unit.label;
    made.read_set_digest = unit.digests.read_set;
    made.render_digest = unit.digests.render;
    made.depends_on = unit.depends_on;
    const CommitUnit* before = find(admitted_, name);
    made.changed =
        before == nullptr || spec_differs(*before, unit) || !(before->digests == unit.digests);
    if (!made.changed) return made;
    std::set<std::string> paths;
    add_changed_paths(name, paths, 0);
    made.changed_paths.assign(paths.begin(), paths.end());
    static const std::vector<Object> none;
    made.sensitive_changes =
        gates::sensitive_changes(before == nullptr ? none : *before->objects, *unit.objects);
    return made;
  }

 private:
  static const CommitUnit* find(const CommitRender& render, const std::string& name) {
    const auto found = render.units.find(name);
    return found == render.units.end() ? nullptr : &found->second;
  }

  static bool spec_differs(const CommitUnit& left, const CommitUnit& right) {
    return left.spec != right.spec || left.label != right.label || left.ignore != right.ignore;
  }

  /// What the unit reads, and, where its own object differs, what the unit that brings it reads.
  void add_changed_paths(const std::string& name, std::set<std::string>& paths, int depth) const {
    const CommitUnit* before = find(admitted_, name);
    const CommitUnit* after = find(candidate_, name);
    if (after == nullptr || depth > declared_depth_max) return;
    add_differences(before == nullptr ? std::vector<gates::TypedRead>() : before->reads,
                    after->reads, paths);
    if (before == nullptr || spec_differs(*before, *after))
      add_changed_paths(after->parent, paths, depth + 1);
  }

  static constexpr int declared_depth_max = 16;
  const CommitRender& admitted_;
  const CommitRender& candidate_;
};

}  // namespace

CommitRender render_commit(const CommitRenderRequest& request) {
  try {
    return Walk(request).run();
  } catch (const std::exception& error) {
    CommitRender failed;
    failed.error = error.what();
    return failed;
  }
}

gates::Candidate compare_commits(const CommitRender& admitted, const CommitRender& candidate) {
  gates::Candidate compared;
  compared.error = candidate.error;
  const Comparison comparison(admitted, candidate);
  for (const auto& [name, unit] : candidate.units)
    compared.units.push_back(comparison.compare(name, unit));
  for (const auto& [name, unit] : admitted.units) {
    if (!candidate.units.contains(name)) compared.removed.push_back(name);
  }
  return compared;
}

std::optional<Object> find_environment(const CommitRender& render, std::string_view name) {
  for (const Object& object : render.environments) {
    if (object.id().name == name) return object;
  }
  return std::nullopt;
}

}  // namespace reconcile::engine
