#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace reconcile::fuzz {

// Each target takes any bytes and must return: what the input deserves as an error is caught inside
// (model::Error alone), everything else ends the process. A property that does not hold calls
// broken().

/// A template text: parsed, and executed over a fixed tree of values within small bounds. Behind a
/// line "%%" follow further templates of the same set.
void run_template(std::string_view input);
/// A YAML text: the quick reader gives libyaml's events, both dialects read it, and what was read
/// comes back from the writers.
void run_yaml(std::string_view input);
/// Parts that start with "\n%%" and a letter: f values file, j --set-json, s --set, t --set-string,
/// l --set-literal, c and d the defaults of a chart and its subchart, m and n their Chart.yaml, v
/// the chart's schema. All are merged, checked and printed by a template.
void run_values(std::string_view input);
/// The text behind each form of --set, applied twice over a tree that has something already.
void run_set(std::string_view input);
/// A chart archive. The first byte says how it is written: 'g' gzip, 't' tar (compressed here),
/// anything else entries as text (see archive_target.cpp).
void run_archive(std::string_view input);

/// A kustomization over two objects and a base; behind a line "%%PATH" the file of that path.
void run_kustomization(std::string_view input);
/// A strategic merge patch, with a target and without; behind a line "%%" the objects.
void run_merge_patch(std::string_view input);
/// JSON 6902 operations; behind a line "%%" the objects.
void run_json_patch(std::string_view input);
/// Replacements; behind a line "%%" the objects.
void run_replacements(std::string_view input);

/// An expression of CEL: parsed, checked, and evaluated over a fixed object within small bounds.
void run_expression(std::string_view input);

/// Ends the process, telling what does not hold.
[[noreturn]] void broken(std::string_view property, std::string_view details = {});
/// `input` cut at every line that starts with "%%" (the mark is cut off); the first part may be
/// empty.
std::vector<std::string_view> parts_of(std::string_view input);

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};
inline constexpr Target targets[] = {{"template", run_template},
                                     {"yaml", run_yaml},
                                     {"values", run_values},
                                     {"set", run_set},
                                     {"archive", run_archive},
                                     {"kustomization", run_kustomization},
                                     {"merge_patch", run_merge_patch},
                                     {"json_patch", run_json_patch},
                                     {"replacements", run_replacements},
                                     {"expression", run_expression}};

}  // namespace reconcile::fuzz
