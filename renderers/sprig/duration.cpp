#include "renderers/sprig/duration.hpp"

#include <chrono>
#include <limits>
#include <utility>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::sprig {
namespace {

constexpr std::uint64_t magnitude_max = std::uint64_t{1} << 63U;

[[noreturn]] void fail(const std::string& message, std::string_view text) {
  throw gotemplate::FunctionError("time: " + message + ' ' + gotemplate::quote(text));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::uint64_t unit_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::uint64_t> units[] = {
      {"ns", 1},         {"us", 1000},         {"\xC2\xB5s", 1000},   {"\xCE\xBCs", 1000},
      {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000},
  };
  for (const auto& [unit, size] : units) {
    if (unit == name) return size;
  }
  return 0;
}

/// The digits at the start of `text` as a number of at most 2^63; false where they are more.
bool take_integer(std::string_view& text, std::uint64_t& value) {
  while (!text.empty() && is_digit(text.front())) {
    if (value > magnitude_max / 10) return false;
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (value > magnitude_max) return false;
    text.remove_prefix(1);
  }
  return true;
}

/// The digits behind a point: value / scale. What does not fit is dropped.
void take_fraction(std::string_view& text, std::uint64_t& value, double& scale) {
  bool is_full = false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    if (is_full) continue;
    if (value > (magnitude_max - 1) / 10) {
      is_full = true;
      continue;
    }
    const std::uint64_t longer = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (longer > magnitude_max) {
      is_full = true;
      continue;
    }
    value = longer;
    scale *= 10;
  }
}

}  // namespace

std::int64_t parse_go_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return 0;
  if (rest.empty()) fail("invalid duration", text);
  std::uint64_t total = 0;
  while (!rest.empty()) {
    if (rest.front() != '.' && !is_digit(rest.front())) fail("invalid duration", text);
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;
    double scale = 1;
    bool has_digits = is_digit(rest.front());
    if (!take_integer(rest, whole)) fail("invalid duration", text);
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      has_digits = has_digits || (!rest.empty() && is_digit(rest.front()));
      take_fraction(rest, fraction, scale);
    }
    if (!has_digits) fail("invalid duration", text);
    std::size_t size = 0;
    while (size < rest.size() && rest[size] != '.' && !is_digit(rest[size])) ++size;
    if (size == 0) fail("missing unit in duration", text);
    const std::uint64_t unit = unit_of(rest.substr(0, size));
    if (unit == 0) {
      fail("unknown unit " + gotemplate::quote(rest.substr(0, size)) + " in duration", text);
    }
    rest.remove_prefix(size);
    if (whole > magnitude_max / unit) fail("invalid duration", text);
    whole *= unit;
    whole += static_cast<std::uint64_t>(static_cast<double>(fraction) *
                                        (static_cast<double>(unit) / scale));
    if (whole > magnitude_max || total > magnitude_max - whole) fail("invalid duration", text);
    total += whole;
  }
  if (negative) return static_cast<std::int64_t>(0 - total);
  if (total == magnitude_max) fail("invalid duration", text);
  return static_cast<std::int64_t>(total);
}

std::string duration_text(std::int64_t nanoseconds) {
  return model::format_duration(std::chrono::nanoseconds(nanoseconds));
}

std::int64_t rounded_duration(std::int64_t nanoseconds, std::int64_t multiple) noexcept {
  if (multiple <= 0) return nanoseconds;
  using Limits = std::numeric_limits<std::int64_t>;
  const auto magnitude = [](std::int64_t value) {
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  };
  const std::int64_t rest = nanoseconds % multiple;
  if (magnitude(rest) * 2 < magnitude(multiple)) return nanoseconds - rest;
  std::int64_t rounded = 0;
  if (nanoseconds < 0) {
    return __builtin_sub_overflow(nanoseconds - rest, multiple, &rounded) ? Limits::min() : rounded;
  }
  return __builtin_add_overflow(nanoseconds - rest, multiple, &rounded) ? Limits::max() : rounded;
}

std::int64_t truncated_duration(std::int64_t nanoseconds, std::int64_t multiple) noexcept {
  return multiple <= 0 ? nanoseconds : nanoseconds - nanoseconds % multiple;
}

double duration_in(std::int64_t nanoseconds, std::int64_t unit) noexcept {
  return static_cast<double>(nanoseconds / unit) +
         static_cast<double>(nanoseconds % unit) / static_cast<double>(unit);
}

}  // namespace reconcile::sprig
