#include "reconcile/sprig/functions.hpp"

#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

/// Sprig picks an address at random and panics where there is none.
gotemplate::GoValue get_host_by_name(gotemplate::Call& call) {
  if (!call.context.resolve_host) return gotemplate::GoValue::string("");
  const std::vector<std::string> addresses = call.context.resolve_host(call.text(0));
  if (addresses.empty()) {
    throw gotemplate::FunctionError("no address found for host \"" + std::string(call.text(0)) +
                                    "\"");
  }
  return call.heap().string(addresses.front());
}

constexpr Function network_functions[] = {{"getHostByName", "s", get_host_by_name}};

using Table = std::span<const Function> (*)();
constexpr Table common_tables[] = {
    string_functions, case_functions,      string_list_functions, encoding_functions,
    number_functions, decimal_functions,   default_functions,     reflection_functions,
    list_functions,   dict_functions,      merge_functions,       path_functions,
    url_functions,    regex_functions,     semver_functions,      date_functions,
    random_functions, password_functions,  cipher_functions,      certificate_functions,
    json_functions,   helm_yaml_functions, helm_json_functions,   helm_toml_functions,
};
constexpr Table helm4_tables[] = {
    helm4_yaml_functions,
    helm4_toml_functions,
    helm4_duration_functions,
};

}  // namespace

void add_functions(gotemplate::FunctionTable& table, HelmProfile profile) {
  for (const Table functions : common_tables) table.add(functions());
  table.add(network_functions);
  table.add_methods(gotemplate::GoType::duration, duration_methods());
  table.add_methods(gotemplate::GoType::month, text_methods());
  table.add_methods(gotemplate::GoType::weekday, text_methods());
  if (profile == HelmProfile::helm3) return;
  for (const Table functions : helm4_tables) table.add(functions());
}

}  // namespace reconcile::sprig
