#include "renderers/substitute/operations.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "reconcile/model/error.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/rune_class.hpp"
#include "renderers/substitute/glob.hpp"

namespace reconcile::substitute {
namespace {

using Arguments = std::vector<std::string>;

/// strconv.Atoi: a sign, decimal digits, no overflow.
std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string change_first(const std::string& value, std::uint32_t (*change)(std::uint32_t)) {
  if (value.empty()) return value;
  const gotemplate::Rune first = gotemplate::decode_rune(value);
  std::string changed;
  gotemplate::append_rune(changed, change(first.value));
  return changed.append(value, first.bytes, std::string::npos);
}

std::string part_of(const std::string& value, const Arguments& arguments) {
  const auto size = static_cast<std::int64_t>(value.size());
  const std::optional<std::int64_t> offset = integer_of(arguments[0]);
  if (!offset) return value;
  const std::int64_t start = *offset < 0 ? std::max<std::int64_t>(size + *offset, 0) : *offset;
  const std::string rest = start < size ? value.substr(static_cast<std::size_t>(start)) : "";
  if (arguments.size() == 1) return rest;
  const std::optional<std::int64_t> length = integer_of(arguments[1]);
  if (!length) return value;
  // Go's sum wraps around; what comes out is refused like every end before the start.
  const auto end = static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                             static_cast<std::uint64_t>(*length));
  if (end >= size) return rest;
  if (end < start) {
    throw model::Error(model::ErrorCode::invalid_input, "slice bounds out of range [" +
                                                            (end < 0 ? "" : std::to_string(start)) +
                                                            ":" + std::to_string(end) + "]");
  }
  return rest.substr(0, static_cast<std::size_t>(end - start));
}

/// Go's strings.Replace; an empty `old` stands before every rune and at the end.
std::string replaced(const std::string& value, const std::string& old, const std::string& with,
                     std::size_t count_max, Budget& budget) {
  std::string result;
  std::size_t position = 0;
  for (std::size_t count = 0; count < count_max; ++count) {
    std::size_t found = value.find(old, position);
    if (old.empty() && count > 0) {
      if (position >= value.size()) break;
      found = position + gotemplate::decode_rune(std::string_view(value).substr(position)).bytes;
    }
    if (found == std::string::npos) break;
    budget.take_bytes(found - position + with.size());
    result.append(value, position, found - position).append(with);
    position = found + old.size();
  }
  return result.append(value, position, std::string::npos);
}

/// Go's reversal of runes; an invalid byte becomes U+FFFD.
std::string reversed(std::string_view text) {
  std::vector<std::uint32_t> runes;
  while (!text.empty()) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text);
    runes.push_back(rune.value);
    text.remove_prefix(rune.bytes);
  }
  std::string result;
  for (auto rune = runes.rbegin(); rune != runes.rend(); ++rune) {
    gotemplate::append_rune(result, *rune);
  }
  return result;
}

enum class Length { shortest, longest };

/// `value` without the prefix that matches `pattern`; it is never empty.
std::string without_prefix(const std::string& value, const std::string& pattern, Length length,
                           Budget& budget) {
  const std::string_view text = value;
  std::size_t prefix = 0;
  for (std::size_t size = text.size(); size > 0; --size) {
    const GlobMatch matched = match_glob(pattern, text.substr(0, size), budget.steps_left);
    if (matched == GlobMatch::bad_pattern) return value;
    if (matched == GlobMatch::no) continue;
    prefix = size;
    if (length == Length::longest) break;
  }
  return value.substr(prefix);
}

std::string without_suffix(const std::string& value, const std::string& pattern, Length length,
                           Budget& budget) {
  return reversed(without_prefix(reversed(value), reversed(pattern), length, budget));
}

std::string replaced_somewhere(std::string_view operation, const std::string& value,
                               const Arguments& arguments, Budget& budget) {
  const std::string& old = arguments[0];
  if (operation == "/" || operation == "//") {
    const std::size_t count_max = operation == "/" ? 1 : SIZE_MAX;
    return replaced(value, old, arguments.size() > 1 ? arguments[1] : "", count_max, budget);
  }
  if (arguments.size() != 2) return value;
  if (operation == "/#" && value.starts_with(old)) return arguments[1] + value.substr(old.size());
  if (operation == "/%" && value.ends_with(old)) {
    return value.substr(0, value.size() - old.size()) + arguments[1];
  }
  return value;
}

std::string value_or_default(std::string value, const Arguments& arguments) {
  if (!value.empty()) return value;
  for (const std::string& argument : arguments) value += argument;
  return value;
}

std::uint32_t upper_rune(std::uint32_t rune) {
  return sprig::to_upper(rune);
}
std::uint32_t lower_rune(std::uint32_t rune) {
  return sprig::to_lower(rune);
}

std::string computed(std::string_view operation, std::string value, const Arguments& arguments,
                     Budget& budget) {
  if (operation == ",") return change_first(value, lower_rune);
  if (operation == ",,") return sprig::lower_text(value);
  if (operation == "^") return change_first(value, upper_rune);
  if (operation == "^^") return sprig::upper_text(value);
  if (operation == "#" && arguments.empty()) return std::to_string(value.size());
  if (operation == ":") return part_of(value, arguments);
  if (operation == "#") return without_prefix(value, arguments[0], Length::shortest, budget);
  if (operation == "##") return without_prefix(value, arguments[0], Length::longest, budget);
  if (operation == "%") return without_suffix(value, arguments[0], Length::shortest, budget);
  if (operation == "%%") return without_suffix(value, arguments[0], Length::longest, budget);
  if (operation.starts_with('/')) return replaced_somewhere(operation, value, arguments, budget);
  return value_or_default(std::move(value), arguments);
}

}  // namespace

void Budget::take_bytes(std::size_t bytes) {
  if (bytes > bytes_left) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "the text with its variables replaced is too large");
  }
  bytes_left -= bytes;
}

bool gives_default(std::string_view operation) noexcept {
  return operation == "=" || operation == ":-" || operation == ":+" || operation == ":=" ||
         operation == ":?";
}

std::string apply_operation(std::string_view operation, std::string value,
                            const std::vector<std::string>& arguments, Budget& budget) {
  budget.take_bytes(value.size());
  std::string result = computed(operation, std::move(value), arguments, budget);
  budget.take_bytes(result.size());
  return result;
}

}  // namespace reconcile::substitute
