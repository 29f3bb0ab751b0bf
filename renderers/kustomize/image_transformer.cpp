#include <memory>

#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

struct ImageParts {
  std::string name;
  std::string tag;
  std::string digest;
};

// A colon before the first slash belongs to the registry's port.
ImageParts split_image(const std::string& image) {
  std::size_t slash = image.find('/');
  if (slash == std::string::npos) slash = 0;
  const std::size_t at = image.find('@', slash);
  const std::size_t colon = image.find(':', slash);
  if (at == std::string::npos && colon == std::string::npos) return {image, "", ""};
  if (at != std::string::npos && (colon == std::string::npos || at < colon)) {
    return {image.substr(0, at), "", image.substr(at + 1)};
  }
  if (at != std::string::npos) {
    return {image.substr(0, colon), image.substr(colon + 1, at - colon - 1), image.substr(at + 1)};
  }
  return {image.substr(0, colon), image.substr(colon + 1), ""};
}

class ImageEditor {
 public:
  ImageEditor(Arena& arena, const ImageChange& change) : arena_(arena), change_(change) {
    try {
      pattern_ = model::Regex::cached("^" + change.name +
                                      "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:"
                                      "[a-zA-Z0-9_.{}-]*)?$");
    } catch (const model::Error&) {
      // A name that is no expression matches nothing, as in kustomize 5.8.2.
    }
  }

  void edit(Node& field) const {
    if (is_null(field)) return;
    if (!is_scalar(field)) throw_wrong_kind("ScalarNode", field);
    const std::string value(raw_text(field));
    if (pattern_ == nullptr || !pattern_->matches(value)) return;
    ImageParts parts = split_image(value);
    if (!change_.new_name.empty()) parts.name = change_.new_name;
    if (!change_.new_tag.empty()) {
      parts.tag = change_.new_tag;
      parts.digest = change_.digest;
    } else if (!change_.digest.empty()) {
      parts.tag.clear();
      parts.digest = change_.digest;
    } else if (!change_.tag_suffix.empty()) {
      parts.tag += change_.tag_suffix;
      parts.digest.clear();
    }
    std::string image = parts.name;
    if (!parts.tag.empty()) image += ":" + parts.tag;
    if (!parts.digest.empty()) image += "@" + parts.digest;
    set_untagged_text(arena_, field, image);
  }

  // Every list called containers or initContainers, at any depth.
  void walk(Node& node) const {
    if (node.kind == Kind::list) {
      for (Node& item : items_of(node)) walk(item);
      return;
    }
    if (node.kind != Kind::map) return;
    for (Entry& entry : entries_of(node)) {
      walk(entry.value);
      const std::string_view key = entry.name();
      if ((key == "containers" || key == "initContainers") && entry.value.kind == Kind::list) {
        edit_containers(entry.value);
      }
    }
  }

 private:
  void edit_containers(Node& list) const {
    for (Node& container : items_of(list)) {
      if (is_null(container)) continue;
      if (container.kind != Kind::map) throw_wrong_kind("MappingNode", container);
      if (Node* image = model::find(container, "image"); image != nullptr) edit(*image);
    }
  }

  Arena& arena_;
  const ImageChange& change_;
  std::shared_ptr<const model::Regex> pattern_;
};

}  // namespace

ImageChange ImageChange::from(model::Value value) {
  ImageChange change;
  change.name = value["name"].text();
  change.new_name = value["newName"].text();
  change.new_tag = value["newTag"].text();
  change.tag_suffix = value["tagSuffix"].text();
  change.digest = value["digest"].text();
  return change;
}

void transform_images(Context& context, ResMap& objects, const ImageChange& change,
                      const FieldSpecs& specs) {
  Arena& arena = *context.arena;
  const ImageEditor editor(arena, change);
  const std::function<void(Node&)> edit = [&](Node& field) { editor.edit(field); };
  for (Resource* object : objects.list()) {
    if (object->kind() == "CustomResourceDefinition") continue;
    editor.walk(object->root);
  }
  for (Resource* object : objects.list()) {
    if (object->kind() == "CustomResourceDefinition") continue;
    visit_fields(arena, object->root, specs, Creates::nothing, edit);
  }
}

}  // namespace reconcile::kustomize
