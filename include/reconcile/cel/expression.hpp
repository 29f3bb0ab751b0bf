#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::cel {

/// What one evaluation may use. Beyond it Error(limit_exceeded) is thrown.
struct Limits {
  std::uint64_t steps_max = 10'000'000;       ///< about a second of processor time
  std::size_t memory_bytes_max = 64U << 20U;  ///< of values that are made on the way
};

/// How numbers of documents are read.
enum class Numbers : std::uint8_t {
  integers,  ///< integers that fit 64 bits are int, others double: objects of Kubernetes
  doubles,   ///< all are double: what Go's encoding/json reads, such as bodies of webhooks
};

/// The variables of one evaluation. They point to documents that outlive it.
class Variables {
 public:
  Variables() = default;
  /// Every field of `object` is a variable.
  static Variables fields_of(model::Value object);
  /// Adds the variable `name`. An absent value is null.
  Variables& set(std::string name, model::Value value, Numbers numbers = Numbers::integers);

 private:
  friend class Expression;
  struct Binding {
    std::string name;
    model::Value value;
    Numbers numbers;
  };
  [[nodiscard]] const Binding* find(std::string_view name) const;

  std::vector<Binding> bindings_;
  model::Value object_;
};

/// What the checker has to know: the variables, which are JSON objects, and the type that the
/// expression must have.
struct Declarations {
  std::vector<std::string> variables;
  std::string result;  ///< "bool" or "string"; empty: any
};

/// An expression of the Common Expression Language in the environment that Flux 2.9 makes for all
/// its expressions (fluxcd/pkg runtime v0.110 with cel-go 0.27): the standard library, optional
/// types, the extensions strings, sets and encoders, comparisons across numeric types, UTC as the
/// default time zone. No messages can be made. Immutable; copies share; safe to use from several
/// threads.
///
/// Errors are thrown with the texts of Flux, which name the expression: Error(invalid_input) where
/// it cannot be compiled or where its evaluation fails, Error(limit_exceeded) at a limit. At most
/// 100,000 characters, nested 250 deep.
class Expression {
 public:
  /// Reads the syntax only: names and types show when it is evaluated.
  static Expression parse(std::string_view text);
  /// Also checks names, signatures and types; only the `declarations` can be used.
  static Expression compile(std::string_view text, const Declarations& declarations);

  /// The text it was made from.
  [[nodiscard]] const std::string& text() const noexcept;

  /// The result, which must be a bool.
  [[nodiscard]] bool evaluate_boolean(const Variables& variables, const Limits& limits = {}) const;
  /// The result, which must be a string.
  [[nodiscard]] std::string evaluate_string(const Variables& variables,
                                            const Limits& limits = {}) const;

  /// A result as text, for people and tests.
  struct Result {
    std::string type;  ///< "int", "google.protobuf.Timestamp"
    std::string text;  ///< as a literal of the language: `[1, 2u, "x"]`, `timestamp("…")`
  };
  [[nodiscard]] Result evaluate(const Variables& variables, const Limits& limits = {}) const;

 private:
  struct Compiled;
  explicit Expression(std::shared_ptr<const Compiled> compiled);
  template <class Use>
  auto run(const Variables& variables, const Limits& limits, Use use) const;

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace reconcile::cel
