#pragma once

#include <string>
#include <string_view>

namespace reconcile::sprig {

/// What the template `text` renders to with Helm 4's functions, at 2024-02-29T12:34:56Z in UTC with
/// counting "entropy"; "error: TEXT" where it fails. `data` is JSON for the root.
std::string rendered(std::string_view text, std::string_view data = "{}");
/// As rendered(), with the names of Helm 3.
std::string rendered_helm3(std::string_view text);

}  // namespace reconcile::sprig
