#include "test/integration/platform/foreign_write.hpp"

#include <algorithm>
#include <chrono>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/cluster.hpp"
#include "test/integration/drift_clock.hpp"

namespace reconcile::test {
namespace {

constexpr std::size_t attempts_max = 12;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

/// The path as JSON Pointer in `object`; absent where an item is not there.
std::optional<std::string> pointer_of(model::Value object, const diff::FieldPath& path) {
  std::string pointer;
  for (const diff::PathStep& step : path) {
    if (step.type == diff::PathStepType::field) {
      pointer += "/" + escaped(step.text);
    } else {
      const auto position = diff::position_of(object, step);
      if (!position) return std::nullopt;
      pointer += "/" + std::to_string(*position);
    }
    object = diff::select(object, step);
  }
  return pointer;
}

/// JSON of another value of the same type; empty where none is known.
std::string other_value(model::Value value) {
  if (const auto flag = value.boolean()) return *flag ? "false" : "true";
  if (const auto number = value.integer()) return std::to_string(*number + 1);
  std::string json;
  if (value.is_string()) {
    model::write_json_string(std::string(value.text()) + "-drift", json);
  } else if (value.is_list() && !value.empty()) {
    json = "[]";
  } else if (value.is_map() && !value.empty() && value.value_at(0).is_string()) {
    json = model::write_json(value);
    json.insert(json.size() - 1, R"(,"drift":"drift")");
  }
  return json;
}

/// Whether the path ends in a field that its list item is known by: another value makes another
/// item.
bool is_item_key(const diff::FieldPath& path) {
  if (path.size() < 2 || path[path.size() - 2].type != diff::PathStepType::key) return false;
  return model::parse_json(path[path.size() - 2].text)[path.back().text].present();
}

}  // namespace

model::Value value_at(model::Value object, const diff::FieldPath& path) {
  for (const diff::PathStep& step : path) object = diff::select(object, step);
  return object;
}

std::vector<FieldChange> foreign_changes(model::Value live, const std::string& label) {
  std::vector<FieldChange> scalars;
  std::vector<FieldChange> wholes;
  const auto entry = diff::find_apply_entry(live);
  if (!entry) return {};
  if (live["kind"].text() == "CustomResourceDefinition") {
    const diff::FieldPath versions{{diff::PathStepType::field, "spec"},
                                   {diff::PathStepType::field, "versions"}};
    return {{versions, "/spec/versions/0/schema/openAPIV3Schema/description", R"("drift")", "add"}};
  }
  diff::walk_fields(entry->fields, live,
                    [&](std::span<const diff::PathStep> at, model::Value trie, model::Value value) {
                      const diff::FieldPath path(at.begin(), at.end());
                      const bool is_ours = !path.empty() && path[0].text != "metadata" &&
                                           path.back().type == diff::PathStepType::field;
                      if (!is_ours || !diff::is_leaf(trie) || is_item_key(path)) return;
                      const auto pointer = pointer_of(live, path);
                      const std::string other = other_value(value);
                      if (!pointer || other.empty()) return;
                      (value.is_scalar() ? scalars : wholes).push_back({path, *pointer, other});
                    });
  // Short paths first: they say more of the object, and are restrained less by its schema.
  std::stable_sort(scalars.begin(), scalars.end(), [](const auto& left, const auto& right) {
    return left.path.size() < right.path.size();
  });
  if (scalars.size() > attempts_max) scalars.resize(attempts_max);
  scalars.insert(scalars.end(), wholes.begin(), wholes.end());
  const diff::FieldPath last{{diff::PathStepType::field, "metadata"},
                             {diff::PathStepType::field, "labels"},
                             {diff::PathStepType::field, label}};
  const auto pointer = pointer_of(live, last);
  if (pointer && diff::find_trie(entry->fields, last).present())
    scalars.push_back({last, *pointer, R"("drift")"});
  return scalars;
}

RevertedDrift drift_one_field(const model::Gvk& gvk, const std::string& space,
                              const std::string& name, const std::string& label) {
  Cluster& cluster = Cluster::instance();
  DriftClock clock(gvk, space, name);
  const model::Document live = cluster.get(gvk, space, name);
  for (const FieldChange& change : foreign_changes(live.root(), label)) {
    const model::Value original = value_at(live.root(), change.path);
    clock.start();
    const kube::Response answer = cluster.client().send(
        kube::Request::patch(kube::Verb::json_patch, gvk, space, name,
                             R"([{"op":")" + change.operation + R"(","path":")" + change.pointer +
                                 R"(","value":)" + change.value + "}]",
                             "somebody"));
    const auto written = std::chrono::steady_clock::now();
    // Refused, or put back by the server itself.
    if (!answer.ok() || model::equal(value_at(answer.document().root(), change.path), original))
      continue;
    return {diff::to_string(change.path), clock.await(written, [&](model::Value object) {
              return model::equal(value_at(object, change.path), original);
            })};
  }
  return {};
}

}  // namespace reconcile::test
