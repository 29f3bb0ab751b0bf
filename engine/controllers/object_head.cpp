// Tests: test/engine/object_head_test.cpp.
#include "engine/controllers/object_head.hpp"

#include <string>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/json_cursor.hpp"

namespace reconcile::engine {
namespace {

/// The object's member `metadata`; empty where there is none.
std::string_view metadata_of(std::string_view json) {
  model::JsonCursor object(json);
  if (!object.enter()) return {};
  while (object.next()) {
    const std::string_view key = object.key();
    const std::string_view value = object.value();
    if (key == "metadata") return value;
  }
  return {};
}

}  // namespace

std::optional<model::Document> object_head(std::string_view json) {
  const std::string_view metadata = metadata_of(json);
  model::JsonCursor cursor(metadata);
  if (!metadata.starts_with('{') || !cursor.enter()) return std::nullopt;
  std::string head = R"({"metadata":{)";
  const char* comma = "";
  while (cursor.next()) {
    const std::string_view key = cursor.key();
    const std::string_view value = cursor.value();
    if (key != "name" && key != "namespace" && key != "labels") continue;
    head.append(comma).append(1, '"').append(key).append("\":").append(value);
    comma = ",";
  }
  if (!cursor.at_end()) return std::nullopt;
  head += "}}";
  try {
    return model::parse_json(head);
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

}  // namespace reconcile::engine
