#include "renderers/sprig/decoded_value.hpp"

#include <string>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::sprig {

using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;

namespace {

/// What encoding/json calls a value of this kind.
std::string_view json_kind(model::Kind kind) {
  switch (kind) {
    case model::Kind::boolean:
      return "bool";
    case model::Kind::string:
      return "string";
    case model::Kind::list:
      return "array";
    case model::Kind::map:
      return "object";
    default:
      return "number";
  }
}

std::string mismatch(std::string_view prefix, model::Kind kind, GoType wanted) {
  std::string text(prefix);
  text.append("json: cannot unmarshal ").append(json_kind(kind)).append(" into Go value of type ");
  text.append(gotemplate::type_info(wanted).name);
  return text;
}

}  // namespace

GoValue kept_value(Heap& heap, model::Document document) {
  const model::Value root = document.root();
  heap.retain(std::move(document));
  return gotemplate::to_go_value(heap, root);
}

GoValue error_map(Heap& heap, std::string_view text) {
  gotemplate::GoMap* map = heap.map();
  map->set("Error", heap.string(text));
  return GoValue::map(map);
}

GoValue error_list(Heap& heap, std::string_view text) {
  const GoValue item = heap.string(text);
  return heap.slice({&item, 1});
}

GoValue decoded_map(Heap& heap, model::Document document, std::string_view prefix) {
  const model::Kind kind = document.root().kind();
  if (kind == model::Kind::map) return kept_value(heap, std::move(document));
  if (kind == model::Kind::null) return GoValue::typed_nil(GoType::map);
  return error_map(heap, mismatch(prefix, kind, GoType::map));
}

GoValue decoded_list(Heap& heap, model::Document document, std::string_view prefix) {
  const model::Kind kind = document.root().kind();
  if (kind == model::Kind::list) return kept_value(heap, std::move(document));
  if (kind == model::Kind::null) return GoValue::typed_nil(GoType::list);
  return error_list(heap, mismatch(prefix, kind, GoType::list));
}

}  // namespace reconcile::sprig
