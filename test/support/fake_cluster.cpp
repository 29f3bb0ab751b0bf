#include "test/support/fake_cluster.hpp"

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::test {

namespace {

using appliers::ClusterAnswer;
using appliers::ClusterRequest;
using appliers::Verb;

bool is_identity(std::string_view key, int depth, bool in_metadata) {
  if (depth == 0) return key == "apiVersion" || key == "kind" || key == "status";
  return in_metadata && (key == "name" || key == "namespace" || key == "uid" ||
                         key == "resourceVersion" || key == "generation" || key == "managedFields");
}

void write_trie(model::Value map, int depth, bool in_metadata, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < map.size(); ++i) {
    const std::string key(map.key_at(i));
    if (is_identity(key, depth, in_metadata)) continue;
    if (out.back() != '{') out += ',';
    model::write_json_string("f:" + key, out);
    out += ':';
    if (map.value_at(i).is_map() && !map.value_at(i).empty())
      write_trie(map.value_at(i), depth + 1, depth == 0 && key == "metadata", out);
    else
      out += "{}";
  }
  out += '}';
}

std::string entry_of(model::Value object, const std::string& manager,
                     const std::string& operation) {
  return R"({"manager":")" + manager + R"(","operation":")" + operation + R"(","apiVersion":")" +
         std::string(object["apiVersion"].text()) +
         R"(","fieldsType":"FieldsV1","time":"2026-01-01T00:00:00Z","fieldsV1":)" +
         trie_of(object) + "}";
}

std::string uid_text(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

/// `object` with the server's metadata set.
std::string with_metadata(model::Value object, const std::string& uid, std::uint64_t version,
                          std::int64_t generation, const std::string& managed_fields) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, object);
  if (model::find(root, "metadata") == nullptr)
    model::set(arena, root, "metadata", model::make_map());
  model::Node& metadata = *model::find(root, "metadata");
  model::set(arena, metadata, "uid", model::make_string(arena, uid));
  model::set(arena, metadata, "resourceVersion",
             model::make_string(arena, std::to_string(version)));
  model::set(arena, metadata, "generation", model::make_integer(generation));
  if (!managed_fields.empty()) {
    const model::Document fields = model::parse_json(managed_fields);
    model::set(arena, metadata, "managedFields", model::copy_node(arena, fields.root()));
  }
  if (object["kind"].text() == "Namespace") {
    const model::Document status = model::parse_json(R"({"phase":"Active"})");
    model::set(arena, root, "status", model::copy_node(arena, status.root()));
  }
  return model::write_json(model::Value(&root));
}

/// What a write compares: the object without the server's metadata and without status.
std::string content_of(model::Value object) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, object);
  model::erase(root, "status");
  if (model::Node* metadata = model::find(root, "metadata"))
    for (const char* key : {"uid", "resourceVersion", "generation", "managedFields"})
      model::erase(*metadata, key);
  return model::write_json(model::Value(&root));
}

}  // namespace

std::string key_of(const model::Gvk& gvk, std::string_view namespace_name, std::string_view name) {
  std::string key = gvk.kind + '/';
  if (!namespace_name.empty()) key += std::string(namespace_name) + '/';
  return key + std::string(name);
}

std::string line_of(const appliers::ClusterRequest& request) {
  return std::string(to_string(request.verb)) + ' ' +
         key_of(request.gvk, request.namespace_name, request.name.empty() ? "*" : request.name);
}

std::string trie_of(model::Value object) {
  std::string out;
  write_trie(object, 0, false, out);
  return out;
}

