#include "engine/cli/netrc.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace reconcile::engine {
namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

/// The next word, quoted or plain; empty at the end.
std::string next_word(std::string_view& text) {
  while (!text.empty() && is_space(text[0])) text.remove_prefix(1);
  std::string word;
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  while (!text.empty() && (quoted ? text[0] != '"' : !is_space(text[0]))) {
    if (quoted && text[0] == '\\' && text.size() > 1) text.remove_prefix(1);
    word += text[0];
    text.remove_prefix(1);
  }
  if (quoted && !text.empty()) text.remove_prefix(1);
  return word;
}

std::string without_comments(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] != '#') kept += std::string(line) + "\n";
  }
  return kept;
}

}  // namespace

Netrc Netrc::parse(std::string_view text) {
  Netrc netrc;
  const std::string kept = without_comments(text);
  std::string_view rest = kept;
  while (true) {
    const std::string word = next_word(rest);
    if (word.empty()) return netrc;
    if (word == "machine") {
      std::string host = next_word(rest);
      if (host.empty()) return netrc;
      netrc.logins_.push_back({std::move(host), "", ""});
    } else if (word == "default") {
      netrc.logins_.push_back({});
    } else if (!netrc.logins_.empty() && word == "login") {
      netrc.logins_.back().user = next_word(rest);
    } else if (!netrc.logins_.empty() && word == "password") {
      netrc.logins_.back().password = next_word(rest);
    }
  }
}

const Netrc::Login* Netrc::find(std::string_view url) const {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return nullptr;
  url.remove_prefix(scheme + 3);
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  const std::size_t at = host.rfind('@');
  if (at != std::string_view::npos) host.remove_prefix(at + 1);
  host = host.substr(0, host.rfind(':'));
  for (const Login& login : logins_) {
    if (login.host.empty() || login.host == host) return &login;
  }
  return nullptr;
}

}  // namespace reconcile::engine
