#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/list_items.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;
using Items = std::span<const GoValue>;

/// The elements of argument `index`; anything but a slice fails with `complaint` and its kind.
Items checked_items(Call& call, std::size_t index, std::string_view complaint) {
  const GoValue& list = call[index];
  if (list.is_slice()) return items_of(call.heap(), list);
  if (list.is_nil()) {
    throw FunctionError("runtime error: invalid memory address or nil pointer dereference");
  }
  throw FunctionError(std::string(complaint) + std::string(gotemplate::kind_name(list.kind())));
}

GoValue made_list(Call& call, Items items) {
  return call.heap().slice(items);
}
GoValue made_list(Call& call, const std::vector<GoValue>& items) {
  return call.heap().slice(Items(items));
}

GoValue list(Call& call) {
  if (call.size() == 0) return GoValue::slice(call.heap().elements(0));
  return made_list(call, call.arguments);
}

GoValue append(Call& call) {
  const Items items = checked_items(call, 0, "Cannot push on type ");
  check_result_items("append", items.size());
  std::vector<GoValue> all(items.begin(), items.end());
  all.push_back(call[1]);
  return made_list(call, all);
}

GoValue prepend(Call& call) {
  const Items items = checked_items(call, 0, "Cannot prepend on type ");
  std::vector<GoValue> all{call[1]};
  all.insert(all.end(), items.begin(), items.end());
  return made_list(call, all);
}

GoValue first(Call& call) {
  const Items items = checked_items(call, 0, "Cannot find first on type ");
  return items.empty() ? GoValue::nil() : items.front();
}

GoValue last(Call& call) {
  const Items items = checked_items(call, 0, "Cannot find last on type ");
  return items.empty() ? GoValue::nil() : items.back();
}

GoValue rest(Call& call) {
  const Items items = checked_items(call, 0, "Cannot find rest on type ");
  return items.empty() ? GoValue::typed_nil(GoType::list) : made_list(call, items.subspan(1));
}

GoValue initial(Call& call) {
  const Items items = checked_items(call, 0, "Cannot find initial on type ");
  if (items.empty()) return GoValue::typed_nil(GoType::list);
  return made_list(call, items.first(items.size() - 1));
}

GoValue reverse(Call& call) {
  const Items items = checked_items(call, 0, "Cannot find reverse on type ");
  return made_list(call, std::vector<GoValue>(items.rbegin(), items.rend()));
}

GoValue compact(Call& call) {
  std::vector<GoValue> kept;
  for (const GoValue& item : checked_items(call, 0, "Cannot compact on type ")) {
    if (!is_empty(item)) kept.push_back(item);
  }
  return made_list(call, kept);
}

bool same(Call& call, const GoValue& left, const GoValue& right) {
  if (left.is_nil() || right.is_nil()) return left.is_nil() && right.is_nil();
  return gotemplate::deep_equal(left, right, call.context.work);
}

bool contains(Call& call, Items items, const GoValue& wanted) {
  for (const GoValue& item : items) {
    if (same(call, wanted, item)) return true;
  }
  return false;
}

/// Booleans, numbers but NaN: equal where type and bits are.
std::optional<std::pair<GoType, std::uint64_t>> number_key(const GoValue& value) {
  const GoType type = value.type();
  if (gotemplate::is_float_type(type)) {
    const double number = value.as_floating();
    if (std::isnan(number)) return std::nullopt;
    return std::pair{type, std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number)};
  }
  const bool is_whole = gotemplate::is_signed_type(type) || gotemplate::is_unsigned_type(type) ||
                        type == GoType::boolean;
  if (!is_whole) return std::nullopt;
  return std::pair{type, value.as_unsigned()};
}

/// Texts and numbers are looked up; only other values are compared one by one.
GoValue uniq(Call& call) {
  std::vector<GoValue> kept;
  std::vector<GoValue> others;
  std::unordered_set<std::string_view> texts;
  std::set<std::pair<GoType, std::uint64_t>> numbers;
  for (const GoValue& item : checked_items(call, 0, "Cannot find uniq on type ")) {
    const auto number = number_key(item);
    bool is_new = false;
    if (item.is_string()) {
      is_new = texts.insert(item.as_text()).second;
    } else if (number) {
      is_new = numbers.insert(*number).second;
    } else if (!contains(call, others, item)) {
      others.push_back(item);
      is_new = true;
    }
    if (is_new) kept.push_back(item);
  }
  return made_list(call, kept);
}

