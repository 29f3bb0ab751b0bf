// Rendered objects made ready for server-side apply. Tests: test/appliers/apply/prepare_test.cpp.
#include "reconcile/appliers/prepare.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "appliers/apply/duplicate_items.hpp"
#include "appliers/apply/scale_targets.hpp"
#include "reconcile/diff/empty_lists.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::appliers {

namespace {

/// Whether kinds are namespaced: CRDs of the same render first, then discovery, asked once a kind.
class Scopes {
 public:
  Scopes(std::span<const model::Object> rendered, ClusterPort& port) : port_(port) {
    for (const model::Object& object : rendered) {
      if (object.gvk().kind != "CustomResourceDefinition") continue;
      const model::Value spec = object["spec"];
      rendered_[{std::string(spec["group"].text()), std::string(spec["names"]["kind"].text())}] =
          spec["scope"].text() != "Cluster";
    }
  }

  /// Absent where nobody knows the kind.
  std::optional<bool> is_namespaced(const model::Gvk& gvk) {
    if (const auto found = rendered_.find({gvk.group, gvk.kind}); found != rendered_.end())
      return found->second;
    const auto cached = served_.find(gvk);
    if (cached != served_.end()) return cached->second;
    const auto kind = port_.find_kind(gvk);
    const std::optional<bool> scope = kind ? std::optional(kind->namespaced) : std::nullopt;
    served_.emplace(gvk, scope);
    return scope;
  }

 private:
  ClusterPort& port_;
  std::map<std::pair<std::string, std::string>, bool> rendered_;
  std::unordered_map<model::Gvk, std::optional<bool>> served_;
};

model::Node& map_at(model::Arena& arena, model::Node& parent, std::string_view key) {
  model::Node* child = model::find(parent, key);
  if (child != nullptr && child->kind == model::Kind::map) return *child;
  return model::set(arena, parent, key, model::make_map());
}

/// The server merges `stringData` into `data` but never removes from it what was merged before.
void move_string_data(model::Arena& arena, model::Node& root) {
  const model::Node* found = model::find(root, "stringData");
  if (found == nullptr) return;
  const model::Value texts(found);
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!texts.value_at(i).is_string()) return;  // The server's refusal names the field.
  std::vector<std::pair<std::string, std::string>> encoded;
  for (std::size_t i = 0; i < texts.size(); ++i)
    encoded.emplace_back(texts.key_at(i), model::base64_encode(texts.value_at(i).text()));
  model::erase(root, "stringData");
  if (encoded.empty()) return;
  model::Node& data = map_at(arena, root, "data");
  for (const auto& [key, text] : encoded)
    model::set(arena, data, key, model::make_string(arena, text));
}

bool has_empty(model::Value value) {
  if (value.is_scalar()) return false;
  if (value.empty()) return true;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (has_empty(value.is_map() ? value.value_at(i) : value.at(i))) return true;
  return false;
}

bool has_fraction(model::Value value) {
  if (value.is_scalar()) return value.kind() == model::Kind::floating;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (has_fraction(value.is_map() ? value.value_at(i) : value.at(i))) return true;
  return false;
}

constexpr std::size_t tree_bytes_max = std::size_t{1} << 20U;  ///< of JSON

class Preparation {
 public:
  Preparation(const UnitKey& unit, Scopes& scopes, const PrepareOptions& options,
              std::vector<Warning>& warnings)
      : packer_(options.spill),
        scopes_(scopes),
        options_(options),
        warnings_(warnings),
        labels_{unit.name_label(), unit.namespace_label()} {}

  void scale(std::set<model::ObjectId> targets) { scaled_ = std::move(targets); }

  PreparedObject prepare(const model::Object& rendered) {
    const auto arena = std::make_shared<model::Arena>();
    model::Node* root = arena->new_node();
    *root = model::copy_node(*arena, rendered.root());
    const model::Gvk& gvk = rendered.gvk();
    model::Node& metadata = map_at(*arena, *root, "metadata");
    model::erase(metadata, "creationTimestamp");
    model::erase(metadata, "managedFields");
    model::erase(metadata, "resourceVersion");
    model::erase(metadata, "uid");
    if (gvk.kind != "CustomResourceDefinition") model::erase(*root, "status");
    if (gvk.kind == "Secret" && gvk.group.empty()) move_string_data(*arena, *root);
    set_namespace(*arena, metadata, gvk, rendered.id().namespace_name);
    drop_duplicate_items(*root, gvk, rendered.id(), warnings_);
    model::Node& labels = map_at(*arena, metadata, "labels");
    for (const auto& [key, value] : labels_)
      model::set(*arena, labels, key, model::make_string(*arena, value));
    const model::Value value(root);
    PreparedObject result;
    const model::Object object(model::Document(arena, value), rendered.origin());
    result.object = packer_.pack(object);
    result.digest = diff::desired_digest(value, packer_.last_json(), options_.secret_key);
    result.flags = diff::management_flags(value);
    result.has_empty = has_empty(value);
    result.empty_lists = diff::empty_lists(value);
    ObjectPolicy policy = read_policy(value);
    if (!policy.says_nothing())
      result.policy = std::make_shared<const ObjectPolicy>(std::move(policy));
    leave_to_others(object, result);
    if (options_.trees != nullptr) keep_tree(object);
    return result;
  }

