#include "renderers/helm/text.hpp"

#include <algorithm>
#include <array>

#include "reconcile/model/number_format.hpp"

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

namespace {

/// Bytes of the JSON number at the front of `text`. One that is spoilt includes what spoils it.
std::size_t number_extent(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > start;
  };
  const auto spoilt = [&] { return std::min(at + 1, text.size()); };
  if (text.substr(at).starts_with('0')) {
    ++at;
  } else if (!digits()) {
    return spoilt();
  }
  if (text.substr(at).starts_with('.')) {
    ++at;
    if (!digits()) return spoilt();
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return spoilt();
  }
  return at;
}

}  // namespace

std::size_t json_extent(std::string_view text) {
  std::size_t at = text.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return text.size();
  if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
    return at + number_extent(text.substr(at));
  }
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text.substr(at).starts_with(word)) return at + word.size();
  }
  int depth = 0;
  do {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
      ++at;
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (c == '}' || c == ']') {
      --depth;
      ++at;
    } else {
      ++at;
    }
  } while (depth > 0 && at < text.size());
  return std::min(at, text.size());
}

std::string text_of_scalar(model::Value value) {
  switch (value.kind()) {
    case model::Kind::boolean:
      return *value.boolean() ? "true" : "false";
    case model::Kind::integer:
      return value.is_unsigned() ? std::to_string(*value.unsigned_integer())
                                 : std::to_string(*value.integer());
    case model::Kind::floating: {
      std::string text;
      model::append_go_float(*value.number(), text);
      return text;
    }
    default:
      return std::string(value.text());
  }
}

}  // namespace reconcile::helm
