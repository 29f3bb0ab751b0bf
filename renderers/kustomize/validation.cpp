#include "renderers/kustomize/validation.hpp"

#include <algorithm>

#include "reconcile/model/yaml.hpp"

namespace reconcile::kustomize {

namespace {

/// A label that kustomize takes away again, writing those that remain anew.
constexpr std::string_view validated_by = "validated-by";

bool same_nodes(const Node& left, const Node& right);

bool same_scalar(const Node& left, const Node& right) {
  return left.kind == right.kind && raw_text(left) == raw_text(right) &&
         left.style == right.style && left.explicit_tag == right.explicit_tag &&
         tag_mark(left) == tag_mark(right) && is_made(left) == is_made(right);
}

bool same_nodes(const Node& left, const Node& right) {
  if (is_scalar(left)) return is_scalar(right) && same_scalar(left, right);
  if (left.kind != right.kind || left.size != right.size) return false;
  if (left.kind == Kind::list) {
    return std::equal(left.items, left.items + left.size, right.items, same_nodes);
  }
  return std::equal(left.entries, left.entries + left.size, right.entries,
                    [](const Entry& mine, const Entry& theirs) {
                      return mine.name() == theirs.name() && same_nodes(mine.value, theirs.value);
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

bool same_object(const Resource& before, const Resource& after) {
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
  return same_nodes(before.root, root);
}

}  // namespace

ObjectsBefore::ObjectsBefore(Context& context, const ResMap& objects) {
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
    return found != objects_.end() && same_object(found->second, *object);
  });
}

}  // namespace reconcile::kustomize