  /// Nothing follows.
  void finish() { packer_.finish(); }

 private:
  /// The rules are part of the digest: where they change, the object is applied by the new ones.
  void leave_to_others(const model::Object& object, PreparedObject& prepared) {
    std::vector<diff::LeftField> fields;
    if (options_.co_managed != nullptr) options_.co_managed->fields_of(object, fields);
    if (options_.ignore != nullptr) options_.ignore->fields_of(object, fields);
    if (scaled_.contains(object.id()) && object["spec"].contains("replicas"))
      fields.push_back({{"spec", "replicas"}, {}});
    if (fields.empty()) return;
    std::string text;
    for (const diff::LeftField& field : fields) {
      for (const std::string& step : field.steps) text += step + '/';
      for (const std::string& manager : field.managers) text += manager + ' ';
      text += '\n';
    }
    diff::LeftFields& shared = left_[text];
    if (shared == nullptr)
      shared = std::make_shared<const std::vector<diff::LeftField>>(std::move(fields));
    prepared.left = shared;
    text.append(reinterpret_cast<const char*>(&prepared.digest), sizeof prepared.digest);
    prepared.digest = model::fast_hash(text);
  }

  /// Of objects with one id the last, as in the unit.
  void keep_tree(const model::Object& object) {
    const std::size_t bytes = tree_bytes_ + packer_.last_json().size();
    if (bytes > tree_bytes_max || has_fraction(object.root())) {
      options_.trees->erase(object.id());
      return;
    }
    tree_bytes_ = bytes;
    options_.trees->insert_or_assign(object.id(), object.document());
  }

  void set_namespace(model::Arena& arena, model::Node& metadata, const model::Gvk& gvk,
                     const std::string& written) {
    const auto namespaced = scopes_.is_namespaced(gvk);
    if (!namespaced) return;
    if (!*namespaced)
      model::erase(metadata, "namespace");
    else if (written.empty())
      model::set(arena, metadata, "namespace",
                 model::make_string(arena, options_.default_namespace));
  }

  model::ObjectPacker packer_;
  Scopes& scopes_;
  const PrepareOptions& options_;
  std::vector<Warning>& warnings_;
  std::pair<std::string, std::string> labels_[2];
  std::set<model::ObjectId> scaled_;
  std::map<std::string, diff::LeftFields> left_;  ///< most objects of a kind share theirs
  std::size_t tree_bytes_ = 0;                    ///< of the JSON of the trees that were kept
};

/// Keeps the last of the objects with one id.
void drop_duplicate_objects(PreparedUnit& unit) {
  std::unordered_map<model::ObjectId, std::size_t> last;
  for (std::size_t i = 0; i < unit.objects.size(); ++i) last[unit.objects[i].object.id()] = i;
  if (last.size() == unit.objects.size()) return;
  std::vector<PreparedObject> kept;
  for (std::size_t i = 0; i < unit.objects.size(); ++i) {
    const model::ObjectId& id = unit.objects[i].object.id();
    if (last.at(id) == i)
      kept.push_back(std::move(unit.objects[i]));
    else
      unit.warnings.push_back({id, "rendered more than once, the last one wins"});
  }
  unit.objects = std::move(kept);
}

}  // namespace

model::Document PreparedObject::body_for(model::Value live, const model::Document& tree) const {
  const model::Document whole = tree.present() ? tree : object.document();
  return left == nullptr ? whole : diff::leave_fields(whole, live, *left);
}

Inventory PreparedUnit::inventory() const {
  Inventory wanted;
  wanted.entries.reserve(objects.size());
  for (const PreparedObject& object : objects)
    wanted.entries.push_back({object.object.id(), object.object.version(), {}});
  return wanted;
}

PreparedUnit prepare(const UnitKey& unit, std::span<const model::Object> rendered,
                     ClusterPort& port, const PrepareOptions& options) {
  PreparedUnit result;
  result.unit = unit;
  result.stages = options.stages;
  result.objects.reserve(rendered.size());
  Scopes scopes(rendered, port);
  Preparation preparation(unit, scopes, options, result.warnings);
  preparation.scale(scale_targets(rendered, options.default_namespace));
  for (const model::Object& object : rendered)
    result.objects.push_back(preparation.prepare(object));
  preparation.finish();
  drop_duplicate_objects(result);
  std::stable_sort(result.objects.begin(), result.objects.end(),
                   [&](const PreparedObject& left, const PreparedObject& right) {
                     return applies_before(left.object.id(), right.object.id(), options.stages);
                   });
  std::string bytes;
  for (const PreparedObject& object : result.objects) {
    bytes += object.object.id().inventory_id() + '\n';
    bytes.append(reinterpret_cast<const char*>(&object.digest), sizeof object.digest);
  }
  result.digest = model::fast_hash(bytes);
  result.inventory_digest = result.inventory().digest();
  return result;
}

}  // namespace reconcile::appliers
