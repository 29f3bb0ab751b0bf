// What a quick verdict needs to know of single values; see json_schema_quick.cpp.
#include "base/model/json_schema_quick_values.hpp"

#include "base/model/json_schema_formats.hpp"
#include "base/model/json_schema_number.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

bool type_holds(Value types, Value instance) {
  const unsigned type = schema_type_of(instance);
  std::uint8_t bits = 0;
  if (types.is_string()) bits = schema_type_bit(types.text());
  for (std::size_t i = 0; i < types.size(); ++i) bits |= schema_type_bit(types.at(i).text());
  if (((bits >> type) & 1U) != 0) return true;
  return type == schema_number_bit && ((bits >> schema_integer_bit) & 1U) != 0 &&
         is_whole(instance);
}

bool is_one_of(Value instance, Value list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (equal(instance, list.at(i))) return true;
  }
  return false;
}

std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); i += decode_rune(text.substr(i)).size) ++length;
  return length;
}

bool format_holds(std::string_view name, Value instance) {
  const FormatTest test = find_format(name);
  return test == nullptr || !test(instance.text());
}

}  // namespace

bool are_distinct_texts(Value list) {
  if (!list.is_list() || list.size() > compared_items_max) return false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list.at(i).is_string()) return false;
    for (std::size_t k = 0; k < i; ++k) {
      if (list.at(k).text() == list.at(i).text()) return false;
    }
  }
  return true;
}

std::shared_ptr<const Regex> known_pattern(std::string_view text) {
  try {
    return Regex::cached(text);
  } catch (const Error&) {
    throw UnknownVerdict();
  }
}

bool value_holds(SchemaKeyword keyword, Value value, Value instance) {
  const auto count = [&] { return static_cast<std::size_t>(*value.integer()); };
  switch (keyword) {
    case SchemaKeyword::type:
      return type_holds(value, instance);
    case SchemaKeyword::enumeration:
      return is_one_of(instance, value);
    case SchemaKeyword::constant:
      return equal(instance, value);
    case SchemaKeyword::format:
      return !instance.is_string() || format_holds(value.text(), instance);
    case SchemaKeyword::required:
      for (std::size_t i = 0; instance.is_map() && i < value.size(); ++i) {
        if (!instance.contains(value.at(i).text())) return false;
      }
      return true;
    case SchemaKeyword::pattern:
      return !instance.is_string() || known_pattern(value.text())->matches(instance.text());
    case SchemaKeyword::unique_items:
      expect(!*value.boolean() || !instance.is_list() || are_distinct_texts(instance));
      return true;
    case SchemaKeyword::minimum:
      return !instance.is_number() || exact_number(instance) >= exact_number(value);
    case SchemaKeyword::maximum:
      return !instance.is_number() || exact_number(instance) <= exact_number(value);
    case SchemaKeyword::exclusive_minimum:
      return !instance.is_number() || exact_number(instance) > exact_number(value);
    case SchemaKeyword::exclusive_maximum:
      return !instance.is_number() || exact_number(instance) < exact_number(value);
    case SchemaKeyword::length_min:
      return !instance.is_string() || length_of(instance.text()) >= count();
    case SchemaKeyword::length_max:
      return !instance.is_string() || length_of(instance.text()) <= count();
    case SchemaKeyword::items_min:
      return !instance.is_list() || instance.size() >= count();
    case SchemaKeyword::items_max:
      return !instance.is_list() || instance.size() <= count();
    case SchemaKeyword::properties_min:
      return !instance.is_map() || instance.size() >= count();
    case SchemaKeyword::properties_max:
      return !instance.is_map() || instance.size() <= count();
    default:
      throw UnknownVerdict();
  }
}

}  // namespace reconcile::model
