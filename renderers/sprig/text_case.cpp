#include "renderers/sprig/text_case.hpp"

#include <cstdint>
#include <utility>

#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/rune_class.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::append_rune;
using gotemplate::Call;
using gotemplate::decode_rune;
using gotemplate::GoValue;
using gotemplate::Rune;

/// What Go's strings.Title takes for the end of a word.
bool is_separator(std::uint32_t rune) {
  if (rune < 0x80) {
    return !(rune >= '0' && rune <= '9') && !(rune >= 'a' && rune <= 'z') &&
           !(rune >= 'A' && rune <= 'Z') && rune != '_';
  }
  return !gotemplate::is_letter(rune) && !gotemplate::is_digit(rune) && is_space(rune);
}

/// Maps every rune; `mapping` may keep state.
template <class Mapping>
std::string mapped_runes(std::string_view text, Mapping mapping) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    append_rune(out, mapping(rune.value));
    text.remove_prefix(rune.bytes);
  }
  return out;
}

template <std::string (*function)(std::string_view)>
GoValue of_text(Call& call) {
  return call.heap().string(function(call.text(0)));
}
std::string snake_case(std::string_view text) {
  return joined_case(text, '_');
}
std::string kebab_case(std::string_view text) {
  return joined_case(text, '-');
}

constexpr Function functions[] = {
    {"upper", "s", of_text<upper_text>},           {"lower", "s", of_text<lower_text>},
    {"title", "s", of_text<title_words>},          {"untitle", "s", of_text<uncapitalize>},
    {"swapcase", "s", of_text<swap_case>},         {"initials", "s", of_text<initials>},
    {"nospace", "s", of_text<delete_white_space>}, {"snakecase", "s", of_text<snake_case>},
    {"kebabcase", "s", of_text<kebab_case>},       {"camelcase", "s", of_text<pascal_case>},
};

}  // namespace

std::string title_words(std::string_view text) {
  std::uint32_t previous = ' ';
  return mapped_runes(text, [&](std::uint32_t rune) {
    const std::uint32_t before = std::exchange(previous, rune);
    return is_separator(before) ? to_title(rune) : rune;
  });
}

std::string uncapitalize(std::string_view text) {
  bool at_start = true;
  return mapped_runes(text, [&](std::uint32_t rune) {
    if (is_space(rune)) {
      at_start = true;
      return rune;
    }
    return std::exchange(at_start, false) ? to_lower(rune) : rune;
  });
}

std::string swap_case(std::string_view text) {
  bool after_space = true;
  return mapped_runes(text, [&](std::uint32_t rune) {
    if (is_upper(rune) || is_title(rune)) {
      after_space = false;
      return to_lower(rune);
    }
    if (is_lower(rune)) return std::exchange(after_space, false) ? to_title(rune) : to_upper(rune);
    after_space = is_space(rune);
    return rune;
  });
}

std::string initials(std::string_view text) {
  std::string out;
  bool after_gap = true;
  for (const char c : text) {
    const auto rune = static_cast<unsigned char>(c);
    if (is_space(rune)) {
      after_gap = true;
    } else if (std::exchange(after_gap, false)) {
      append_rune(out, rune);
    }
  }
  return out;
}

std::string delete_white_space(std::string_view text) {
  std::string out;
  std::size_t kept = 0;
  for (const char c : text) {
    const auto rune = static_cast<unsigned char>(c);
    if (is_space(rune)) continue;
    append_rune(out, rune);
    ++kept;
  }
  return kept == text.size() ? std::string(text) : out;
}

std::span<const Function> case_functions() {
  return functions;
}

}  // namespace reconcile::sprig
