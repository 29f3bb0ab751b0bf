// One side of a comparison. Without a cluster the renders themselves answer what units ask of one:
// sources and values are looked up among the objects of the round before, until nothing new comes.
#include "engine/cli/side_render.hpp"

#include <optional>
#include <tuple>
#include <utility>

#include "engine/cli/local_repository.hpp"
#include "engine/pipeline/candidate_units.hpp"
#include "engine/pipeline/cluster_values.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using appliers::UnitKind;
using model::Error;
using model::ErrorCode;

constexpr int rounds_max = 16;

/// Not a unit of any cluster: its name shows nowhere.
const UnitKey root_key{UnitKind::kustomization, "default", "root"};

bool is_secret(const model::Object& object) {
  return object.gvk().group.empty() && object.gvk().kind == "Secret";
}

bool is_unit(const model::Object& object) {
  const std::string& group = object.gvk().group;
  return (group == kustomization_kind.group && object.gvk().kind == kustomization_kind.kind) ||
         (group == helm_release_kind.group && object.gvk().kind == helm_release_kind.kind);
}

std::string namespace_of(const model::Object& object) {
  const std::string& space = object.id().namespace_name;
  return space.empty() ? "default" : space;
}

/// What units may ask of a cluster, as far as the renders answer it.
struct Answers {
  /// The Git sources that units name and no render brings, such as the agent's own from its flags:
  /// without a cluster they count as this repository. (namespace, name) → spec.ignore.
  std::map<std::pair<std::string, std::string>, std::string> sources;
  /// ConfigMaps and Secrets by (kind, namespace, name).
  std::map<std::tuple<std::string, std::string, std::string>, ConfigData> values;

  bool operator==(const Answers&) const = default;
};

void add_source_of(const model::Object& unit, Answers& answers) {
  const model::Value reference = unit.gvk().kind == kustomization_kind.kind
                                     ? unit["spec"]["sourceRef"]
                                     : unit["spec"]["chart"]["spec"]["sourceRef"];
  if (reference["kind"].text() != git_repository_kind.kind) return;
  const std::string space(reference["namespace"].text());
  answers
      .sources[{space.empty() ? namespace_of(unit) : space, std::string(reference["name"].text())}];
}

Answers answers_of(const CommitRender& render) {
  Answers answers;
  std::set<std::pair<std::string, std::string>> brought;
  for (const auto& [name, unit] : render.units) {
    for (const model::Object& object : *unit.objects) {
      const model::Gvk& gvk = object.gvk();
      if (gvk.kind == git_repository_kind.kind)
        brought.emplace(namespace_of(object), object.id().name);
      if (is_unit(object)) add_source_of(object, answers);
      if (gvk.group.empty() && (gvk.kind == "ConfigMap" || gvk.kind == "Secret"))
        answers.values[{gvk.kind, namespace_of(object), object.id().name}] =
            config_data(gvk.kind, object.root());
    }
  }
  for (const auto& name : brought) answers.sources.erase(name);
  return answers;
}

/// Renders a side round by round. A unit whose values are not known waits for a later round, with
/// optional ones too, as long as there may be news.
class Rounds {
 public:
  Rounds(const Side& side, const std::set<std::string>& remotes, std::chrono::seconds clock_ahead)
      : side_(side) {
    request_.tree = side.tree;
    request_.root = root_key;
    request_.root_path = side.path;
    request_.known = &render_;
    request_.without_values = WithoutValues::is_left_out;
    request_.is_governed = [&remotes](model::Value repository) {
      const std::string url(repository["spec"]["url"].text());
      return remotes.empty() || remotes.contains(repository_identity(url));
    };
    request_.ports.clock_ahead = clock_ahead;
    request_.ports.knows_part = true;
    request_.ports.config = [this](const std::string& kind, const std::string& namespace_name,
                                   const std::string& name) {
      return find_values(kind, namespace_name, name);
    };
  }

  CommitRender run() {
    for (int round = 0; round < rounds_max; ++round) {
      unit_waits_ = false;
      render_ = render_commit(request_);
      if (!render_.error.empty())
        throw Error(ErrorCode::invalid_input, render_.error)
            .with_context("rendering " + side_.name);
      Answers answers = answers_of(render_);
      if (answers == answers_) {
        if (!unit_waits_) return std::move(render_);
        all_known_ = true;
      }
      request_.live_sources = answers.sources;
      answers_ = std::move(answers);
    }
    throw Error(ErrorCode::limit_exceeded,
                "expected what units take from each other to settle in " +
                    std::to_string(rounds_max) + " rounds")
        .with_context("rendering " + side_.name);
  }

 private:
  std::optional<ConfigData> find_values(const std::string& kind, const std::string& namespace_name,
                                        const std::string& name) {
    const auto found = answers_.values.find({kind, namespace_name, name});
    if (found != answers_.values.end()) return found->second;
    if (all_known_) return std::nullopt;
    unit_waits_ = true;
    throw MissingValues("no render brought " + kind + "/" + namespace_name + "/" + name + " yet");
  }

  const Side& side_;
  CommitRenderRequest request_;
  CommitRender render_;  ///< of the round before
  Answers answers_;
  bool all_known_ = false;   ///< what is not there now never comes
  bool unit_waits_ = false;  ///< in this round
};

std::string name_of(const std::string& unit) {
  static const std::string root = root_key.display();
  return unit == root ? "" : unit;
}

UnitSpec spec_of(const CommitUnit& unit) {
  if (unit.spec.empty()) return {};
  const model::Document object = model::parse_json(unit.spec);
  return unit.key.kind == UnitKind::helm_release ? read_helm_release(object)
                                                 : read_kustomization(object);
}

void add_unit(const std::string& name, SideUnit unit, SideRender& render) {
  for (const model::Object& object : unit.objects) {
    if (!is_secret(object)) continue;
    for (auto& [key, text] : diff::secret_data(object.root())) render.secrets.push_back(text);
  }
  render.units.emplace(name, std::move(unit));
}

}  // namespace

SideRender render_directory(const Side& side, std::chrono::seconds clock_ahead) {
  UnitSpec spec;
  spec.path = side.path;
  RenderPorts ports;
  ports.clock_ahead = clock_ahead;
  try {
    UnitRender unit = render_unit(root_key, spec, side.tree, ports);
    SideRender render;
    render.notes = std::move(unit.warnings);
    add_unit("", {"", {}, std::move(unit.objects)}, render);
    return render;
  } catch (Error& error) {
    throw error.with_context("rendering " + side.name);
  }
}

SideRender render_units(const Side& side, const std::set<std::string>& remotes,
                        std::chrono::seconds clock_ahead) {
  const CommitRender commit = Rounds(side, remotes, clock_ahead).run();
  SideRender render;
  for (const auto& [name, unit] : commit.units) {
    add_unit(name_of(name), {name_of(unit.parent), spec_of(unit), *unit.objects}, render);
    render.secrets.insert(render.secrets.end(), unit.secret_values.begin(),
                          unit.secret_values.end());
  }
  for (const auto& [name, reason] : commit.left_out) {
    render.left_out.insert(name);
    render.notes.push_back(name + " is not rendered: " + reason);
  }
  return render;
}

}  // namespace reconcile::engine
