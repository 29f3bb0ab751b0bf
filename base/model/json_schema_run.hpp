#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/model/json_schema_compiled.hpp"

namespace reconcile::model {

/// One validation of one instance.
class SchemaRun {
 public:
  using Failures = std::vector<SchemaFailure>;

  /// The schemas on the way from the root; `level` grows where the way enters a child value.
  struct Scope {
    const CompiledSchema* schema;
    std::size_t level;
    const Scope* parent;
    [[nodiscard]] bool repeats() const;
  };

  /// Which entries or items some keyword has looked at.
  struct Evaluated {
    bool all = false;
    std::vector<bool> marks = {};
    void add(const Evaluated& other);
    void mark(std::size_t index, std::size_t size);
  };

  /// The failures of `value`; `quick` leaves their texts out. Where valid, what was looked at is
  /// added to `evaluated` unless that is null.
  Failures run(const CompiledSchema& schema, Value value, const Scope* parent, std::size_t level,
               bool quick, Evaluated* evaluated);

 private:
  struct Check {
    const CompiledSchema& schema;
    Value value;
    const Scope& scope;
    bool quick;
    bool tracks;
    Evaluated& evaluated;
    Failures failures;

    [[nodiscard]] bool done() const { return quick && !failures.empty(); }
  };

  void check_all(Check& check);
  bool check_kind(Check& check);
  void check_map(Check& check);
  void check_entries(Check& check);
  void check_dependencies(Check& check);
  void check_required(Check& check);
  void check_list(Check& check);
  void check_contains(Check& check);
  void check_unique(Check& check);
  void check_string(Check& check);
  void check_number(Check& check);
  void check_reference(Check& check, const CompiledSchema& target);
  void check_dynamic(Check& check);
  void check_logic(Check& check);
  void check_any_of(Check& check);
  void check_one_of(Check& check);
  void check_unevaluated(Check& check);
  void check_same(Check& check, const CompiledSchema& schema);
  void check_child(Check& check, const CompiledSchema& schema, Value child, std::string_view token);
  Failures run_child(Check& check, const CompiledSchema& schema, Value child,
                     std::string_view token, bool quick);

  void fail(Check& check, std::string message);
  void fail_with(Check& check, std::string message, Failures causes);
  void add(Check& check, Failures failures);
  SchemaFailure as_one(Failures failures) const;
  std::size_t push(std::string_view token);

  std::string pointer_;
  std::size_t depth_ = 0;
  std::size_t checks_ = 0;
};

}  // namespace reconcile::model
