#include "renderers/kustomize/res_map.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"
#include "renderers/kustomize/diagnosis.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

void merge_pairs(Pairs& base, const Pairs& over) {
  for (const auto& pair : over) {
    const auto same = std::find_if(base.begin(), base.end(),
                                   [&](const auto& other) { return other.first == pair.first; });
    if (same == base.end()) {
      base.push_back(pair);
    } else {
      same->second = pair.second;
    }
  }
}

Pairs data_pairs(const Node& root, std::string_view field) {
  Pairs pairs;
  const Node* map = model::find(root, field);
  if (map == nullptr || map->kind != Kind::map) return pairs;
  for (const Entry& entry : entries_of(*map)) {
    pairs.emplace_back(entry.name(), value_text(entry.value));
  }
  return pairs;
}

void set_data(Arena& arena, Node& root, std::string_view field, Pairs pairs) {
  model::erase(root, field);
  if (pairs.empty()) return;
  std::sort(pairs.begin(), pairs.end());
  Node map = model::make_map();
  for (const auto& [key, value] : pairs) {
    set_untagged_key(arena, map, key, tagged_string(arena, value));
  }
  model::set(arena, root, field, map);
}

// Labels and annotations of both (the new one wins), name and namespace of the old one.
void take_metadata(Arena& arena, Resource& fresh, const Resource& old) {
  for (const std::string_view field : {"labels", "annotations"}) {
    Pairs pairs = metadata_map(old.root, field);
    merge_pairs(pairs, metadata_map(fresh.root, field));
    set_metadata_map(arena, fresh.root, field, std::move(pairs));
  }
  fresh.set_name(arena, old.name());
  fresh.set_namespace(arena, old.namespace_name());
  fresh.previous = old.previous;
  fresh.prefixes = old.prefixes;
  fresh.suffixes = old.suffixes;
  fresh.needs_hash = fresh.needs_hash && old.needs_hash;
  fresh.behavior = old.is_generated ? old.behavior : Behavior::unspecified;
  fresh.is_generated = old.is_generated;
  fresh.helm_generated = old.helm_generated;
  fresh.var_names = old.var_names;
  if (fresh.transformations.empty()) fresh.transformations = old.transformations;
  if (fresh.has_hidden_annotations()) fresh.rewrite_annotations(arena);
}

// The data of the old object; of a Secret with its stringData encoded into it, as the API server
// does.
Pairs old_data(Arena& arena, const Resource& old, bool is_secret) {
  Pairs pairs = data_pairs(old.root, "data");
  const Node* plain = is_secret ? model::find(old.root, "stringData") : nullptr;
  if (is_missing_or_null(plain)) return pairs;
  if (plain->kind != Kind::map) throw_wrong_kind("MappingNode", *plain);
  Pairs encoded;
  for (const Entry& entry : entries_of(*plain)) {
    if (!is_scalar(entry.value)) {
      throw Error(ErrorCode::invalid_input, "stringData value for key \"" +
                                                std::string(entry.name()) + "\" must be a scalar");
    }
    encoded.emplace_back(entry.name(), arena.adopt(model::base64_encode(value_text(entry.value))));
  }
  const Node* data = model::find(old.root, "data");
  if (!encoded.empty() && !is_missing_or_null(data) && data->kind != Kind::map) {
    throw_wrong_kind("MappingNode", *data);
  }
  merge_pairs(pairs, encoded);
  return pairs;
}

}  // namespace

WholePattern::WholePattern(std::string_view pattern) : text_(pattern) {
  if (pattern.find_first_of("\\.+*?()|[]{}^$") == std::string_view::npos) return;
  regex_ = model::Regex::cached("^(?:" + text_ + ")$");
}

bool WholePattern::matches(std::string_view text) const {
  if (regex_ != nullptr) return regex_->matches(text);
  return text_.empty() || text_ == text;
}

std::size_t ResMap::IdHash::operator()(const ResourceId& id) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(id.name) * 31 + hash(id.gvk.kind) * 17 + hash(id.effective_namespace());
}

void ResMap::append(Resource* resource) {
  if (!current_ids_valid_) {
    current_ids_.clear();
    for (const Resource* present : list_) current_ids_.insert(present->current_id());
    current_ids_valid_ = true;
  }
  const ResourceId id = resource->current_id();
  if (!current_ids_.insert(id).second) {
    const auto first = std::find_if(list_.begin(), list_.end(), [&](const Resource* present) {
      return present->current_id().equals(id);
    });
    std::string text = "may not add resource with an already registered id: " + id.display();
    if (first != list_.end()) text += ": " + describe(**first) + " and " + describe(*resource);
    throw Error(ErrorCode::invalid_input, text);
  }
  list_.push_back(resource);
  if (names_valid_) add_names(list_.size() - 1);
}

void ResMap::append_all(const ResMap& other) {
  for (Resource* resource : other.list_) append(resource);
}

