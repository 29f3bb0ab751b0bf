#include <memory>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/sprig/functions.hpp"
#include "test/fuzz/targets/targets.hpp"

// The functions that make keys and hash passwords are left out: one call takes up to a second.

namespace reconcile::fuzz {
namespace {

using gotemplate::FunctionTable;

constexpr std::string_view slow_functions[] = {"bcrypt",
                                               "htpasswd",
                                               "derivePassword",
                                               "genPrivateKey",
                                               "genCA",
                                               "genCAWithKey",
                                               "genSelfSignedCert",
                                               "genSelfSignedCertWithKey",
                                               "genSignedCert",
                                               "genSignedCertWithKey"};

constexpr std::string_view values_text = R"(Values:
  name: app
  enabled: true
  none: null
  zero: 0
  count: 3
  ratio: 1.5
  large: 12345678901
  word: "Some Words, with 'quotes' \" and ü €"
  version: v1.2.3-rc.1+build
  list: [a, b, 1, true, null, [x], {k: v}]
  map: {a: 1, b: {c: {d: text}}, "x y": [1, 2]}
  empty: {}
  nothing: []
  labels: {app.kubernetes.io/name: app}
  tpl: "{{ .Values.name }}-{{ include \"helper\" . }}"
  date: 2024-02-29T12:34:56Z
Release: {Name: release-name, Namespace: default, IsInstall: true, Revision: 1}
Chart: {Name: chart, Version: 1.2.3}
Template: {Name: chart/templates/t.yaml, BasePath: chart/templates}
)";

constexpr std::string_view helper_text =
    "{{ define \"helper\" }}[{{ .Values.count }}]{{ end }}{{ block \"other\" . }}{{ . }}{{ end }}";

FunctionTable make_functions(sprig::HelmProfile profile) {
  FunctionTable functions;
  functions.add(gotemplate::builtin_functions());
  sprig::add_functions(functions, profile);
  functions.add(gotemplate::helm_template_functions());
  for (const std::string_view name : slow_functions) functions.remove(name);
  return functions;
}

void execute(const gotemplate::TemplateSet& set, const FunctionTable& functions, bool helm3) {
  static const model::Document values = model::parse_yaml(values_text);
  gotemplate::Heap heap(std::size_t{64} << 20U);
  gotemplate::RenderContext context{heap};
  context.helm3 = helm3;
  context.random_bytes = [](std::size_t size) { return std::string(size, '7'); };
  gotemplate::ExecutionLimits limits;
  limits.output_bytes_max = std::size_t{4} << 20U;
  limits.steps_max = 100'000;
  gotemplate::Execution execution(set, functions, context, limits);
  std::string text = execution.render("t", gotemplate::to_go_value(heap, values.root()));
  gotemplate::remove_no_value(text);
  if (text.find("<no value>") != std::string::npos) {
    // What stays is put together by the removal itself, as in Helm: "<no <no value>value>".
    if (text.size() > limits.output_bytes_max) broken("output bound");
  }
}

}  // namespace

void run_template(std::string_view input) {
  static const FunctionTable helm4 = make_functions(sprig::HelmProfile::helm4);
  static const FunctionTable helm3 = make_functions(sprig::HelmProfile::helm3);
  const bool old = input.size() % 4 == 3;
  const FunctionTable& functions = old ? helm3 : helm4;
  try {
    gotemplate::TemplateSet set;
    set.add(gotemplate::parse_template("_helper", std::string(helper_text), functions));
    std::string name = "t";
    for (const std::string_view part : parts_of(input)) {
      set.add(gotemplate::parse_template(name, std::string(part), functions));
      name += 't';
    }
    execute(set, functions, old);
  } catch (const model::Error&) {
    return;
  }
}

}  // namespace reconcile::fuzz
