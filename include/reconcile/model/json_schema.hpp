#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// One violation: where in the instance (JSON pointer, "" = root) and why, in the words of
/// santhosh-tekuri/jsonschema 6.0.3, e.g. "got number, want string".
struct SchemaViolation {
  std::string instance_pointer;
  std::string message;  ///< what failed inside follows as indented lines
};

/// The violations as jsonschema's error prints them: a line "- at '/a': message" each.
std::string schema_error_text(const std::vector<SchemaViolation>& violations);

/// Whether `schema` is beyond doubt right and `instance` beyond doubt valid by it: what a
/// JsonSchema would find, at a tenth of the cost, for schemas of everyday keywords. False is no
/// verdict: ask a JsonSchema.
[[nodiscard]] bool is_surely_valid(Value schema, Value instance);

/// A compiled JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12 by `$schema` (2020-12 where absent).
/// Immutable; safe to use from several threads.
class JsonSchema {
 public:
  /// Loads a referenced document by URL; absent where it cannot be had.
  using Loader = std::function<std::optional<Document>(std::string_view url)>;

  /// Throws Error(invalid_input) where the schema itself is wrong (by its metaschema, which is
  /// built in) or a `$ref` cannot be resolved. `url` is its address unless it has an `$id`;
  /// addresses that start with "urn:" and cannot be loaded allow everything, as in Helm 4. A loaded
  /// document without
  /// `$schema` has the draft of `schema`.
  explicit JsonSchema(const Document& schema, const Loader& loader = {},
                      std::string_view url = "file:///values.schema.json");
  ~JsonSchema();
  JsonSchema(JsonSchema&&) noexcept;
  JsonSchema& operator=(JsonSchema&&) noexcept;

  /// Empty where `instance` is valid. Bounded in depth; a schema that recurses without progress
  /// throws Error(limit_exceeded).
  [[nodiscard]] std::vector<SchemaViolation> validate(Value instance) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace reconcile::model
