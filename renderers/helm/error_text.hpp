#pragma once

#include <string>

#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/helm/chart.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::helm {

/// A template's parse error in Helm's words: "parse error at (FILE:LINE): TEXT".
model::Error parse_error(const std::string& file, const gotemplate::TemplateError& error);

/// An execution error in Helm's words: "execution error at (FILE:LINE:COLUMN): TEXT" for `fail` and
/// `required`, else Go's text (Helm 3) or as an indented block (Helm 4).
model::Error execution_error(const std::string& file, const gotemplate::TemplateError& error,
                             Profile profile);

}  // namespace reconcile::helm
