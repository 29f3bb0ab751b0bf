#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/model/json_schema_formats.hpp"
#include "base/model/json_schema_number.hpp"
#include "reconcile/model/json_schema.hpp"
#include "reconcile/model/regex.hpp"

namespace reconcile::model {

struct CompiledSchema;

/// A document or an embedded part with an identifier of its own.
struct SchemaResource {
  std::string id;
  int draft = 2020;
  bool assert_formats = false;
  bool recursive_anchor = false;
  const Node* root = nullptr;
  std::map<std::string, const Node*, std::less<>> anchors;
  std::map<std::string, const CompiledSchema*, std::less<>> dynamic_anchors;
};

/// A bound of minimum and the like; absent where `set` is false.
struct SchemaNumber {
  bool set = false;
  Value value;
  explicit operator bool() const noexcept { return set; }
};

struct SchemaDependency {
  std::string_view property;
  std::vector<std::string_view> required;
  const CompiledSchema* schema = nullptr;
};

using NamedSchema = std::pair<std::string_view, const CompiledSchema*>;

/// One schema with its references resolved. Pointers go to schemas of the same compilation.
struct CompiledSchema {
  std::optional<bool> boolean;
  const SchemaResource* resource = nullptr;
  std::uint8_t types =
      0;  ///< bits in the order null, boolean, number, integer, string, array, object
  bool has_const = false;
  bool unique_items = false;
  bool recursive_anchor = false;
  Value constant;
  Value enumeration;
  std::string_view format_name;
  FormatTest format = nullptr;

  const CompiledSchema* ref = nullptr;
  const CompiledSchema* recursive_ref = nullptr;
  const CompiledSchema* dynamic_ref = nullptr;
  std::string dynamic_ref_anchor;  ///< empty where the reference names no anchor
  std::string_view dynamic_anchor;

  std::vector<const CompiledSchema*> all_of;
  std::vector<const CompiledSchema*> any_of;
  std::vector<const CompiledSchema*> one_of;
  const CompiledSchema* negated = nullptr;
  const CompiledSchema* condition = nullptr;
  const CompiledSchema* consequence = nullptr;
  const CompiledSchema* alternative = nullptr;

  std::unordered_map<std::string_view, const CompiledSchema*> properties;
  std::vector<std::pair<std::shared_ptr<const Regex>, const CompiledSchema*>> patterns;
  const CompiledSchema* additional_properties = nullptr;
  const CompiledSchema* property_names = nullptr;
  const CompiledSchema* unevaluated_properties = nullptr;
  std::vector<SchemaDependency> dependencies;
  std::vector<std::string_view> required;

  std::vector<const CompiledSchema*> prefix_items;
  const CompiledSchema* rest_items = nullptr;
  const CompiledSchema* contains = nullptr;
  const CompiledSchema* unevaluated_items = nullptr;

  std::optional<std::size_t> properties_min, properties_max;
  std::optional<std::size_t> items_min, items_max;
  std::optional<std::size_t> contains_min, contains_max;
  std::optional<std::size_t> length_min, length_max;
  std::shared_ptr<const Regex> pattern;
  std::string_view pattern_text;
  SchemaNumber minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
};

/// Everything a compiled schema points into.
struct SchemaSet {
  std::vector<Document> documents;
  std::map<std::string, std::unique_ptr<SchemaResource>, std::less<>> resources;
  std::vector<std::unique_ptr<CompiledSchema>> schemas;
  const CompiledSchema* root = nullptr;
};

/// One failed keyword with what failed inside it.
struct SchemaFailure {
  enum class Kind : std::uint8_t { plain, group, reference };
  Kind kind = Kind::plain;
  std::string pointer;
  std::string message;
  std::vector<SchemaFailure> causes = {};
};

/// The failures of `instance`, at most one group deep at the top; empty where it is valid.
std::vector<SchemaFailure> run_schema(const CompiledSchema& schema, Value instance);

/// The failures as violations; nested ones are lines of their parent's message.
std::vector<SchemaViolation> to_violations(const std::vector<SchemaFailure>& failures);

// Parts of messages, as Go and its text printer for English format them.
std::string schema_quote(std::string_view text);
std::string schema_display(Value scalar);
std::string schema_count(std::size_t count);
std::string schema_float(double number);

}  // namespace reconcile::model
