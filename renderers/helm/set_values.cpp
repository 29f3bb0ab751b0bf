// The grammar of --set and its relatives: "a.b[0].c=v,d={x,y}". One reader walks the text and
// writes the values where the keys lead; `key` and `list_item` call each other for nested names.
// Tests: test/renderers/helm/set_values_test.cpp.

#include "renderers/helm/set_values.hpp"

#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;
using model::Error;
using model::ErrorCode;

constexpr std::int64_t index_max = 65536;
constexpr int name_depth_max = 30;

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::invalid_input, message);
}

std::string quoted(std::string_view text) {
  return gotemplate::quote(text);
}

/// `%q` of a []rune: ['x' 'y'].
std::string quoted_runes(std::string_view text) {
  std::string list = "[";
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    const std::string_view rune = text.substr(0, size);
    text.remove_prefix(size);
    const std::string inside = quoted(rune);
    list += list.size() > 1 ? " '" : "'";
    if (rune == "'") list += '\\';
    list += rune == "\"" ? rune : std::string_view(inside).substr(1, inside.size() - 2);
    list += '\'';
  }
  return list + "]";
}

/// Whether the text goes on behind what was read, or ended in it.
enum class Rest { more, end };

/// Text up to a stop character; `stop` is 0 where the text ended first.
struct Piece {
  std::string text;
  char stop = 0;
};

/// The value of `--set`: bool, null, int64 or string.
GoValue typed_value(Heap& heap, std::string_view text) {
  const std::string lower = lower_ascii(text);
  if (lower == "true" || lower == "false") return GoValue::boolean(lower == "true");
  if (lower == "null") return GoValue::nil();
  if (text == "0") return GoValue::integer(0, GoType::int64);
  if (text.empty() || text[0] == '0') return heap.string(text);
  std::string_view digits = text;
  if (digits[0] == '+') digits.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  const bool doubly_signed = text[0] == '+' && !digits.empty() && digits[0] == '-';
  return whole && !doubly_signed ? GoValue::integer(number, GoType::int64) : heap.string(text);
}

class SetReader {
 public:
  SetReader(Heap& heap, ValuesForm form, std::string_view text, const ValuesFileReader& read,
            Profile profile)
      : heap_(heap), form_(form), left_(text), read_(read), profile_(profile) {}

  void run(GoMap& into) {
    while (key(into, 0) == Rest::more) {
    }
  }

 private:
  [[nodiscard]] bool literal() const { return form_ == ValuesForm::set_literal; }

  Piece until(std::string_view stops) {
    Piece piece;
    while (!left_.empty()) {
      const char c = left_[0];
      left_.remove_prefix(1);
      if (stops.find(c) != std::string_view::npos) {
        piece.stop = c;
        return piece;
      }
      if (c != '\\' || literal()) {
        piece.text += c;
        continue;
      }
      if (left_.empty()) return piece;
      piece.text += left_[0];
      left_.remove_prefix(1);
    }
    return piece;
  }

  GoValue value_of(std::string_view text) {
    switch (form_) {
      case ValuesForm::set:
        return typed_value(heap_, text);
      case ValuesForm::set_file:
        return heap_.string(read_(text));
      default:
        return heap_.string(text);
    }
  }

  static void check_depth(int depth) {
    if (depth <= name_depth_max) return;
    fail("value name nested level is greater than maximum supported nested level of " +
         std::to_string(name_depth_max));
  }

  void set(GoMap& map, std::string_view name, GoValue value) {
    if (!name.empty()) map.set_copy(name, value);
  }

  /// Go's failed type assertion.
  [[noreturn]] static void not_a(const GoValue& value, std::string_view type) {
    const std::string found = value.is_nil() ? "nil" : std::string(value.type_name());
    fail("unable to parse key: interface conversion: interface {} is " + found + ", not " +
         std::string(type));
  }

  Rest key(GoMap& map, int depth) {
    const Piece name = until(literal() ? "=[." : "=[,.");
    switch (name.stop) {
      case 0:
        if (name.text.empty()) return Rest::end;
        fail("key " + quoted(name.text) + " has no value");
      case '[':
        return indexed_key(map, name.text, depth);
      case '=':
        return assigned_key(map, name.text);
      case ',':
        fail("key " + quoted(name.text) + " has no value (cannot end with ,)");
      default:
        return nested_key(map, name.text, depth + 1);
    }
  }

  Rest indexed_key(GoMap& map, const std::string& name, int depth) {
    const std::optional<std::int64_t> index = key_index();
    if (!index) return Rest::end;
    std::vector<GoValue> list;
    if (const GoValue* old = map.find(name)) {
      if (old->type() != GoType::list) not_a(*old, "[]interface {}");
      list.assign(old->as_items().begin(), old->as_items().end());
    }
    const Rest rest = list_item(list, *index, depth);
    set(map, name, heap_.slice(list));
    return rest;
  }

  Rest nested_key(GoMap& map, const std::string& name, int depth) {
    check_depth(depth);
    GoMap* inner = nullptr;
    if (const GoValue* old = map.find(name)) {
      if (old->type() != GoType::map || old->as_map() == nullptr)
        not_a(*old, "map[string]interface {}");
      inner = old->as_map();
    } else {
      inner = heap_.map();
    }
    const Rest rest = key(*inner, depth);
    if (rest == Rest::more && inner->empty()) fail("key map " + quoted(name) + " has no value");
    if (!inner->empty()) set(map, name, GoValue::map(inner));
    return rest;
  }

