#pragma once

#include <string>
#include <string_view>

namespace reconcile::sources {

/// A URL in its parts; what is absent is empty.
struct UrlParts {
  std::string scheme;  ///< "https", as written
  std::string user;    ///< "user:password"
  std::string host;    ///< with port
  std::string path;    ///< from "/" on
  std::string query;   ///< without "?"

  static UrlParts parse(std::string_view url);
  [[nodiscard]] std::string text() const;
};

/// As Helm 4.3.1 resolves a chart's URL in an index: `reference` where it has a scheme, else below
/// `base`, whose user and query it takes over.
std::string resolve_reference(std::string_view base, std::string_view reference);

}  // namespace reconcile::sources
