#include "renderers/kustomize/resource.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "reconcile/kustomize/repository_address.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/kustomize/merge_schema_table.hpp"
#include "renderers/kustomize/shared_scalars.hpp"

namespace reconcile::kustomize {

namespace {

constexpr std::string_view not_a_namespace = "_non_namespaceable_";
constexpr std::string_view default_namespace_name = "default";

std::string_view or_placeholder(std::string_view text, std::string_view placeholder) {
  return text.empty() ? placeholder : text;
}

std::string scope_key(std::string_view api_version, std::string_view kind) {
  std::string key(api_version);
  key += ' ';
  key += kind;
  return key;
}

const Node* metadata_field(const Node& root, std::string_view name) noexcept {
  const Node* metadata = model::find(root, "metadata");
  return metadata == nullptr ? nullptr : model::find(*metadata, name);
}

void set_field(Arena& arena, Node& map, std::string_view key, std::string_view text) {
  if (Node* old = model::find(map, key); old != nullptr && is_scalar(*old)) {
    set_untagged_text(arena, *old, text);
    return;
  }
  model::set(arena, map, key, new_field_scalar(arena, text));
}

// As Go's filepath.Clean, but that "" stays empty and no path is absolute.
std::string clean_path(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const std::string& part : parts) clean += (clean.empty() ? "" : "/") + part;
  return clean;
}

}  // namespace

GvkView GvkView::from_api_version(std::string_view api_version, std::string_view kind) noexcept {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return {{}, api_version, kind};
  return {api_version.substr(0, slash), api_version.substr(slash + 1), kind};
}

bool GvkView::is_selected(const GvkView& selector) const noexcept {
  return (selector.group.empty() || selector.group == group) &&
         (selector.version.empty() || selector.version == version) &&
         (selector.kind.empty() || selector.kind == kind);
}

std::string GvkView::display() const {
  std::string text(or_placeholder(kind, "[noKind]"));
  text += '.';
  text += or_placeholder(version, "[noVer]");
  text += '.';
  text += or_placeholder(group, "[noGrp]");
  return text;
}

std::string_view ResourceId::effective_namespace() const noexcept {
  if (cluster_scoped) return not_a_namespace;
  return or_placeholder(namespace_name, default_namespace_name);
}

bool ResourceId::equals(const ResourceId& other) const noexcept {
  return name == other.name && gvk == other.gvk &&
         effective_namespace() == other.effective_namespace();
}

std::string ResourceId::display() const {
  std::string text = gvk.display();
  text += '/';
  text += or_placeholder(name, "[noName]");
  text += '.';
  text += or_placeholder(namespace_name, "[noNs]");
  return text;
}

bool is_certainly_cluster_scoped(std::string_view api_version, std::string_view kind) {
  // Most kinds are told by their size and first letter not to be among them.
  struct Kinds {
    Kinds() {
      for (const ScopeRow& row : cluster_scoped_kinds()) {
        const std::string_view kind = row.kind;
        set.insert(kind);
        letters[kind.size() % letters.size()] |= letter(kind);
      }
    }
    static std::uint32_t letter(std::string_view kind) {
      return 1U << (static_cast<unsigned char>(kind.front()) & 31U);
    }
    [[nodiscard]] bool contains(std::string_view kind) const {
      if (kind.empty() || (letters[kind.size() % letters.size()] & letter(kind)) == 0) return false;
      return set.contains(kind);
    }
    std::unordered_set<std::string_view> set;
    std::array<std::uint32_t, 64> letters{};
  };
  static const Kinds kinds;
  if (!kinds.contains(kind)) return false;
  static const std::unordered_set<std::string> rows = [] {
    std::unordered_set<std::string> set;
    for (const ScopeRow& row : cluster_scoped_kinds()) {
      set.insert(scope_key(row.api_version, row.kind));
    }
    return set;
  }();
  return rows.contains(scope_key(api_version, kind));
}

Origin Origin::append(std::string_view more) const {
  Origin result = *this;
  std::string inside;
  if (const auto address = RepositoryAddress::parse(more)) {
    result.repository = without_credentials(address->clone_url());
    result.ref = address->reference;
    result.path.clear();
    inside = clean_path(address->directory);
    // kustomize 5.8.2 shows the name of a directory that it has not made yet.
    if (inside.empty()) inside = "notCloned";
    more = inside;
  }
  result.path =
      clean_path(result.path.empty() ? std::string(more) : result.path + "/" + std::string(more));
  return result;
}

Behavior behavior_from(std::string_view text) noexcept {
  if (text == "create") return Behavior::create;
  if (text == "replace") return Behavior::replace;
  if (text == "merge") return Behavior::merge;
  return Behavior::unspecified;
}

std::string_view to_string(Behavior behavior) noexcept {
  switch (behavior) {
    case Behavior::create:
      return "create";
    case Behavior::replace:
      return "replace";
    case Behavior::merge:
      return "merge";
    case Behavior::unspecified:
      break;
  }
  return "unspecified";
}

std::string_view Resource::api_version() const noexcept {
  const Node* node = model::find(root, "apiVersion");
  return node == nullptr ? std::string_view{} : raw_text(*node);
}

std::string_view Resource::kind() const noexcept {
  const Node* node = model::find(root, "kind");
  return node == nullptr ? std::string_view{} : raw_text(*node);
}

GvkView Resource::gvk() const noexcept {
  return GvkView::from_api_version(api_version(), kind());
}

std::string_view Resource::name() const noexcept {
  const Node* node = metadata_field(root, "name");
  return node == nullptr ? std::string_view{} : value_text(*node);
}