FakeCluster::FakeCluster(FakeClock& clock) : clock_(clock) {
  for (const char* kind :
       {"ConfigMap", "Secret", "Service", "ServiceAccount", "PersistentVolumeClaim"})
    serve({"", "v1", kind}, true);
  serve({"", "v1", "Namespace"}, false);
  serve({"apps", "v1", "Deployment"}, true);
  serve({"apps", "v1", "StatefulSet"}, true);
  serve({"rbac.authorization.k8s.io", "v1", "ClusterRole"}, false);
  serve({"storage.k8s.io", "v1", "StorageClass"}, false);
  serve({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, false);
}

void FakeCluster::serve(const model::Gvk& gvk, bool namespaced) {
  kinds_[gvk] = namespaced;
}

std::optional<appliers::KindInfo> FakeCluster::find_kind(const model::Gvk& gvk) {
  const auto found = kinds_.find(gvk);
  if (found == kinds_.end()) return std::nullopt;
  return appliers::KindInfo{found->first, found->second};
}

std::optional<appliers::KindInfo> FakeCluster::find_kind(std::string_view group,
                                                         std::string_view kind) {
  for (const auto& [gvk, namespaced] : kinds_)
    if (gvk.group == group && gvk.kind == kind) return appliers::KindInfo{gvk, namespaced};
  return std::nullopt;
}

void FakeCluster::exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                           const OnAnswer& on_answer) {
  in_flight_seen = std::max(in_flight_seen, std::min(count, in_flight_max));
  for (std::size_t index = 0; index < count; ++index) {
    std::optional<appliers::FollowUp> next = appliers::FollowUp{make(index), {}};
    while (next) {
      if (next->delay.count() > 0) delays.push_back(next->delay);
      clock_.advance(next->delay);
      const ClusterRequest request = std::move(next->request);
      const std::string line = line_of(request);
      if (before) before(line);
      log.push_back(line);
      bodies.push_back(request.body);
      ClusterAnswer result;
      if (auto& queue = scripts_[line]; !queue.empty()) {
        result = std::move(queue.front());
        queue.pop_front();
      } else {
        result = answer(request);
      }
      if (after) after(line);
      next = on_answer(index, std::move(result));
    }
  }
}

void FakeCluster::put(const std::string& json, const std::string& manager) {
  const model::Document object = model::parse_json(json);
  const model::Gvk gvk =
      model::Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text());
  const std::string key =
      key_of(gvk, object["metadata"]["namespace"].text(), object["metadata"]["name"].text());
  const std::string uid =
      has(key) ? std::string(objects_[key]["metadata"]["uid"].text()) : uid_text(++uids_);
  std::string fields;
  if (!object["metadata"]["managedFields"].present())
    fields = '[' + entry_of(object.root(), manager, "Update") + ']';
  objects_[key] = model::parse_json(with_metadata(object.root(), uid, ++version_, 1, fields));
}

std::string FakeCluster::edited(const model::Document& object, const std::string& key,
                                const std::string& value) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, object.root());
  model::set(arena, *model::find(root, "data"), key, model::make_string(arena, value));
  // Whoever changes a value takes it out of the entries of the others.
  model::Node* entries = model::find(*model::find(root, "metadata"), "managedFields");
  for (std::size_t i = 0; entries != nullptr && i < entries->size; ++i) {
    model::Node* fields = model::find(entries->items[i], "fieldsV1");
    model::Node* data = fields == nullptr ? nullptr : model::find(*fields, "f:data");
    if (data != nullptr && model::erase(*data, "f:" + key) && data->size == 0)
      model::erase(*fields, "f:data");
  }
  return model::write_json(model::Value(&root));
}

void FakeCluster::erase(const std::string& key) {
  objects_.erase(key);
}

model::Document FakeCluster::object(const std::string& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? model::Document() : found->second;
}

void FakeCluster::script(const std::string& line, ClusterAnswer answer) {
  scripts_[line].push_back(std::move(answer));
}

ClusterAnswer FakeCluster::failure(int code, const std::string& reason, const std::string& message,
                                   std::vector<std::string> causes) {
  ClusterAnswer answer;
  answer.code = code;
  answer.reason = reason;
  answer.message = message;
  answer.causes = std::move(causes);
  return answer;
}

ClusterAnswer FakeCluster::store(const std::string& key, const std::string& json, int code) {
  objects_[key] = model::parse_json(json);
  ClusterAnswer answer;
  answer.code = code;
  answer.object = objects_[key];
  return answer;
}

ClusterAnswer FakeCluster::apply(const ClusterRequest& request, const std::string& key) {
  const model::Document desired = model::parse_json(request.body);
  const auto found = objects_.find(key);
  const bool there = found != objects_.end();
  std::string fields = '[' + entry_of(desired.root(), request.field_manager, "Apply");
  std::string uid = uid_text(uids_ + 1);
  std::int64_t generation = 1;
  if (there) {
    const model::Value metadata = found->second["metadata"];
    uid = metadata["uid"].text();
    generation = metadata["generation"].integer().value_or(0) + 1;
    const model::Value entries = metadata["managedFields"];
    bool applied_before = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries.at(i)["manager"].text() == request.field_manager) {
        applied_before = model::write_json(entries.at(i)["fieldsV1"]) ==
                         model::write_json(model::parse_json(trie_of(desired.root())).root());
        continue;
      }
      fields += ',' + model::write_json(entries.at(i));
    }
    if (applied_before && content_of(desired.root()) == content_of(found->second.root())) {
      ClusterAnswer same;
      same.code = 200;
      same.object = found->second;
      return same;
    }
  } else {
    ++uids_;
  }
  const std::string json = with_metadata(desired.root(), uid, ++version_, generation, fields + ']');
  if (request.dry_run) {
    ClusterAnswer answer;
    answer.code = there ? 200 : 201;
    answer.object = model::parse_json(json);
    return answer;
  }
  return store(key, json, there ? 200 : 201);
}

