#include "renderers/helm/values.hpp"

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/set_values.hpp"
#include "renderers/helm/text.hpp"
#include "renderers/helm/values_file.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::GoMap;
using gotemplate::Heap;

GoMap* converted(Heap& heap, const model::Document& document) {
  if (!document.root().is_map()) return heap.map();
  heap.retain(document);
  return gotemplate::to_go_value(heap, document.root()).as_map();
}

GoMap* add_file(const RenderRequest& request, Heap& heap, const GoMap& base,
                const ValuesInput& input) {
  try {
    return merge_maps(heap, base, *converted(heap, read_values_file(input.text, request.profile)));
  } catch (const model::Error& error) {
    throw model::Error(error.code(), "failed to parse " + input.name + ": " + error.message())
        .in_file(input.name, error.position());
  }
}

/// Helm 4 takes a whole JSON object in --set-json; everything else is key=value.
GoMap* add_json(const RenderRequest& request, Heap& heap, GoMap& base, const ValuesInput& input) {
  const std::string_view text = trim_space(input.text);
  if (request.profile == Profile::helm4 && text.starts_with('{')) {
    try {
      return merge_maps(heap, base, *converted(heap, model::parse_json(text)));
    } catch (const model::Error& error) {
      throw model::Error(error.code(), "failed parsing --set-json data JSON: " + input.text);
    }
  }
  apply_set(base, heap, input.form, input.text, request.read_values_file);
  return &base;
}

constexpr ValuesForm forms[] = {ValuesForm::file,     ValuesForm::set_json,
                                ValuesForm::set,      ValuesForm::set_string,
                                ValuesForm::set_file, ValuesForm::set_literal};

}  // namespace

GoMap* user_values(const RenderRequest& request, Heap& heap) {
  GoMap* values = heap.map();
  for (const ValuesForm form : forms) {
    for (const ValuesInput& input : request.values) {
      if (input.form != form) continue;
      if (form == ValuesForm::file)
        values = add_file(request, heap, *values, input);
      else if (form == ValuesForm::set_json)
        values = add_json(request, heap, *values, input);
      else
        apply_set(*values, heap, form, input.text, request.read_values_file);
    }
  }
  if (request.inline_values.root().is_map()) {
    values = merge_maps(heap, *values, *converted(heap, request.inline_values));
  }
  return values;
}

}  // namespace reconcile::helm