std::string_view Resource::namespace_name() const noexcept {
  const Node* node = metadata_field(root, "namespace");
  return node == nullptr ? std::string_view{} : value_text(*node);
}

ResourceId Resource::current_id() const noexcept {
  const std::string_view version = api_version();
  const std::string_view kind_text = kind();
  return {GvkView::from_api_version(version, kind_text), name(), namespace_name(),
          is_certainly_cluster_scoped(version, kind_text)};
}

ResourceId Resource::previous_id(std::size_t index) const noexcept {
  const PreviousId& id = previous[index];
  return {GvkView::from_api_version(api_version(), id.kind), id.name, id.namespace_name, false};
}

ResourceId Resource::original_id() const noexcept {
  return previous.empty() ? current_id() : previous_id(0);
}

void Resource::store_previous_id(Arena& arena) {
  const ResourceId id = current_id();
  make_annotations(arena);
  previous.push_back({id.effective_namespace(), id.name, id.gvk.kind});
  // kustomize keeps the three lists as comma-separated text and fails where their lengths differ.
  const auto commas = [this](std::string_view PreviousId::*part) {
    std::ptrdiff_t count = 0;
    for (const PreviousId& each : previous) {
      count += std::count((each.*part).begin(), (each.*part).end(), ',');
    }
    return count;
  };
  const std::ptrdiff_t names = commas(&PreviousId::name);
  if (names == commas(&PreviousId::namespace_name) && names == commas(&PreviousId::kind)) return;
  throw model::Error(model::ErrorCode::invalid_input,
                     "number of previous names, number of previous namespaces, number of previous "
                     "kinds not equal: an id contains a comma: " +
                         id.display());
}

bool Resource::has_hidden_annotations() const noexcept {
  return !previous.empty() || !prefixes.empty() || !suffixes.empty() || is_generated ||
         needs_hash || origin.has_value();
}

void Resource::clear_hidden_annotations() {
  previous.clear();
  prefixes.clear();
  suffixes.clear();
  behavior = Behavior::unspecified;
  is_generated = false;
  needs_hash = false;
}

void Resource::make_annotations(Arena& arena) {
  Node& metadata = lookup_or_create_map(arena, root, {"metadata"});
  const Node* annotations = model::find(metadata, "annotations");
  if (annotations != nullptr && !is_scalar(*annotations) && annotations->size > 0) return;
  model::set(arena, metadata, "annotations", model::make_map());
}

void Resource::rewrite_annotations(Arena& arena) {
  Node& metadata = lookup_or_create_map(arena, root, {"metadata"});
  Node* annotations = model::find(metadata, "annotations");
  if (annotations == nullptr || annotations->kind != Kind::map || annotations->size == 0) {
    if (annotations != nullptr) model::erase(metadata, "annotations");
    if (has_hidden_annotations()) model::set(arena, metadata, "annotations", model::make_map());
    return;
  }
  const std::span<const Entry> entries = entries_of(std::as_const(*annotations));
  const bool is_written = std::all_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.value.kind == Kind::string && is_made(entry.value) && share_of(entry.value) == 0 &&
           tag_mark(entry.value) == Tag::of_kind;
  });
  if (!is_written) set_metadata_map(arena, root, "annotations", metadata_map(root, "annotations"));
}

void Resource::take_hidden_annotations(const Resource& other) {
  if (this == &other) return;
  previous = other.previous;
  prefixes = other.prefixes;
  suffixes = other.suffixes;
  behavior = other.behavior;
  is_generated = other.is_generated;
  needs_hash = other.needs_hash;
}

void Resource::set_name(Arena& arena, std::string_view text) {
  set_field(arena, lookup_or_create_map(arena, root, {"metadata"}), "name", text);
}

void Resource::set_namespace(Arena& arena, std::string_view text) {
  if (text.empty()) {
    if (Node* metadata = model::find(root, "metadata"); metadata != nullptr) {
      model::erase(*metadata, "namespace");
    }
    return;
  }
  set_field(arena, lookup_or_create_map(arena, root, {"metadata"}), "namespace", text);
}

void Resource::set_kind(Arena& arena, std::string_view text) {
  set_field(arena, root, "kind", text);
}

std::vector<std::pair<std::string_view, std::string_view>> metadata_map(const Node& root,
                                                                        std::string_view field) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  const Node* map = metadata_field(root, field);
  if (map == nullptr || is_scalar(*map)) return pairs;
  pairs.reserve(map->size);
  if (map->kind == Kind::list) {
    // kustomize takes the items of a list for keys and values in turn.
    for (std::uint32_t i = 0; i + 1 < map->size; i += 2) {
      pairs.emplace_back(raw_text(map->items[i]), raw_text(map->items[i + 1]));
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  }
  for (const Entry& entry : entries_of(*map)) {
    pairs.emplace_back(entry.name(), raw_text(entry.value));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

void set_metadata_map(Arena& arena, Node& root, std::string_view field,
                      std::vector<std::pair<std::string_view, std::string_view>> pairs) {
  Node& metadata = lookup_or_create_map(arena, root, {"metadata"});
  if (pairs.empty()) {
    model::erase(metadata, field);
    return;
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<Entry> entries;
  entries.reserve(pairs.size());
  for (const auto& [key, value] : pairs) {
    Entry entry;
    entry.key = arena.copy(key).data();
    entry.key_size = static_cast<std::uint32_t>(key.size());
    entry.value = tagged_string(arena, value);
    entries.push_back(entry);
  }
  Node map = model::make_map(arena, entries.data(), entries.size());
  for (const auto& pair : pairs) map.has_other_keys |= is_typed_key(arena, pair.first);
  model::set(arena, metadata, field, map);
}

}  // namespace reconcile::kustomize
