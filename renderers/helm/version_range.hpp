#pragma once

#include <string_view>

namespace reconcile::helm {

/// Whether Masterminds/semver 3.5.0 reads `version` (loosely: "v1.2" is fine).
bool is_version(std::string_view version);

/// Helm's IsCompatibleRange: whether `version` is inside `range`; false where either does not
/// parse.
bool is_compatible(std::string_view range, std::string_view version);

}  // namespace reconcile::helm
