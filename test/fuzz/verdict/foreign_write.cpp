#include "test/fuzz/verdict/foreign_write.hpp"

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::fuzz {

namespace {

using kube::Request;
using kube::Verb;
using model::Value;

/// What one write is made of.
struct Scene {
  Random& random;
  const model::Object& live;
  const model::Object& variant;

  Request patch(Verb verb, std::string json, std::string manager = "kubectl-edit") const {
    return Request::patch(verb, live.gvk(), live.id().namespace_name, live.id().name,
                          std::move(json), std::move(manager));
  }
};

/// The members of `object` that a person edits, as JSON.
std::string content(Value object) {
  model::Arena arena;
  model::Node result = model::make_map();
  for (std::size_t i = 0; i < object.size(); ++i) {
    const std::string_view key = object.key_at(i);
    if (key == "apiVersion" || key == "kind" || key == "metadata" || key == "status") continue;
    model::set(arena, result, key, model::copy_node(arena, object.value_at(i)));
  }
  return model::write_json(Value(&result));
}

std::string pointer_step(std::string_view key) {
  std::string result = "/";
  for (const char letter : key) {
    if (letter == '~')
      result += "~0";
    else if (letter == '/')
      result += "~1";
    else
      result += letter;
  }
  return result;
}

/// Pointers of all values below `value` but the server's own.
void collect(Value value, const std::string& path, bool lists_only,
             std::vector<std::pair<std::string, Value>>& found) {
  if (value.is_list() ? value.size() > (lists_only ? 1U : 0U) : !lists_only)
    if (!path.empty()) found.emplace_back(path, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.is_list()) {
      collect(value.at(i), path + "/" + std::to_string(i), lists_only, found);
      continue;
    }
    const std::string_view key = value.key_at(i);
    const bool at_root = path.empty();
    if (at_root && (key == "apiVersion" || key == "kind" || key == "status")) continue;
    const bool is_label = key == "labels" || key == "annotations";
    if (path == "/metadata" && !is_label) continue;
    const std::string below = path + pointer_step(key);
    if (at_root && key == "metadata") {
      if (!lists_only) collect(value.value_at(i), below, lists_only, found);
    } else {
      collect(value.value_at(i), below, lists_only, found);
    }
  }
}

ForeignWrite label(const Scene& scene) {
  return {"label",
          {scene.patch(Verb::merge_patch,
                       R"({"metadata":{"labels":{"foreign":"1","app":")" +
                           scene.random.one_of({"alpha", "foreign"}) + "\"}}}",
                       "kubectl-label")}};
}

ForeignWrite edit(const Scene& scene) {
  return {"edit", {scene.patch(Verb::merge_patch, content(scene.variant.root()))}};
}

ForeignWrite edit_and_back(const Scene& scene) {
  return {"edit and back",
          {scene.patch(Verb::merge_patch, content(scene.variant.root())),
           scene.patch(Verb::merge_patch, content(scene.live.root()))}};
}

ForeignWrite apply(const Scene& scene) {
  return {"apply", {Request::apply(scene.variant, "other")}};
}

ForeignWrite apply_the_same(const Scene& scene) {
  model::Arena arena;
  model::Node copy = model::copy_node(arena, scene.live.root());
  model::erase(copy, "status");
  model::Node& about = *model::find(copy, "metadata");
  for (const char* key : {"managedFields", "resourceVersion", "uid", "creationTimestamp",
                          "generation", "ownerReferences", "finalizers"})
    model::erase(about, key);
  return {
      "apply the same",
      {Request::apply(model::Object(model::parse_json(model::write_json(Value(&copy)))), "other")}};
}

ForeignWrite remove_field(const Scene& scene) {
  std::vector<std::pair<std::string, Value>> found;
  collect(scene.live.root(), "", false, found);
  if (found.empty()) return {};
  const std::string& path = found[scene.random.below(found.size())].first;
  return {"remove a field",
          {scene.patch(Verb::json_patch, R"([{"op":"remove","path":")" + path + "\"}]",
                       "kubectl-patch")}};
}

ForeignWrite reorder(const Scene& scene) {
  std::vector<std::pair<std::string, Value>> found;
  collect(scene.live.root(), "", true, found);
  if (found.empty()) return {};
  const std::string& path = found[scene.random.below(found.size())].first;
  return {"reorder",
          {scene.patch(Verb::json_patch,
                       R"([{"op":"move","from":")" + path + R"(/0","path":")" + path + "/1\"}]")}};
}