  Rest assigned_key(GoMap& map, const std::string& name) {
    if (literal()) {
      set(map, name, heap_.string(std::exchange(left_, {})));
      return Rest::more;
    }
    if (form_ == ValuesForm::set_json) {
      set(map, name, json_value());
      return Rest::more;
    }
    if (left_.empty()) {
      set(map, name, GoValue::string(""));
      return Rest::end;
    }
    if (const std::optional<GoValue> list = value_list()) {
      set(map, name, *list);
      return Rest::more;
    }
    set(map, name, value_of(until(",").text));
    return Rest::more;
  }

  /// Blanks, then a comma or the end: there is no value.
  bool empty_value() {
    while (!left_.empty()) {
      if (left_[0] == ',') {
        left_.remove_prefix(1);
        return true;
      }
      std::size_t bytes = 0;
      if (!starts_with_space(left_, bytes)) return false;
      left_.remove_prefix(bytes);
    }
    return true;
  }

  GoValue json_value() {
    if (empty_value()) return GoValue::nil();
    const std::size_t size = json_extent(left_);
    const model::Document document = model::parse_json(left_.substr(0, size));
    heap_.retain(document);
    left_.remove_prefix(size);
    empty_value();
    return gotemplate::to_go_value(heap_, document.root());
  }

  /// "{a,b}"; absent where the value is no list.
  std::optional<GoValue> value_list() {
    if (left_[0] != '{') return std::nullopt;
    left_.remove_prefix(1);
    std::vector<GoValue> list;
    while (true) {
      const Piece piece = until(",}");
      if (piece.stop == 0) fail("list must terminate with '}'");
      list.push_back(value_of(piece.text));
      if (piece.stop == ',') continue;
      if (!left_.empty() && left_[0] == ',') left_.remove_prefix(1);
      return heap_.slice(list);
    }
  }

  /// Absent where the text ends inside the index, "a[0": for Helm 4 that is the end of all.
  std::optional<std::int64_t> key_index() {
    const Piece piece = until("]");
    if (piece.stop == 0 && profile_ == Profile::helm3) fail("error parsing index: EOF");
    if (piece.stop == 0) return std::nullopt;
    std::string_view digits = piece.text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
      fail("error parsing index: strconv.Atoi: parsing " + quoted(piece.text) + ": invalid syntax");
    }
    return index;
  }

  static void set_index(std::vector<GoValue>& list, std::int64_t index, GoValue value) {
    if (index > index_max) {
      fail("index of " + std::to_string(index) + " is greater than maximum supported index of " +
           std::to_string(index_max));
    }
    const auto place = static_cast<std::size_t>(index);
    if (list.size() <= place) list.resize(place + 1, GoValue::nil());
    list[place] = value;
  }

  Rest list_item(std::vector<GoValue>& list, std::int64_t index, int depth) {
    if (index < 0) fail("negative " + std::to_string(index) + " index not allowed");
    const Piece piece = until("[.=");
    if (!piece.text.empty())
      fail("unexpected data at end of array index: " + quoted_runes(piece.text));
    switch (piece.stop) {
      case '=':
        set_index(list, index, item_value());
        return Rest::more;
      case '[':
        return nested_list(list, index, depth);
      case '.':
        return nested_map(list, index, depth);
      default:
        return Rest::end;
    }
  }

  GoValue item_value() {
    if (literal()) return heap_.string(std::exchange(left_, {}));
    if (form_ == ValuesForm::set_json) return json_value();
    if (left_.empty()) return GoValue::string("");
    if (const std::optional<GoValue> list = value_list()) return *list;
    return value_of(until(",").text);
  }

  Rest nested_list(std::vector<GoValue>& list, std::int64_t index, int depth) {
    if (depth > name_depth_max) check_depth(depth);
    const std::optional<std::int64_t> next = key_index();
    if (!next) return Rest::end;
    std::vector<GoValue> inner;
    const auto place = static_cast<std::size_t>(index);
    if (list.size() > place && !list[place].is_nil()) {
      if (list[place].type() != GoType::list) not_a(list[place], "[]interface {}");
      inner.assign(list[place].as_items().begin(), list[place].as_items().end());
    }
    const Rest rest = list_item(inner, *next, depth + 1);
    if (rest == Rest::more) set_index(list, index, heap_.slice(inner));
    return rest;
  }

  Rest nested_map(std::vector<GoValue>& list, std::int64_t index, int depth) {
    const auto place = static_cast<std::size_t>(index);
    GoMap* inner = heap_.map();
    if (list.size() > place) {
      const bool is_map = list[place].type() == GoType::map && list[place].as_map() != nullptr;
      if (is_map)
        inner = list[place].as_map();
      else
        list[place] = GoValue::map(inner);
    }
    const Rest rest = key(*inner, depth);
    if (rest == Rest::more) set_index(list, index, GoValue::map(inner));
    return rest;
  }

  Heap& heap_;
  ValuesForm form_;
  std::string_view left_;
  const ValuesFileReader& read_;
  Profile profile_;
};

std::string_view flag_of(ValuesForm form) {
  switch (form) {
    case ValuesForm::set_json:
      return "--set-json";
    case ValuesForm::set_string:
      return "--set-string";
    case ValuesForm::set_file:
      return "--set-file";
    case ValuesForm::set_literal:
      return "--set-literal";
    case ValuesForm::set:
    case ValuesForm::file:
    case ValuesForm::chart_file:
      break;
  }
  return "--set";
}

}  // namespace

void apply_set(GoMap& into, Heap& heap, ValuesForm form, std::string_view text,
               const ValuesFileReader& read, Profile profile) {
  try {
    SetReader(heap, form, text, read, profile).run(into);
  } catch (const Error& error) {
    const std::string detail =
        form == ValuesForm::set_json ? " " + std::string(text) : ": " + error.message();
    throw Error(error.code(), "failed parsing " + std::string(flag_of(form)) + " data" + detail);
  }
}

}  // namespace reconcile::helm
