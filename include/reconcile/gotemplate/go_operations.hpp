#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::gotemplate {

/// Template truth: false, 0, "", nil and empty maps and slices are false; structs are true.
bool is_true(const GoValue& value) noexcept;

/// reflect.DeepEqual: types must be the same; NaN differs from itself; nil and empty slices differ.
/// A pair of cyclic values is equal up to a depth of 1000 and different below.
bool deep_equal(const GoValue& left, const GoValue& right);
/// The same, counting compared pairs on from `pairs`. Throws FunctionError above 20 million.
bool deep_equal(const GoValue& left, const GoValue& right, std::uint64_t& pairs);

/// The value as Go's encoding/json would have decoded it into interface {}: every number is a
/// float64, maps are map[string]interface {}, null is nil. Strings are views into the document:
/// retain it.
GoValue to_go_value(Heap& heap, model::Value value);

/// JSON data of `value` in `arena` (strings copied): structs by their JSON names, []uint8 as
/// base64, integers kept. Throws FunctionError where encoding/json fails (NaN, complex, too deep).
model::Node to_node(model::Arena& arena, const GoValue& value);

/// Appends what fmt.Sprint prints for one operand: the text of `{{ value }}` but for nil, which is
/// "<nil>" here.
void append_printed(std::string& out, const GoValue& value);
/// fmt.Sprintf.
std::string format(std::string_view layout, std::span<const GoValue> arguments);
/// fmt.Sprint: a space between operands where neither is a string.
std::string print(std::span<const GoValue> arguments);
/// strconv.Quote.
std::string quote(std::string_view text);
void append_quoted(std::string& out, std::string_view text);
/// A float as strconv.FormatFloat(value, verb, precision, 64) writes it; precision -1 is shortest.
void append_float(std::string& out, double value, char verb, int precision = -1);
/// As %v prints a float64: shortest, exponent form below 1e-4 and from 1e6 on (1e+06).
void append_float(std::string& out, double value);

}  // namespace reconcile::gotemplate
