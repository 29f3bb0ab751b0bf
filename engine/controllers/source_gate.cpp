#include "engine/controllers/source_gate.hpp"

#include <algorithm>

namespace reconcile::engine {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// The branch as a source names it; empty where it follows something else than a branch.
std::string branch_of(const sources::GitReference& reference) {
  constexpr std::string_view heads = "refs/heads/";
  if (!reference.commit.empty()) return {};
  if (!reference.name.empty()) {
    return reference.name.starts_with(heads) ? reference.name.substr(heads.size()) : std::string();
  }
  if (!reference.semver.empty() || !reference.tag.empty()) return {};
  return reference.branch.empty() ? "master" : reference.branch;
}

/// host[:port] without the scheme's own port.
std::string host_of(const std::string& scheme, std::string host) {
  const std::size_t at = host.rfind('@');
  if (at != std::string::npos) host.erase(0, at + 1);
  host = lower(std::move(host));
  const std::string_view own_port = scheme == "https" ? ":443" : scheme == "http" ? ":80" : ":22";
  if (host.ends_with(own_port)) host.resize(host.size() - own_port.size());
  return host;
}

}  // namespace

std::string normalised_repository(std::string_view given) {
  std::string url(given);
  std::size_t scheme_end = url.find("://");
  const std::size_t colon = url.find(':');
  if (scheme_end == std::string::npos && colon != std::string::npos && url.find('/') > colon) {
    url = "ssh://" + url.substr(0, colon) + "/" + url.substr(colon + 1);
    scheme_end = 3;
  }
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  while (url.ends_with('/')) url.pop_back();
  if (scheme_end == std::string::npos) return url;
  const std::string scheme = lower(url.substr(0, scheme_end));
  const std::size_t host_begin = scheme_end + 3;
  const std::size_t path = std::min(url.find('/', host_begin), url.size());
  std::size_t path_begin = path;
  while (path_begin + 1 < url.size() && url[path_begin + 1] == '/') ++path_begin;
  return scheme + "://" + host_of(scheme, url.substr(host_begin, path - host_begin)) +
         url.substr(path_begin);
}

bool follow_same_branch(const sources::GitOptions& left, const sources::GitOptions& right) {
  const std::string branch = branch_of(left.reference);
  return !branch.empty() && branch == branch_of(right.reference) &&
         normalised_repository(left.url) == normalised_repository(right.url);
}

}  // namespace reconcile::engine
