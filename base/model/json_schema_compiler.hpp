#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/model/json_schema_compiled.hpp"

namespace reconcile::model {

/// The entries of a schema. Most of the keywords that are asked for are absent: that costs a bit
/// test.
class Keywords {
 public:
  explicit Keywords(Value schema) : schema_(schema) {
    for (std::size_t i = 0; schema.is_map() && i < schema.size(); ++i) {
      present_ |= bit_of(schema.key_at(i));
    }
  }
  [[nodiscard]] Value operator[](std::string_view name) const {
    return (present_ & bit_of(name)) == 0 ? Value() : schema_[name];
  }
  [[nodiscard]] Value value() const noexcept { return schema_; }

 private:
  static constexpr std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((name.size() * 7 + last) & 63U);
  }

  Value schema_;
  std::uint64_t present_ = 0;
};

/// Throws where `schema`, which `url` names in the error, is none of `draft`.
void check_against_metaschema(Value schema, std::string_view url, int draft);

/// Compiles a document and what it refers to, breadth first, so that long chains of references need
/// no deep stack.
class SchemaCompiler {
 public:
  SchemaCompiler(SchemaSet& set, const JsonSchema::Loader& loader) : set_(set), loader_(loader) {}

  /// Compiles the document at `url` with everything it reaches.
  const CompiledSchema* compile(const Document& document, std::string_view url, int draft);
  /// The draft that `$schema` of `schema` names, or `fallback`.
  static int draft_of(Value schema, int fallback);

 private:
  struct Place {
    const Node* node = nullptr;
    SchemaResource* resource = nullptr;
  };
  struct Pending {
    CompiledSchema* schema;
    Keywords source;
  };

  SchemaResource* add_document(const Document& document, std::string_view url, int draft);
  SchemaResource* add_resource(std::string id, const Node* root, int draft);
  void collect(Value schema, SchemaResource* resource);
  void collect_parts(const Keywords& schema, SchemaResource* resource);
  void add_anchors(const Keywords& schema, SchemaResource* resource);
  Place locate(std::string_view reference, const SchemaResource& from);
  Place locate_pointer(SchemaResource* resource, std::string_view pointer);
  SchemaResource* load(const std::string& address, int draft);

  CompiledSchema* enqueue(Value source, SchemaResource* resource);
  const CompiledSchema* enqueue_part(const Pending& at, std::string_view keyword);
  std::vector<const CompiledSchema*> enqueue_list(const Pending& at, std::string_view keyword);
  const CompiledSchema* enqueue_reference(const Pending& at, std::string_view keyword);
  void fill(const Pending& at);
  void fill_beside_reference(const Pending& at);
  void fill_condition(const Pending& at);
  void fill_references(const Pending& at);
  void fill_logic(const Pending& at);
  void fill_object(const Pending& at);
  void fill_dependencies(const Pending& at, std::string_view keyword);
  void fill_list(const Pending& at);
  void fill_values(const Pending& at);
  void fill_bounds(const Pending& at);

  SchemaSet& set_;
  const JsonSchema::Loader& loader_;
  std::deque<Pending> queue_;
  std::unordered_map<const Node*, SchemaResource*> resource_of_;
  std::unordered_map<const Node*, CompiledSchema*> schema_of_;
};

}  // namespace reconcile::model
