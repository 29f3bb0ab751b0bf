#pragma once

#include <span>

#include "reconcile/gotemplate/function.hpp"

// The function tables of this folder, one a file; functions.cpp puts them together. Each is
// constant data that lives for ever.
namespace reconcile::sprig {

using gotemplate::Function;

std::span<const Function> string_functions();
std::span<const Function> case_functions();
std::span<const Function> string_list_functions();
std::span<const Function> encoding_functions();
std::span<const Function> number_functions();
std::span<const Function> decimal_functions();
std::span<const Function> default_functions();
std::span<const Function> reflection_functions();
std::span<const Function> list_functions();
std::span<const Function> dict_functions();
std::span<const Function> merge_functions();
std::span<const Function> path_functions();
std::span<const Function> url_functions();
std::span<const Function> regex_functions();
std::span<const Function> semver_functions();
std::span<const Function> date_functions();
std::span<const Function> random_functions();
std::span<const Function> password_functions();
std::span<const Function> cipher_functions();
std::span<const Function> certificate_functions();
std::span<const Function> json_functions();
std::span<const Function> helm_yaml_functions();
std::span<const Function> helm_json_functions();
std::span<const Function> helm_toml_functions();
std::span<const Function> helm4_yaml_functions();
std::span<const Function> helm4_toml_functions();
std::span<const Function> helm4_duration_functions();

/// What copying a *semver.Version by its exported fields leaves of it: 0.0.0.
gotemplate::GoValue copied_version(gotemplate::Heap& heap, gotemplate::GoKind kind);

/// Methods of time.Duration, and of the named integers that have nothing but String().
std::span<const Function> duration_methods();
std::span<const Function> text_methods();

}  // namespace reconcile::sprig
