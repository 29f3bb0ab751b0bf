#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::sprig {

/// User and password of a URL, decoded.
struct UserInfo {
  std::string name;
  std::optional<std::string> password;
  /// "name:password" with what needs it escaped.
  [[nodiscard]] std::string text() const;
};

/// A URL as Go 1.26's net/url reads and writes it.
struct Url {
  std::string scheme;
  std::string opaque;
  std::optional<UserInfo> user;
  std::string host;  ///< with its port
  std::string path;  ///< decoded
  std::string query;
  std::string fragment;  ///< decoded

  /// Throws FunctionError with Go's text: `parse "http://a b": invalid character " " in host name`.
  static Url parse(std::string_view text);
  /// The host without port and brackets.
  [[nodiscard]] std::string hostname() const;
  [[nodiscard]] std::string text() const;
};

}  // namespace reconcile::sprig
