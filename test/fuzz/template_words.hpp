#pragma once

#include <span>
#include <string_view>

/// The constants that generated templates are made of.
namespace reconcile::fuzz::words {

using Words = std::span<const std::string_view>;

Words texts();
Words keys();
Words patterns();
Words layouts();
Words json_texts();
Words yaml_texts();
Words toml_texts();
Words constraints();
Words versions();
Words paths();
Words encoded();
Words durations();
Words large_integers();
Words floats();
Words number_forms();
Words number_texts();
Words verbs();

}  // namespace reconcile::fuzz::words
