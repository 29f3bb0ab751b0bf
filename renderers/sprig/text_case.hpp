#pragma once

#include <string>
#include <string_view>

// Word and letter functions of huandu/xstrings 1.5.0, Masterminds/goutils 1.1.1 and Go's strings.
namespace reconcile::sprig {

/// xstrings.ToPascalCase.
std::string pascal_case(std::string_view text);
/// xstrings.ToSnakeCase with '_', ToKebabCase with '-'.
std::string joined_case(std::string_view text, char connector);

/// Go's deprecated strings.Title: letters after a separator become title case.
std::string title_words(std::string_view text);
/// goutils.Uncapitalize, SwapCase, Initials and DeleteWhiteSpace; the last two read bytes as
/// Latin-1.
std::string uncapitalize(std::string_view text);
std::string swap_case(std::string_view text);
std::string initials(std::string_view text);
std::string delete_white_space(std::string_view text);

}  // namespace reconcile::sprig
