#pragma once

#include <string>
#include <string_view>

namespace reconcile::model {

/// Resolves `reference` against `base` (RFC 3986 §5.2), dot segments removed.
std::string resolve_uri(std::string_view base, std::string_view reference);

/// Splits at the first '#'; the fragment is empty where there is none.
struct UriParts {
  std::string_view address;
  std::string_view fragment;
};
UriParts split_fragment(std::string_view uri);

/// Undoes %XX escapes; malformed escapes stay.
std::string percent_decoded(std::string_view text);

}  // namespace reconcile::model
