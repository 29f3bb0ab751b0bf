#include "engine/pipeline/object_marks.hpp"

#include <memory>
#include <string_view>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

void add_texts(model::Value map, std::string_view field, Texts& into) {
  for (std::size_t i = 0; i < map.size(); ++i) {
    const model::Value value = map.value_at(i);
    if (!value.is_string()) {
      throw model::Error(model::ErrorCode::invalid_input,
                         "expected a string in spec.commonMetadata." + std::string(field) + "." +
                             std::string(map.key_at(i)) + ", found " +
                             std::string(to_string(value.kind())));
    }
    into.emplace_back(map.key_at(i), value.text());
  }
}

void set_texts(model::Arena& arena, model::Node& metadata, std::string_view key,
               const Texts& texts) {
  if (texts.empty()) return;
  model::Node* map = model::find(metadata, key);
  if (map == nullptr || map->kind != model::Kind::map) {
    map = &model::set(arena, metadata, key, model::make_map());
  }
  for (const auto& [name, text] : texts) {
    model::set(arena, *map, name, model::make_string(arena, text));
  }
}

}  // namespace

void ObjectMarks::add_common_metadata(model::Value common_metadata) {
  add_texts(common_metadata["labels"], "labels", labels);
  add_texts(common_metadata["annotations"], "annotations", annotations);
}

model::Object with_marks(const model::Object& object, const ObjectMarks& marks) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, object.root());
  model::Node& metadata = *model::find(*root, "metadata");
  set_texts(*arena, metadata, "labels", marks.labels);
  set_texts(*arena, metadata, "annotations", marks.annotations);
  if (object.id().namespace_name.empty() && !marks.default_namespace.empty()) {
    model::set(*arena, metadata, "namespace", model::make_string(*arena, marks.default_namespace));
  }
  return model::Object({arena, model::Value(root)}, object.origin());
}

}  // namespace reconcile::engine
