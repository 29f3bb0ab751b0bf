// Chart repositories of `helm repo index`: an index.yaml beside the archives, or somewhere else.
#include "reconcile/sources/chart_repository.hpp"

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "sources/web/chart_registry.hpp"
#include "sources/web/url_reference.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

constexpr std::size_t versions_max = 100'000;

model::Document load_index(const std::string& url, const WebOptions& options) {
  const WebAnswer answer = fetch_web_file(url, options);
  if (answer.status != 200) {
    const bool refused = answer.status == 401 || answer.status == 403;
    throw Error(refused ? ErrorCode::unauthorized : ErrorCode::not_found,
                "expected a chart repository's index at " + shown_url(url) + ", found HTTP " +
                    std::to_string(answer.status));
  }
  model::Document index = model::parse_yaml(answer.body);
  if (!index["entries"].is_map()) {
    throw Error(ErrorCode::invalid_input,
                "expected `entries` in " + shown_url(url) + ", found none");
  }
  return index;
}

std::string described(const ChartWish& wish) {
  return "chart \"" + wish.name + "\"" +
         (wish.version.empty() ? "" : " version \"" + wish.version + "\"");
}

/// Whether both are of one server: credentials go no further.
bool same_server(const std::string& left, const std::string& right) {
  const UrlParts a = UrlParts::parse(left);
  const UrlParts b = UrlParts::parse(right);
  return a.scheme == b.scheme && a.host == b.host;
}

}  // namespace

ChartLocation locate_chart(const ChartWish& wish, const WebOptions& options,
                           const VersionChoice& choose) {
  if (wish.repository.starts_with("oci://")) return locate_in_registry(wish, options, choose);
  const bool web =
      wish.repository.starts_with("https://") || wish.repository.starts_with("http://");
  if (!web) {
    throw Error(ErrorCode::unsupported,
                "expected a chart repository at https://, http:// or oci://, "
                "found \"" +
                    wish.repository.substr(0, 200) + "\"");
  }
  const std::string index_url = resolve_reference(wish.repository, "index.yaml");
  const model::Document index = load_index(index_url, options);
  const Value entries = index["entries"][wish.name];
  std::vector<std::string> versions;
  for (std::size_t i = 0; i < entries.size() && i < versions_max; ++i) {
    versions.emplace_back(entries.at(i)["version"].text());
  }
  const std::optional<std::size_t> chosen = choose(versions, wish.version);
  if (!chosen.has_value()) {
    throw Error(ErrorCode::not_found, described(wish) + " not found in " + shown_url(index_url) +
                                          " among " + std::to_string(versions.size()) +
                                          " versions of that name");
  }
  const Value entry = entries.at(*chosen);
  if (entry["urls"].size() == 0) {
    throw Error(ErrorCode::invalid_input,
                described(wish) + " has no downloadable URLs in " + shown_url(index_url));
  }
  std::string url = resolve_reference(wish.repository, entry["urls"].at(0).text());
  if (url.starts_with("oci://")) return locate_reference(url, options);
  UrlParts parts = UrlParts::parse(url);
  if (parts.user.empty() && same_server(wish.repository, url)) {
    parts.user = UrlParts::parse(wish.repository).user;
    url = parts.text();
  }
  ChartLocation location;
  location.version = versions[*chosen];
  location.url = url;
  const std::string_view digest = entry["digest"].text();
  if (!digest.empty()) {
    location.digest = digest.starts_with("sha256:") ? digest : "sha256:" + std::string(digest);
  }
  return location;
}

std::string download_chart(const ChartLocation& location, const WebOptions& options) {
  WebAnswer answer = fetch_web_file(location.url, options, location.headers);
  if (answer.status != 200) {
    throw Error(ErrorCode::not_found, "expected a chart archive at " + shown_url(location.url) +
                                          ", found HTTP " + std::to_string(answer.status));
  }
  const std::string found = "sha256:" + model::sha256_hex(answer.body);
  if (!location.digest.empty() && found != location.digest) {
    throw Error(ErrorCode::invalid_input, "expected the chart archive " + location.digest + " at " +
                                              shown_url(location.url) + ", found " + found);
  }
  return std::move(answer.body);
}

}  // namespace reconcile::sources
