#include "engine/gates/wording.hpp"

#include <algorithm>

namespace reconcile::engine::gates {

std::string short_id(std::string_view commit) {
  constexpr std::size_t digits = 8;
  return std::string(commit.substr(0, digits));
}

std::string short_duration(std::chrono::nanoseconds duration) {
  struct Unit {
    std::int64_t seconds;
    char letter;
  };
  constexpr Unit units[] = {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}};
  std::int64_t left =
      std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count(), 0);
  std::string text;
  for (std::size_t i = 0; i < std::size(units); ++i) {
    const std::int64_t count = left / units[i].seconds;
    left %= units[i].seconds;
    const bool second = !text.empty();
    if (count > 0) text += std::to_string(count) + units[i].letter;
    if (second) break;
  }
  return text.empty() ? "0s" : text;
}

std::string listed(const std::vector<std::string>& items, std::size_t shown_max) {
  const std::size_t shown = std::min(items.size(), shown_max);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == items.size();
    text += i == 0 ? "" : last ? " and " : ", ";
    text += items[i];
  }
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  if (line.size() <= bytes_max) return line;
  std::size_t end = bytes_max - std::min<std::size_t>(bytes_max, 3);
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "…";
}

}  // namespace reconcile::engine::gates
