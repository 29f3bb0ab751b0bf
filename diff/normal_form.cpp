#include "reconcile/diff/normal_form.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "diff/built_in_fields.hpp"

namespace reconcile::diff {

namespace {

struct Suffix {
  std::string_view text;
  int exponent;  // of ten
  unsigned power_of_1024;
};
constexpr std::array<Suffix, 15> suffixes = {{{"Ki", 0, 1},
                                              {"Mi", 0, 2},
                                              {"Gi", 0, 3},
                                              {"Ti", 0, 4},
                                              {"Pi", 0, 5},
                                              {"Ei", 0, 6},
                                              {"n", -9, 0},
                                              {"u", -6, 0},
                                              {"m", -3, 0},
                                              {"k", 3, 0},
                                              {"M", 6, 0},
                                              {"G", 9, 0},
                                              {"T", 12, 0},
                                              {"P", 15, 0},
                                              {"E", 18, 0}}};

/// Reads the suffix into `exponent` and the binary power; false where it is none.
bool read_suffix(std::string_view text, int& exponent, unsigned& power) {
  if (text.empty()) return true;
  for (const Suffix& suffix : suffixes) {
    if (text != suffix.text) continue;
    exponent += suffix.exponent;
    power = suffix.power_of_1024;
    return true;
  }
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return false;
  std::size_t i = 1;
  const bool negative = text[i] == '-';
  if (negative || text[i] == '+') ++i;
  int value = 0;
  if (i == text.size()) return false;
  for (; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9' || value > 100) return false;
    value = value * 10 + (text[i] - '0');
  }
  exponent += negative ? -value : value;
  return true;
}

bool is_below_1024(const Quantity& quantity) {
  __extension__ __int128 limit = 1024;
  for (int i = quantity.exponent; i < 0 && limit <= quantity.mantissa; ++i) limit *= 10;
  return quantity.mantissa < limit;
}

/// Whether the values below `path` are quantities in every built-in kind.
bool holds_quantity(std::span<const PathStep> path) {
  constexpr std::array<std::string_view, 10> parents = {
      "podFixed", "requests",       "limits", "hard", "capacity",
      "default",  "defaultRequest", "min",    "max",  "overhead"};
  constexpr std::array<std::string_view, 6> names = {
      "sizeLimit", "averageValue", "divisor", "storage", "maximumVolumeSize", "minimumVolumeSize"};
  if (path.size() == 1 && path[0].text == "capacity") return true;
  if (path.size() < 2)
    return !path.empty() && std::find(names.begin(), names.end(), path[0].text) != names.end();
  if (path.back().text == "value") {
    if (path[path.size() - 2].text == "target") return true;
    // Of devices, each below its own name.
    const std::string_view all =
        path.size() > 2 ? std::string_view(path[path.size() - 3].text) : "";
    if (all == "capacity" || all == "counters") return true;
  }
  return std::find(parents.begin(), parents.end(), path[path.size() - 2].text) != parents.end() ||
         std::find(names.begin(), names.end(), path.back().text) != names.end();
}

bool is_string_map(std::span<const PathStep> path) {
  if (path.size() < 2) return false;
  const std::string& parent = path[path.size() - 2].text;
  return parent == "labels" || parent == "annotations" || parent == "matchLabels";
}

std::string quantity_text(model::Value value) {
  if (value.is_string()) return std::string(value.text());
  if (const auto integer = value.integer()) return std::to_string(*integer);
  return std::string(value.source());
}

bool is_nothing(model::Value value) {
  return value.is_null() || ((value.is_map() || value.is_list()) && value.empty());
}

/// Whether everything in a map that only live has is a default.
bool is_filled(model::Value live, FieldPath& path) {
  if (!live.is_map() || live.empty()) return false;
  for (std::size_t i = 0; i < live.size(); ++i) {
    path.push_back({PathStepType::field, std::string(live.key_at(i))});
    const bool is_known = is_default(path, live.value_at(i));
    path.pop_back();
    if (!is_known) return false;
  }
  return true;
}

}  // namespace

std::optional<Quantity> parse_quantity(std::string_view text) {
  Quantity result;
  std::size_t i = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++i;
  std::size_t digits = 0;
  bool fraction = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    if (++digits > 18) return std::nullopt;
    result.mantissa = result.mantissa * 10 + (text[i] - '0');
    if (fraction) --result.exponent;
  }
  unsigned power = 0;
  const std::string_view suffix = text.substr(i);
  if (digits == 0 || !read_suffix(suffix, result.exponent, power)) return std::nullopt;
  if (power > 0)
    result.format = QuantityFormat::binary;
  else if (suffix.size() > 1)
    result.format = QuantityFormat::exponent;
  for (; power > 0; --power) result.mantissa *= 1024;
  if (result.mantissa == 0) return Quantity{};
  if (result.format == QuantityFormat::binary && is_below_1024(result))
    result.format = QuantityFormat::decimal;
  while (result.mantissa % 10 == 0) {
    result.mantissa /= 10;
    ++result.exponent;
  }
  if (negative) result.mantissa = -result.mantissa;
  return result;
}

bool surely_equal(model::Value desired, model::Value live, std::span<const PathStep> path) {
  if (is_raw(path)) return desired.present() == live.present() && model::equal(desired, live);
  if (is_nothing(desired) && (!live.present() || is_nothing(live))) return true;
  if (desired.is_null() && is_default(path, live)) return true;
  if (desired.is_map() && live.is_map()) {
    FieldPath below(path.begin(), path.end());
    for (std::size_t i = 0; i < desired.size(); ++i) {
      below.push_back({PathStepType::field, std::string(desired.key_at(i))});
      if (!surely_equal(desired.value_at(i), live[desired.key_at(i)], below)) return false;
      below.pop_back();
    }
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (desired.contains(live.key_at(i))) continue;
      below.push_back({PathStepType::field, std::string(live.key_at(i))});
      if (!is_default(below, live.value_at(i)) && !is_filled(live.value_at(i), below)) return false;
      below.pop_back();
    }
    return true;
  }
  if (desired.is_list() && live.is_list()) {
    if (desired.size() != live.size()) return false;
    FieldPath below(path.begin(), path.end());
    for (std::size_t i = 0; i < desired.size(); ++i) {
      below.push_back({PathStepType::index, std::to_string(i)});
      if (!surely_equal(desired.at(i), live.at(i), below)) return false;
      below.pop_back();
    }
    return true;
  }
  if (model::equal(desired, live)) return live.present();
  if (!desired.present() || !live.present() || !desired.is_scalar() || !live.is_scalar())
    return false;
  if (holds_quantity(path)) {
    const auto left = parse_quantity(quantity_text(desired));
    return left && left == parse_quantity(quantity_text(live));
  }
  // A label written as a number or boolean is refused by the server; nothing to equate there.
  return is_string_map(path) && desired.is_string() && desired.text() == live.text();
}

}  // namespace reconcile::diff
