#pragma once

#include <string_view>

namespace reconcile::model {

/// What the characters of a scalar allow, as libyaml's and go-yaml's scalar analysis finds it.
struct ScalarTraits {
  bool multiline = false;
  bool plain_allowed = true;
  bool single_quoted_allowed = true;
  bool block_allowed = true;
  bool ascii = true;
};

/// Analyses `text`; `tabs_in_blocks` is v3's rule that tabs do not forbid literal blocks.
ScalarTraits analyze_scalar(std::string_view text, bool tabs_in_blocks);

// Character tests of go-yaml at `i` of `text`; positions after the end are no character.
bool is_break_at(std::string_view text, std::size_t i);
bool is_printable_at(std::string_view text, std::size_t i);
std::size_t width_at(std::string_view text, std::size_t i);

/// True where every byte is printable ASCII or a line feed, so that rules for bytes suffice.
bool is_simple_text(std::string_view text);
/// As analyze_scalar, of what is_simple_text holds for.
ScalarTraits analyze_simple_text(std::string_view text);

}  // namespace reconcile::model
