#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reconcile::engine {

/// Users and passwords by host, in the form of ~/.netrc, which git reads too.
class Netrc {
 public:
  struct Login {
    std::string host;  ///< empty: "default"
    std::string user;
    std::string password;
  };

  /// What is no entry is passed over.
  static Netrc parse(std::string_view text);
  /// For the host of an http(s) URL; null where there is none. The default comes last.
  [[nodiscard]] const Login* find(std::string_view url) const;

 private:
  std::vector<Login> logins_;
};

}  // namespace reconcile::engine
