#include "test/fuzz/generators.hpp"

#include <memory>

#include "test/fuzz/helm_question.hpp"

namespace reconcile::fuzz {
namespace {

template <Case (*make)(Random&)>
std::unique_ptr<Question> question(Random& random) {
  return std::make_unique<HelmQuestion>(make(random));
}

}  // namespace

std::span<const Generator> generators() {
  static constexpr Generator all[] = {
      {"templates", question<make_template_case>, 1000},
      {"yaml", question<make_yaml_case>, 150},
      {"yaml_text", question<make_yaml_text_case>, 150},
      {"set", question<make_set_case>, 150},
      {"values", question<make_values_case>, 150},
      {"manifests", question<make_manifests_case>, 150},
      {"schema", question<make_schema_case>, 50},
      {"files", question<make_files_case>, 80},
      {"charts", question<make_chart_case>, 70},
      {"semver", question<make_semver_case>, 50},
  };
  return all;
}

}  // namespace reconcile::fuzz