GoValue without(Call& call) {
  std::vector<GoValue> kept;
  for (const GoValue& item : checked_items(call, 0, "Cannot find without on type ")) {
    if (!contains(call, call.arguments.subspan(1), item)) kept.push_back(item);
  }
  return made_list(call, kept);
}

GoValue has(Call& call) {
  if (call[1].is_nil()) return GoValue::boolean(false);
  const Items items = checked_items(call, 1, "Cannot find has on type ");
  return GoValue::boolean(contains(call, items, call[0]));
}

GoValue slice(Call& call) {
  const Items items = checked_items(call, 0, "list should be type of slice or array but ");
  if (items.empty()) return GoValue::nil();
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t start = call.size() > 1 ? to_int64(call[1]) : 0;
  const std::int64_t end = call.size() > 2 ? to_int64(call[2]) : size;
  if (start < 0 || end < start || end > size) {
    throw FunctionError("reflect.Value.Slice: slice index out of bounds");
  }
  const auto from = static_cast<std::size_t>(start);
  const auto count = static_cast<std::size_t>(end - start);
  if (call[0].type() == GoType::bytes) return GoValue::bytes(call[0].as_text().substr(from, count));
  return GoValue::slice(items.subspan(from, count), call[0].type());
}

GoValue concat(Call& call) {
  std::vector<GoValue> all;
  for (std::size_t i = 0; i < call.size(); ++i) {
    const GoValue& part = call[i];
    if (!part.is_slice() && !part.is_nil()) {
      throw FunctionError("Cannot concat type " + std::string(gotemplate::kind_name(part.kind())) +
                          " as list");
    }
    const Items items = checked_items(call, i, "");
    check_result_items("concat", all.size() + items.size());
    all.insert(all.end(), items.begin(), items.end());
  }
  return all.empty() ? GoValue::typed_nil(GoType::list) : made_list(call, all);
}

/// chunk(size, list): computed with floats as Sprig does, so that odd sizes fail as there.
GoValue chunk(Call& call) {
  const Items items = checked_items(call, 1, "Cannot chunk type ");
  const std::int64_t size = call.integer(0);
  const auto length = static_cast<double>(items.size());
  const double chunks = std::floor((length - 1) / static_cast<double>(size)) + 1;
  const bool valid = chunks >= 0 && chunks <= static_cast<double>(items.size()) + 1;
  // The last chunk is the rest of the division, which a negative size has too.
  const auto rest = size == 0 ? std::nan("") : std::fmod(length, static_cast<double>(size));
  const double last = rest == 0 ? static_cast<double>(size) : std::floor(rest);
  if (!valid || (chunks > 0 && !(last >= 0)) || (chunks > 1 && size <= 0)) {
    throw FunctionError("runtime error: makeslice: len out of range");
  }
  const std::span<GoValue> lists = call.heap().elements(static_cast<std::size_t>(chunks));
  const auto width = static_cast<std::size_t>(size);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const std::size_t start = i * width;
    lists[i] = made_list(call, items.subspan(start, std::min(width, items.size() - start)));
  }
  return GoValue::slice(lists, GoType::lists);
}

constexpr Function functions[] = {
    {"list", "a*", list},         {"tuple", "a*", list},
    {"append", "aa", append},     {"push", "aa", append},
    {"mustAppend", "aa", append}, {"mustPush", "aa", append},
    {"prepend", "aa", prepend},   {"mustPrepend", "aa", prepend},
    {"first", "a", first},        {"mustFirst", "a", first},
    {"last", "a", last},          {"mustLast", "a", last},
    {"rest", "a", rest},          {"mustRest", "a", rest},
    {"initial", "a", initial},    {"mustInitial", "a", initial},
    {"reverse", "a", reverse},    {"mustReverse", "a", reverse},
    {"compact", "a", compact},    {"mustCompact", "a", compact},
    {"uniq", "a", uniq},          {"mustUniq", "a", uniq},
    {"without", "aa*", without},  {"mustWithout", "aa*", without},
    {"has", "aa", has},           {"mustHas", "aa", has},
    {"slice", "aa*", slice},      {"mustSlice", "aa*", slice},
    {"concat", "a*", concat},     {"chunk", "ia", chunk},
    {"mustChunk", "ia", chunk},
};

}  // namespace

std::span<const Function> list_functions() {
  return functions;
}

}  // namespace reconcile::sprig
