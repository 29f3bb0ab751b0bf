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

GoMap* add_file(Heap& heap, const GoMap& base, const ValuesInput& input, Profile profile) {
  try {
    return merge_maps(heap, base, *converted(heap, read_values_file(input.text, profile)));
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
  apply_set(base, heap, input.form, input.text, request.read_values_file, request.profile);
  return &base;
}

constexpr ValuesForm forms[] = {ValuesForm::file,     ValuesForm::set_json,
                                ValuesForm::set,      ValuesForm::set_string,
                                ValuesForm::set_file, ValuesForm::set_literal};

/// As ChartValuesFromReferences of fluxcd/pkg chartutil 1.27: entry by entry, the inline values
/// merged before each assignment and once more at the end. Maps are shared between the steps as
/// there, so that an assignment into an inline map stays, and one beside it may be overwritten.
GoMap* values_as_given(const RenderRequest& request, Heap& heap) {
  const GoMap* inline_values = converted(heap, request.inline_values);
  GoMap* values = heap.map();
  for (const ValuesInput& input : request.values) {
    if (input.form == ValuesForm::chart_file) continue;
    if (input.form == ValuesForm::file) {
      values = add_file(heap, *values, input, Profile::helm3);
      continue;
    }
    values = merge_maps(heap, *values, *inline_values);
    apply_set(*values, heap, input.form, input.text, request.read_values_file);
  }
  return merge_maps(heap, *values, *inline_values);
}

}  // namespace

GoMap* chart_defaults(const RenderRequest& request, Heap& heap) {
  GoMap* values = nullptr;
  for (const ValuesInput& input : request.values) {
    if (input.form != ValuesForm::chart_file) continue;
    if (values == nullptr) values = heap.map();
    values = add_file(heap, *values, input, Profile::helm3);
  }
  return values;
}

GoMap* user_values(const RenderRequest& request, Heap& heap) {
  if (request.values_order == ValuesOrder::as_given) return values_as_given(request, heap);
  GoMap* values = heap.map();
  for (const ValuesForm form : forms) {
    for (const ValuesInput& input : request.values) {
      if (input.form != form) continue;
      if (form == ValuesForm::file)
        values = add_file(heap, *values, input, request.profile);
      else if (form == ValuesForm::set_json)
        values = add_json(request, heap, *values, input);
      else
        apply_set(*values, heap, form, input.text, request.read_values_file, request.profile);
    }
  }
  if (request.inline_values.root().is_map()) {
    values = merge_maps(heap, *values, *converted(heap, request.inline_values));
  }
  return values;
}

}  // namespace reconcile::helm
