#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "test/fuzz/case.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// Makes one case out of `random`, which is its own: the same seed gives the same case.
using MakeCase = Case (*)(Random& random);

struct Generator {
  std::string_view name;
  MakeCase make;
  std::size_t short_run_cases;  ///< of the 2,000 that ./test/run compares
};

/// All of them. To add one: a file with its MakeCase and a row in generators.cpp.
std::span<const Generator> generators();

/// Expressions, control flow, functions and their errors in the templates of one chart.
Case make_template_case(Random& random);

/// Values of every quoting class through toYaml, toYamlPretty and the JSON writers.
Case make_yaml_case(Random& random);
/// YAML texts, correct and spoilt, through fromYaml and as values files.
Case make_yaml_text_case(Random& random);
/// --set and its relatives over values files.
Case make_set_case(Random& random);
/// Versions × constraints.
Case make_semver_case(Random& random);

/// Values of users, charts and subcharts that are coalesced.
Case make_values_case(Random& random);
/// Text that is cut into manifests and hooks, sorted and printed.
Case make_manifests_case(Random& random);
/// JSON schemas × values.
Case make_schema_case(Random& random);
/// .Files, globs and .helmignore.
Case make_files_case(Random& random);
/// Charts with subcharts and libraries: definitions, order, capabilities.
Case make_chart_case(Random& random);

}  // namespace reconcile::fuzz
