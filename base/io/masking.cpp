#include "base/io/masking.hpp"

#include <array>

namespace reconcile::io {
namespace {

constexpr std::array<std::string_view, 5> secret_keys = {"token", "password", "authorization",
                                                         "secret", "private_key"};

/// "https://user:pass@host" becomes "https://***@host".
void mask_url_users(std::string& text) {
  std::size_t from = 0;
  while ((from = text.find("://", from)) != std::string::npos) {
    from += 3;
    const std::size_t end = text.find_first_of("/?# \t\n\"'", from);
    const std::size_t at = text.substr(from, end - from).rfind('@');
    if (at == std::string::npos) continue;
    text.replace(from, at, "***");
  }
}

}  // namespace

bool names_secret(std::string_view key) {
  for (const std::string_view name : secret_keys) {
    if (!key.ends_with(name)) continue;
    if (key.size() == name.size() || key[key.size() - name.size() - 1] == '_') return true;
  }
  return false;
}

std::string mask_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    std::size_t from = 0;
    while ((from = text.find(secret, from)) != std::string::npos) {
      text.replace(from, secret.size(), "***");
      from += 3;
    }
  }
  mask_url_users(text);
  return text;
}

}  // namespace reconcile::io