ClusterAnswer FakeCluster::list(const ClusterRequest& request) const {
  std::string items;
  for (const auto& [key, object] : objects_) {
    const bool fits = object["kind"].text() == request.gvk.kind &&
                      (request.namespace_name.empty() ||
                       object["metadata"]["namespace"].text() == request.namespace_name);
    const std::string& selector = request.label_selector;
    const bool is_excluded =
        selector.starts_with('!') && object["metadata"]["labels"].contains(selector.substr(1));
    const bool is_typed = request.field_selector.empty() ||
                          request.field_selector == "type=" + std::string(object["type"].text());
    if (!fits || is_excluded || !is_typed) continue;
    items += items.empty() ? "" : ",";
    if (request.verb == Verb::list) {
      items += model::write_json(object.root());
      continue;
    }
    items += R"({"kind":"PartialObjectMetadata","metadata":)" +
             model::write_json(object["metadata"]) + "}";
  }
  ClusterAnswer answer;
  answer.code = 200;
  answer.object = model::parse_json("{\"items\":[" + items + "]}");
  return answer;
}

ClusterAnswer FakeCluster::patch(const ClusterRequest& request, const std::string& key) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, objects_.at(key).root());
  const model::Document operations = model::parse_json(request.body);
  for (std::size_t i = 0; i < operations.root().size(); ++i) {
    const model::Value operation = operations.root().at(i);
    const std::string name(operation["path"].text().substr(std::string_view("/metadata/").size()));
    if (name == "resourceVersion" &&
        operation["value"].text() != objects_.at(key)["metadata"]["resourceVersion"].text())
      return failure(409, "Conflict", "the object has been modified");
    model::set(arena, *model::find(root, "metadata"), name,
               model::copy_node(arena, operation["value"]));
  }
  model::set(arena, *model::find(root, "metadata"), "resourceVersion",
             model::make_string(arena, std::to_string(++version_)));
  return store(key, model::write_json(model::Value(&root)), 200);
}

ClusterAnswer FakeCluster::answer(const ClusterRequest& request) {
  if (!kinds_.contains(request.gvk))
    return failure(404, "NoKind", "the server does not serve " + request.gvk.kind);
  if (request.verb == Verb::list || request.verb == Verb::list_metadata) return list(request);
  const model::Document body =
      request.body.empty() ? model::Document() : model::parse_json(request.body);
  const std::string key = key_of(
      request.gvk, request.namespace_name,
      request.name.empty() ? body["metadata"]["name"].text() : std::string_view(request.name));
  const bool there = objects_.contains(key);
  if (request.verb == Verb::apply) return apply(request, key);
  if (request.verb == Verb::create) {
    if (there) return failure(409, "AlreadyExists", key + " already exists");
    return store(key, with_metadata(body.root(), uid_text(++uids_), ++version_, 1, ""), 201);
  }
  if (!there) return failure(404, "NotFound", key + " not found");
  const model::Value metadata = objects_[key]["metadata"];
  if (request.verb == Verb::json_patch) return patch(request, key);
  if (request.verb == Verb::replace) {
    const std::string_view wanted = body["metadata"]["resourceVersion"].text();
    if (!wanted.empty() && wanted != metadata["resourceVersion"].text())
      return failure(409, "Conflict", "the object has been modified");
    return store(key,
                 with_metadata(body.root(), std::string(metadata["uid"].text()), ++version_, 1, ""),
                 200);
  }
  ClusterAnswer answer;
  answer.code = 200;
  answer.object = objects_[key];
  if (request.verb == Verb::remove) {
    if (!request.uid.empty() && request.uid != metadata["uid"].text())
      return failure(409, "Conflict", "the UID in the precondition does not match");
    objects_.erase(key);
  }
  return answer;
}

}  // namespace reconcile::test
