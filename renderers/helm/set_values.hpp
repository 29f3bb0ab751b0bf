#pragma once

#include <string_view>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// Applies one `--set*` text to `into` with the grammar of Helm's strvals (both profiles). `read`
/// serves `ValuesForm::set_file`. Throws Error(invalid_input) "failed parsing --set data: …" as
/// Helm words it.
void apply_set(gotemplate::GoMap& into, gotemplate::Heap& heap, ValuesForm form,
               std::string_view text, const ValuesFileReader& read);

}  // namespace reconcile::helm
