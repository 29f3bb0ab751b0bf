#include "renderers/helm/text.hpp"

#include <array>

namespace reconcile::helm {
namespace {

/// The spaces of Unicode beyond ASCII (White_Space, as Go's unicode.IsSpace), as UTF-8.
constexpr std::array<std::string_view, 19> wide_spaces = {
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
};

bool is_ascii_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool ends_with_space(std::string_view text, std::size_t& bytes) {
  if (text.empty()) return false;
  if (static_cast<unsigned char>(text.back()) < 0x80) {
    bytes = 1;
    return is_ascii_space(text.back());
  }
  for (const std::string_view space : wide_spaces) {
    if (!text.ends_with(space)) continue;
    bytes = space.size();
    return true;
  }
  return false;
}

}  // namespace

bool starts_with_space(std::string_view text, std::size_t& bytes) {
  if (text.empty()) return false;
  if (static_cast<unsigned char>(text[0]) < 0x80) {
    bytes = 1;
    return is_ascii_space(text[0]);
  }
  for (const std::string_view space : wide_spaces) {
    if (!text.starts_with(space)) continue;
    bytes = space.size();
    return true;
  }
  return false;
}

std::string_view trim_left_space(std::string_view text) {
  for (std::size_t bytes = 0; starts_with_space(text, bytes);) text.remove_prefix(bytes);
  return text;
}

std::string_view trim_right_space(std::string_view text) {
  for (std::size_t bytes = 0; ends_with_space(text, bytes);) text.remove_suffix(bytes);
  return text;
}

std::string_view trim_space(std::string_view text) {
  return trim_right_space(trim_left_space(text));
}

std::string sanitize(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    std::size_t bytes = 0;
    if (starts_with_space(text, bytes)) {
      clean += ' ';
      text.remove_prefix(bytes);
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte >= 0x20 && byte != 0x7F) clean += text[0];
    text.remove_prefix(1);
  }
  return clean;
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view path_base(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path == "/") return path;
  return path.substr(slash + 1);
}

}  // namespace reconcile::helm
