#pragma once

#include <string_view>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// Applies one `--set*` text to `into` with the grammar of Helm's strvals. `read` serves
/// `ValuesForm::set_file`; an index that is not closed is an error of Helm 3.22.0 alone. Throws
/// Error(invalid_input) "failed parsing --set data: …" as Helm words it.
void apply_set(gotemplate::GoMap& into, gotemplate::Heap& heap, ValuesForm form,
               std::string_view text, const ValuesFileReader& read,
               Profile profile = Profile::helm4);

}  // namespace reconcile::helm
