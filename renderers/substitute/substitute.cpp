#include "reconcile/substitute/substitute.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <utility>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::substitute {
namespace {

using model::Error;
using model::ErrorCode;
using model::Kind;
using model::Node;
using model::Value;

constexpr std::string_view mark = "kustomize.toolkit.fluxcd.io/substitute";
constexpr double exact_integer_max = 9007199254740992.0;  // 2^53

bool is_name(std::string_view name) {
  const auto is_word = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), is_word);
}

void check_names(const Variables& variables) {
  for (const auto& [name, value] : variables) {
    if (is_name(name)) continue;
    throw Error(
        ErrorCode::invalid_input,
        "'" + name + "' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'");
  }
}

/// Whether a text of the tree, a key included, holds a dollar sign.
bool has_dollar(Value value) {
  const auto in = [](std::string_view text) { return text.find('$') != std::string_view::npos; };
  if (value.is_string()) return in(value.text());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.is_list() ? has_dollar(value.at(i))
                        : in(value.key_at(i)) || has_dollar(value.value_at(i))) {
      return true;
    }
  }
  return false;
}

bool is_inexact(Value value) {
  if (value.kind() != Kind::integer) return false;
  const auto number = static_cast<double>(value.integer().value_or(0));
  return value.is_unsigned() || std::abs(number) >= exact_integer_max;
}

bool has_inexact_integer(Value value) {
  if (is_inexact(value)) return true;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (has_inexact_integer(value.is_list() ? value.at(i) : value.value_at(i))) return true;
  }
  return false;
}

/// Integers as they come out of Go's float64, through which the real substitution reads them.
void make_floats(Node& node) {
  const Value value(&node);
  if (is_inexact(value)) {
    const double number = value.is_unsigned()
                              ? static_cast<double>(value.unsigned_integer().value_or(0))
                              : static_cast<double>(value.integer().value_or(0));
    const bool fits = number >= -9223372036854775808.0 && number < 9223372036854775808.0;
    node = fits ? model::make_integer(static_cast<std::int64_t>(number))
                : model::make_floating(number);
    return;
  }
  for (std::uint32_t i = 0; node.kind == Kind::list && i < node.size; ++i) {
    make_floats(node.items[i]);
  }
  for (std::uint32_t i = 0; node.kind == Kind::map && i < node.size; ++i) {
    make_floats(node.entries[i].value);
  }
}

model::Document with_floats(const model::Document& document) {
  if (!has_inexact_integer(document.root())) return document;
  auto arena = std::make_shared<model::Arena>();
  Node* root = arena->new_node();
  *root = model::copy_node(*arena, document.root());
  make_floats(*root);
  return {arena, Value(root)};
}

std::string line_of(const std::string& message) {
  const std::size_t at = message.find("line ");
  if (at == std::string::npos) return "";
  return message.substr(at, message.find_first_not_of("0123456789", at + 5) - at);
}

/// Reads the text again. An error names what stands in the text only where that is no secret.
model::Object read_again(const std::string& text, const model::ObjectOrigin& origin,
                         ErrorDetail detail) {
  try {
    return model::Object(with_floats(model::parse_yaml(text)), origin);
  } catch (const Error& error) {
    const std::string expected = "expected a Kubernetes object after substitution";
    if (detail == ErrorDetail::full) throw Error(error.code(), expected + ": " + error.message());
    const std::string line = line_of(error.message());
    throw Error(error.code(), expected + (line.empty() ? "" : "; the text is wrong at " + line));
  }
}

std::string identity(const model::Object& object) {
  model::ObjectId id = object.id();
  if (id.namespace_name.empty()) id.namespace_name = "default";
  return id.inventory_id() + "_" + object.gvk().version;
}

bool is_excluded(const model::Object& object) {
  return object.label(mark) == "disabled" || object.annotation(mark) == "disabled";
}

model::Object substituted(const model::Object& object, const Variables& variables,
                          const SubstituteOptions& options) {
  if (!has_dollar(object.root())) {
    if (!has_inexact_integer(object.root())) return object;
    return model::Object(with_floats(object.document()), object.origin());
  }
  const std::string text = model::write_yaml(object.root());
  std::string expanded;
  try {
    expanded = expand(text, variables, options.unset, options.limits);
  } catch (Error& error) {
    error.with_context("variable substitution failed");
    throw;
  }
  return read_again(expanded, object.origin(), options.error_detail);
}

}  // namespace

void substitute(std::vector<model::Object>& objects, const Variables& variables,
                const SubstituteOptions& options) {
  if (variables.empty() && options.strategy == Strategy::with_variables) return;
  std::unordered_map<std::string, std::size_t> counts;
  for (const model::Object& object : objects) ++counts[identity(object)];
  bool checked = false;
  for (model::Object& object : objects) {
    if (is_excluded(object)) continue;
    try {
      if (!std::exchange(checked, true)) check_names(variables);
      model::Object next = substituted(object, variables, options);
      const std::string before = identity(object);
      const std::string after = identity(next);
      if (after != before) {
        --counts[before];
        if (++counts[after] > 1) {
          throw Error(ErrorCode::invalid_input,
                      "expected a name of its own, found that of another object");
        }
      }
      object = std::move(next);
    } catch (Error& error) {
      error.with_context("post build failed for " + object.id().display());
      throw;
    }
  }
}

}  // namespace reconcile::substitute
