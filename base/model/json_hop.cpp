#include "base/model/json_hop.hpp"

#include <cmath>

#include "base/model/utf8.hpp"
#include "base/model/yaml_resolve.hpp"
#include "base/model/yaml_scalar_traits.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

constexpr std::uint32_t next_line = 0x85;
constexpr std::size_t simple_key_characters_max = 1024;
// The longest JSON form of one byte is \u00XX.
constexpr std::size_t json_growth_max = 6;

// Characters above ASCII that the v2 reader refuses. Controls below 0x20 arrive as escapes.
bool is_refused(std::uint32_t rune) {
  if (rune == 0x7F || (rune >= 0x80 && rune < 0xA0 && rune != next_line)) return true;
  return rune == 0xFFFE || rune == 0xFFFF;
}

[[noreturn]] void refuse(const char* problem) {
  throw Error(ErrorCode::invalid_input, std::string("yaml: ") + problem);
}

// A raw line break in a double-quoted scalar is folded: blanks around it go, one break is a space
// and more are one newline less than their count.
std::size_t fold_breaks(std::string_view text, std::size_t i, std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  std::size_t breaks = 0;
  while (i < text.size()) {
    if (text.substr(i, 2) == "\xC2\x85") {
      ++breaks;
      i += 2;
    } else if (text[i] == ' ') {
      ++i;
    } else {
      break;
    }
  }
  if (text.substr(i, 3) == "---" || text.substr(i, 3) == "...") {
    const char after = i + 3 < text.size() ? text[i + 3] : '"';
    if (after == ' ') refuse("found unexpected document indicator");
  }
  breaks == 1 ? out += ' ' : out.append(breaks - 1, '\n');
  return i;
}

bool needs_rewrite(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (byte == 0x7F) refuse("control characters are not allowed");
      ++i;
      continue;
    }
    const Rune rune = decode_rune(text.substr(i));
    if (is_refused(rune.value)) refuse("control characters are not allowed");
    if (rune.invalid() || rune.value == next_line) return true;
    i += rune.size;
  }
  return false;
}

}  // namespace

std::string_view text_after_json_hop(std::string_view text, std::string& scratch) {
  if (is_simple_text(text) || !needs_rewrite(text)) return text;
  scratch.clear();
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text.substr(i));
    if (is_refused(rune.value)) refuse("control characters are not allowed");
    if (rune.value == next_line) {
      i = fold_breaks(text, i, scratch);
      continue;
    }
    append_rune(rune.value, scratch);
    i += rune.size;
  }
  return scratch;
}

std::string_view key_after_json_hop(std::string_view key, std::string& scratch) {
  if (key.size() > simple_key_characters_max / json_growth_max) {
    std::string json;
    write_json_string(key, json);
    std::size_t characters = 0;
    for (const char c : json) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    if (characters > simple_key_characters_max) refuse("did not find expected ',' or '}'");
  }
  if (is_simple_text(key)) return key;
  if (key.find("\xC2\x85") != std::string_view::npos) refuse("did not find expected ',' or '}'");
  return text_after_json_hop(key, scratch);
}

void float_after_json_hop(double value, std::string& out) {
  constexpr double exact_max = 9007199254740992.0;  // 2^53: every whole number below is exact
  if (std::fabs(value) < exact_max && std::trunc(value) == value) {
    out += std::to_string(static_cast<std::int64_t>(value));
    return;
  }
  std::string json;
  write_json_number(value, json);
  Resolved number;
  if (parse_go_integer(json, number)) {
    out += json;
    return;
  }
  append_go_float(value, out);
}

}  // namespace reconcile::model
