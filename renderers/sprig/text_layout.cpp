#include "renderers/sprig/text_layout.hpp"

#include "renderers/sprig/limits.hpp"

namespace reconcile::sprig {

std::string abbreviated(std::string_view text, std::int64_t offset, std::int64_t width_max) {
  constexpr std::string_view marker = "...";
  const auto size = static_cast<std::int64_t>(text.size());
  const auto part = [&](std::int64_t from, std::int64_t to) {
    return std::string(
        text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  };
  if (text.empty() || width_max < 4) return "";
  if (size <= width_max) return std::string(text);
  if (offset > size) offset = size;
  if (size - offset < width_max - 3) offset = size - (width_max - 3);
  if (offset <= 4) return part(0, width_max - 3).append(marker);
  if (width_max < 7) return "";
  if (offset + width_max - 3 < size) {
    const std::string tail = part(offset, size);
    return std::string(marker) + abbreviated(tail, 0, width_max - 3);
  }
  return std::string(marker) + part(size - (width_max - 3), size);
}

std::string wrapped(std::string_view text, std::int64_t width, std::string_view line_break,
                    LongWords long_words) {
  if (line_break.empty()) line_break = "\n";
  const auto wrap_at = static_cast<std::size_t>(width < 1 ? 1 : width);
  std::string out;
  std::size_t offset = 0;
  while (text.size() - offset > wrap_at) {
    if (text[offset] == ' ') {
      ++offset;
      continue;
    }
    const std::size_t space = text.substr(offset, wrap_at + 1).rfind(' ');
    if (space != std::string_view::npos) {
      out += text.substr(offset, space);
      out += line_break;
      offset += space + 1;
    } else if (long_words == LongWords::broken) {
      out += text.substr(offset, wrap_at);
      out += line_break;
      offset += wrap_at;
    } else {
      const std::size_t next = text.find(' ', offset + wrap_at);
      out += text.substr(offset, next == std::string_view::npos ? next : next - offset);
      if (next == std::string_view::npos) {
        offset = text.size();
        break;
      }
      out += line_break;
      offset = next + 1;
    }
    check_result_bytes("wrap", out.size());
  }
  out += text.substr(offset);
  return out;
}

}  // namespace reconcile::sprig