ForeignWrite reset_managers(const Scene& scene) {
  return {"reset of managedFields",
          {scene.patch(Verb::merge_patch, R"({"metadata":{"managedFields":[{}]}})")}};
}

ForeignWrite recreate(const Scene& scene) {
  model::Arena arena;
  model::Node copy = model::copy_node(arena, scene.live.root());
  model::erase(copy, "status");
  model::Node& about = *model::find(copy, "metadata");
  for (const char* key : {"managedFields", "resourceVersion", "uid", "creationTimestamp"})
    model::erase(about, key);
  return {"recreation",
          {Request::remove(scene.live.gvk(), scene.live.id().namespace_name, scene.live.id().name),
           Request::create(model::Object(model::parse_json(model::write_json(Value(&copy)))),
                           "kubectl-create")}};
}

/// The whole object as somebody read it, replaced by a variant of it.
ForeignWrite replace(const Scene& scene) {
  model::Arena arena;
  model::Node copy = model::copy_node(arena, scene.variant.root());
  model::Node& about = *model::find(copy, "metadata");
  const Value there = scene.live.root()["metadata"];
  for (const char* key : {"labels", "annotations", "finalizers", "ownerReferences"})
    if (there.contains(key)) model::set(arena, about, key, model::copy_node(arena, there[key]));
  return {"replace",
          {Request::update(model::Object(model::parse_json(model::write_json(Value(&copy)))),
                           "kubectl-replace")}};
}

/// Several fields at once, as one patch each, since some are refused.
ForeignWrite remove_fields(const Scene& scene) {
  ForeignWrite result{"remove fields", {}};
  for (int i = 0; i < 3; ++i)
    for (Request& request : remove_field(scene).requests) result.requests.push_back(request);
  return result;
}

/// Leaves a list or map that has something in it empty.
ForeignWrite empty_field(const Scene& scene) {
  std::vector<std::pair<std::string, Value>> found;
  collect(scene.live.root(), "", false, found);
  std::erase_if(found, [](const auto& field) { return field.second.size() == 0; });
  if (found.empty()) return {};
  const auto& [path, value] = found[scene.random.below(found.size())];
  return {"empty a field",
          {scene.patch(Verb::json_patch, R"([{"op":"replace","path":")" + path + R"(","value":)" +
                                             (value.is_list() ? "[]" : "{}") + "}]")}};
}

ForeignWrite write_status(const Scene& scene) {
  Request request = scene.patch(
      Verb::merge_patch,
      R"({"metadata":{"annotations":{"status":"seen"}},"status":{"conditions":[{"type":"Foreign",)"
      R"("status":"True","reason":"Seen","message":"m",)"
      R"("lastTransitionTime":"2026-01-01T00:00:00Z"}]}})",
      "controller");
  request.subresource = "status";
  return {"status", {request}};
}

ForeignWrite scale(const Scene& scene) {
  Request request = scene.patch(
      Verb::merge_patch, R"({"spec":{"replicas":)" + std::to_string(scene.random.below(4)) + "}}",
      "autoscaler");
  request.subresource = "scale";
  return {"scale", {request}};
}

/// Sets fields by an apply and lets go of them again.
ForeignWrite apply_and_withdraw(const Scene& scene) {
  model::Arena arena;
  model::Node bare = model::make_map();
  for (const char* key : {"apiVersion", "kind"})
    model::set(arena, bare, key, model::copy_node(arena, scene.variant.root()[key]));
  model::Node about = model::make_map();
  for (const char* key : {"name", "namespace"})
    if (scene.variant.root()["metadata"].contains(key))
      model::set(arena, about, key, model::copy_node(arena, scene.variant.root()["metadata"][key]));
  model::set(arena, bare, "metadata", about);
  return {
      "apply and withdraw",
      {Request::apply(scene.variant, "other"),
       Request::apply(model::Object(model::parse_json(model::write_json(Value(&bare)))), "other")}};
}

using MakeWrite = ForeignWrite (*)(const Scene& scene);
constexpr MakeWrite writes[] = {label,          label,        edit,         edit,
                                edit_and_back,  apply,        apply,        apply_the_same,
                                reorder,        remove_field, remove_field, reorder,
                                reset_managers, recreate,     replace,      remove_fields,
                                empty_field,    write_status, scale,        apply_and_withdraw};

}  // namespace

ForeignWrite foreign_write(Random& random, const model::Object& live,
                           const model::Object& variant) {
  if (random.chance(40)) return {};
  return random.one_of(writes)({random, live, variant});
}

}  // namespace reconcile::fuzz
