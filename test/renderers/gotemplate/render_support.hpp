#pragma once

#include <string>
#include <string_view>

namespace reconcile::gotemplate::testing {

/// Renders `text` as template "t" over JSON `data` with Go's own functions and Helm's include, tpl,
/// required and fail. A failure is answered as "error: " and its text.
std::string rendered(std::string_view text, std::string_view data = "{}");

}  // namespace reconcile::gotemplate::testing
