#include "diff/shown_value.hpp"

#include <algorithm>

#include "reconcile/model/printable.hpp"

namespace reconcile::diff {

namespace {

/// What is shown of what both values have before they differ.
constexpr std::size_t common_bytes = 40;

bool is_inside_character(const std::string& text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::string cut(const std::string& value, std::size_t start, std::size_t bytes_max) {
  if (value.size() <= bytes_max) return model::printable(value);
  while (start > 0 && is_inside_character(value, start)) --start;
  std::size_t end = std::min(value.size(), start + bytes_max);
  while (end > start && is_inside_character(value, end)) --end;
  std::string out = start > 0 ? "…" : "";
  out += model::printable(std::string_view(value).substr(start, end - start));
  if (end < value.size()) out += "…";
  return out + " (" + std::to_string(value.size()) + " bytes)";
}

}  // namespace

std::pair<std::string, std::string> shown_values(const std::optional<std::string>& before,
                                                 const std::optional<std::string>& after,
                                                 std::size_t bytes_max) {
  std::size_t start = 0;
  if (before && after) {
    const auto differ = std::mismatch(before->begin(), before->end(), after->begin(), after->end());
    const auto common = static_cast<std::size_t>(differ.first - before->begin());
    if (common > bytes_max / 2) start = common - common_bytes;
  }
  return {before ? cut(*before, start, bytes_max) : "", after ? cut(*after, start, bytes_max) : ""};
}

std::string shown_value(const std::string& value, std::size_t bytes_max) {
  return cut(value, 0, bytes_max);
}

}  // namespace reconcile::diff
