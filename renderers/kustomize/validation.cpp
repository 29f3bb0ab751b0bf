#include "renderers/kustomize/validation.hpp"

#include <algorithm>

#include "reconcile/model/yaml.hpp"

namespace reconcile::kustomize {

namespace {

/// A label that kustomize takes away again, writing those that remain anew.
constexpr std::string_view validated_by = "validated-by";

/// Whether the text itself has to be the one that was there.
enum class Texts : std::uint8_t { alike, in_place };

bool same_scalar(const Node& left, const Node& right, Texts texts) {
  const std::string_view mine = raw_text(left);
  const std::string_view theirs = raw_text(right);
  if (texts == Texts::in_place && !is_made(left) && mine.data() != theirs.data()) return false;
  return left.kind == right.kind && mine == theirs && left.style == right.style &&
         left.explicit_tag == right.explicit_tag && tag_mark(left) == tag_mark(right) &&
         is_made(left) == is_made(right);
}

bool same_nodes(const Node& left, const Node& right, Texts texts) {
  if (is_scalar(left)) return is_scalar(right) && same_scalar(left, right, texts);
  if (left.kind != right.kind || left.size != right.size) return false;
  if (left.kind == Kind::list) {
    return std::equal(
        left.items, left.items + left.size, right.items,
        [texts](const Node& mine, const Node& theirs) { return same_nodes(mine, theirs, texts); });
  }
  return std::equal(left.entries, left.entries + left.size, right.entries,
                    [texts](const Entry& mine, const Entry& theirs) {
                      return mine.name() == theirs.name() &&
                             same_nodes(mine.value, theirs.value, texts);
                    });
}

std::string_view without_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// Whether the text that the object was read from has everything where the way through JSON has put
// it now.
bool has_json_text(const Resource& before, const Node& after) {
  return without_end(before.document) == without_end(model::write_yaml(model::Value(&after)));
}

bool same_hidden(const Resource& left, const Resource& right) {
  return left.previous.size() == right.previous.size() && left.prefixes == right.prefixes &&
         left.suffixes == right.suffixes && left.behavior == right.behavior &&
         left.is_generated == right.is_generated && left.needs_hash == right.needs_hash;
}

// The map with another value, which leaves the one it was made from alone.
Node with_entry(Arena& arena, const Node& map, std::string_view key, const Node& value) {
  std::vector<Entry> entries(map.entries, map.entries + map.size);
  for (Entry& entry : entries) {
    if (entry.name() == key) entry.value = value;
  }
  Node copy = model::make_map(arena, entries.data(), entries.size());
  copy.has_other_keys = map.has_other_keys;
  return copy;
}

// A patch that merges brings its own nodes, which were read from other lines.
bool same_object(const Resource& before, const Resource& after, bool is_patch) {
  if (!same_hidden(before, after)) return false;
  Node root = after.root;
  Arena arena;
  const Node* labels = lookup(after.root, {"metadata", "labels"});
  if (labels != nullptr && model::find(*labels, validated_by) != nullptr) {
    root = clone(arena, after.root);
    auto pairs = metadata_map(root, "labels");
    std::erase_if(pairs, [](const auto& pair) { return pair.first == validated_by; });
    set_metadata_map(arena, root, "labels", std::move(pairs));
  }
  if (after.has_json_form && !before.has_json_form) {
    return model::equal(model::Value(&before.root), model::Value(&root)) &&
           has_json_text(before, root);
  }
  if (!is_patch || after.has_json_form) return same_nodes(before.root, root, Texts::alike);
  // Both have it in the first line.
  const Node* version = model::find(before.root, "apiVersion");
  if (Node* own = model::find(root, "apiVersion"); own != nullptr && version != nullptr) {
    if (!same_nodes(*version, *own, Texts::alike)) return false;
    root = with_entry(arena, root, "apiVersion", *version);
  }
  return same_nodes(before.root, root, Texts::in_place);
}

}  // namespace

ObjectsBefore::ObjectsBefore(Context& context, const ResMap& objects, std::string_view plugin)
    : is_patch_(plugin.starts_with("Patch")) {
  for (const Resource* object : objects.list()) {
    Resource copy = *object;
    copy.root = clone(*context.arena, object->root);
    objects_.emplace(object->current_id().display(), std::move(copy));
  }
}

bool ObjectsBefore::equal(const ResMap& after) const {
  if (after.size() != objects_.size()) return false;
  return std::all_of(after.list().begin(), after.list().end(), [this](const Resource* object) {
    const auto found = objects_.find(object->current_id().display());
    return found != objects_.end() && same_object(found->second, *object, is_patch_);
  });
}

}  // namespace reconcile::kustomize