void ResMap::absorb(Arena& arena, Resource* resource) {
  const ResourceId id = resource->current_id();
  const std::vector<Resource*> matches = with_any_id(id);
  if (matches.size() > 1) {
    throw Error(ErrorCode::invalid_input,
                "found multiple objects that could accept merge of " + id.display());
  }
  const bool changes =
      resource->behavior == Behavior::merge || resource->behavior == Behavior::replace;
  if (matches.empty()) {
    if (changes) {
      throw Error(ErrorCode::invalid_input,
                  "id " + id.display() + " does not exist; cannot merge or replace: behavior is " +
                      std::string(to_string(resource->behavior)) +
                      describe_near(*this, resource->kind(), resource->name()));
    }
    append(resource);
    return;
  }
  if (!changes) {
    throw Error(ErrorCode::invalid_input,
                "id " + id.display() + " exists; can not use behavior: '" +
                    std::string(to_string(resource->behavior)) +
                    "', behavior must be merge or replace: " + describe(*matches.front()));
  }
  Resource& old = *matches.front();
  const bool merges = resource->behavior == Behavior::merge;
  const bool is_secret = resource->api_version() == "v1" && resource->kind() == "Secret";
  take_metadata(arena, *resource, old);
  if (merges) {
    Pairs data = old_data(arena, old, is_secret);
    merge_pairs(data, data_pairs(resource->root, "data"));
    set_data(arena, resource->root, "data", std::move(data));
    Pairs binary = data_pairs(old.root, "binaryData");
    merge_pairs(binary, data_pairs(resource->root, "binaryData"));
    set_data(arena, resource->root, "binaryData", std::move(binary));
    if (old.origin.has_value()) resource->origin = old.origin;
  }
  std::replace(list_.begin(), list_.end(), &old, resource);
  ids_changed();
}

void ResMap::replace_list(std::vector<Resource*> list) {
  list_ = std::move(list);
  ids_changed();
}

void ResMap::drop_empties() {
  if (!std::exchange(has_empties_, false)) return;
  const auto empty = [](const Resource* resource) { return is_nil_or_empty(&resource->root); };
  list_.erase(std::remove_if(list_.begin(), list_.end(), empty), list_.end());
  ids_changed();
}

void ResMap::ids_changed() {
  current_ids_valid_ = false;
  names_valid_ = false;
}

void ResMap::add_names(std::size_t position) const {
  const Resource& resource = *list_[position];
  names_[resource.name()].push_back(position);
  for (const Resource::PreviousId& id : resource.previous) {
    std::vector<std::size_t>& positions = names_[id.name];
    if (positions.empty() || positions.back() != position) positions.push_back(position);
  }
}

void ResMap::make_names() const {
  names_.clear();
  for (std::size_t i = 0; i < list_.size(); ++i) add_names(i);
  names_valid_ = true;
}

std::vector<Resource*> ResMap::with_any_name(std::string_view name) const {
  if (!names_valid_) make_names();
  std::vector<Resource*> result;
  const auto found = names_.find(name);
  if (found == names_.end()) return result;
  for (const std::size_t position : found->second) {
    if (!is_nil_or_empty(&list_[position]->root)) result.push_back(list_[position]);
  }
  return result;
}

std::vector<Resource*> ResMap::candidates(const WholePattern& pattern) const {
  const std::string_view name = pattern.only_match();
  return name.empty() ? list_ : with_any_name(name);
}

std::vector<Resource*> ResMap::with_any_id(const ResourceId& id) const {
  std::vector<Resource*> result = with_any_name(id.name);
  std::erase_if(result, [&](const Resource* resource) {
    for (std::size_t i = 0; i < resource->previous.size(); ++i) {
      if (resource->previous_id(i).equals(id)) return false;
    }
    return !resource->current_id().equals(id);
  });
  return result;
}

Resource& ResMap::by_id(const ResourceId& id) const {
  const std::vector<Resource*> matches = with_any_id(id);
  if (matches.size() == 1) return *matches.front();
  const std::string text = id.display();
  const std::string tail = "; failed to find unique target for patch " + text;
  if (matches.empty()) {
    throw Error(ErrorCode::not_found,
                "no matches for Id " + text + tail + describe_near(*this, id.gvk.kind, id.name));
  }
  throw Error(ErrorCode::invalid_input,
              "multiple matches for Id " + text + tail + ": " + describe_all(matches));
}

std::vector<Resource*> ResMap::select(const Selector& selector) const {
  const WholePattern group(selector.group);
  const WholePattern version(selector.version);
  const WholePattern kind(selector.kind);
  const WholePattern name(selector.name);
  const WholePattern namespace_name(selector.namespace_name);
  std::vector<Resource*> result;
  for (Resource* resource : candidates(name)) {
    const ResourceId current = resource->current_id();
    const ResourceId original = resource->original_id();
    if (!namespace_name.matches(original.effective_namespace()) &&
        !namespace_name.matches(current.effective_namespace())) {
      continue;
    }
    if (!name.matches(original.name) && !name.matches(current.name)) continue;
    if (!group.matches(current.gvk.group) || !version.matches(current.gvk.version) ||
        !kind.matches(current.gvk.kind)) {
      continue;
    }
    if (!selector.label_selector.empty() &&
        !matches_label_selector(selector.label_selector, metadata_map(resource->root, "labels"))) {
      continue;
    }
    if (!selector.annotation_selector.empty() &&
        !matches_label_selector(selector.annotation_selector,
                                metadata_map(resource->root, "annotations"))) {
      continue;
    }
    result.push_back(resource);
  }
  return result;
}

void ResMap::check_unique_ids(std::string_view what) const {
  std::unordered_set<ResourceId, IdHash, IdEqual> seen;
  for (const Resource* resource : list_) {
    const ResourceId id = resource->current_id();
    if (!seen.insert(id).second) {
      throw Error(ErrorCode::invalid_input,
                  std::string(what) + " produces ID conflict: " + id.display());
    }
  }
}

Selector Selector::from(model::Value value) {
  Selector selector;
  selector.group = value["group"].text();
  selector.version = value["version"].text();
  selector.kind = value["kind"].text();
  selector.name = value["name"].text();
  selector.namespace_name = value["namespace"].text();
  selector.annotation_selector = value["annotationSelector"].text();
  selector.label_selector = value["labelSelector"].text();
  return selector;
}

}  // namespace reconcile::kustomize
