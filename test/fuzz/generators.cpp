#include "test/fuzz/generators.hpp"

namespace reconcile::fuzz {

std::span<const Generator> generators() {
  static constexpr Generator all[] = {
      {"templates", make_template_case, 1000}, {"yaml", make_yaml_case, 150},
      {"yaml_text", make_yaml_text_case, 150}, {"set", make_set_case, 150},
      {"values", make_values_case, 150},       {"manifests", make_manifests_case, 150},
      {"schema", make_schema_case, 50},        {"files", make_files_case, 80},
      {"charts", make_chart_case, 70},         {"semver", make_semver_case, 50},
  };
  return all;
}

}  // namespace reconcile::fuzz
