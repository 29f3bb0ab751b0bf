#pragma once

#include <span>

#include "test/fuzz/case.hpp"
#include "test/fuzz/question.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// Those of Helm. To add one: a function like those below in a file of its own, and a row in
/// generators.cpp.
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
