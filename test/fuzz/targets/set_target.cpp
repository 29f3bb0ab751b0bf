#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/set_values.hpp"
#include "test/fuzz/targets/targets.hpp"

namespace reconcile::fuzz {
namespace {

using helm::ValuesForm;

constexpr ValuesForm forms[] = {ValuesForm::set_json, ValuesForm::set, ValuesForm::set_string,
                                ValuesForm::set_file, ValuesForm::set_literal};

}  // namespace

void run_set(std::string_view input) {
  static const model::Document given =
      model::parse_yaml("{a: 1, b: {c: [1, {d: e}, [f]]}, l: [], n: null, 's.t': u}");
  for (const ValuesForm form : forms) {
    gotemplate::Heap heap(std::size_t{128} << 20U);
    gotemplate::GoMap* map = gotemplate::to_go_value(heap, given.root()).as_map();
    for (int times = 0; times < 2; ++times) {
      try {
        helm::apply_set(*map, heap, form, input,
                        [](std::string_view path) { return "<" + std::string(path) + ">"; });
      } catch (const model::Error&) {
        continue;
      }
    }
    std::string text;
    gotemplate::append_printed(text, gotemplate::GoValue::map(map));
  }
}

}  // namespace reconcile::fuzz
