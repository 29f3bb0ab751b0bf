// Charts in OCI registries (distribution-spec 1.1): tags, a manifest, a blob. A registry that wants
// a token hands out one for reading to everybody, or the chart is not public.
#include "sources/web/chart_registry.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "sources/web/url_reference.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

constexpr std::string_view chart_layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr std::string_view old_chart_layer = "application/tar+gzip";
constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr int tag_pages_max = 100;
constexpr std::uint64_t manifest_bytes_max = 4U << 20U;

/// `Bearer realm="…",service="…"` as a table; empty for another scheme.
std::map<std::string, std::string> bearer_challenge(std::string_view header) {
  std::map<std::string, std::string> fields;
  if (!header.starts_with("Bearer ")) return fields;
  header.remove_prefix(7);
  while (!header.empty()) {
    const std::size_t equal = header.find("=\"");
    if (equal == std::string_view::npos) break;
    const std::size_t end = header.find('"', equal + 2);
    if (end == std::string_view::npos) break;
    std::string_view name = header.substr(0, equal);
    while (name.starts_with(',') || name.starts_with(' ')) name.remove_prefix(1);
    fields.emplace(name, header.substr(equal + 2, end - equal - 2));
    header.remove_prefix(end + 1);
  }
  return fields;
}

/// How many numbers stand in front of "-" or "+"; 0 where there is anything else.
int version_numbers(std::string_view text) {
  const std::string_view core = text.substr(0, text.find_first_of("-+"));
  int numbers = 1;
  for (std::size_t i = 0; i < core.size(); ++i) {
    const bool dot = core[i] == '.';
    if (!dot && std::isdigit(static_cast<unsigned char>(core[i])) == 0) return 0;
    if (dot && (i == 0 || core[i - 1] == '.' || i + 1 == core.size())) return 0;
    if (dot) ++numbers;
  }
  return core.empty() ? 0 : numbers;
}

/// major.minor.patch with nothing left out, as Helm demands of the tags that it lists.
bool is_strict_version(std::string_view text) {
  return version_numbers(text) == 3;
}

/// What counts as one version and not as a range.
bool is_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const int numbers = version_numbers(text);
  return numbers > 0 && numbers < 4;
}

/// One repository of a registry and the token it was read with.
class Registry {
 public:
  Registry(std::string host, std::string path, const WebOptions& options)
      : base_("https://" + host + "/v2/" + path), path_(std::move(path)), options_(options) {
    options_.file_bytes_max = std::min(options_.file_bytes_max, manifest_bytes_max);
  }

  [[nodiscard]] std::string url(const std::string& suffix) const { return base_ + suffix; }
  [[nodiscard]] const io::HttpHeaders& authorization() const { return authorization_; }

  WebAnswer get(const std::string& url, const std::string& accept) {
    io::HttpHeaders headers = authorization_;
    headers.push_back({"Accept", accept});
    WebAnswer answer = fetch_web_file(url, options_, headers);
    if (answer.status == 401 && authorization_.empty() && log_in(answer)) {
      headers.push_back(authorization_.front());
      answer = fetch_web_file(url, options_, headers);
    }
    if (answer.status == 200) return answer;
    const bool refused = answer.status == 401 || answer.status == 403;
    throw Error(refused ? ErrorCode::unauthorized : ErrorCode::not_found,
                "expected the registry to answer " + shown_url(url) + ", found HTTP " +
                    std::to_string(answer.status));
  }

  std::vector<std::string> tags() {
    std::vector<std::string> tags;
    std::string next = url("/tags/list");
    for (int page = 0; page < tag_pages_max && !next.empty(); ++page) {
      const WebAnswer answer = get(next, "application/json");
      const model::Document document = model::parse_json(answer.body);
      for (std::size_t i = 0; i < document["tags"].size(); ++i) {
        std::string tag(document["tags"].at(i).text());
        // A tag cannot hold "+": Helm writes "_".
        std::replace(tag.begin(), tag.end(), '_', '+');
        if (is_strict_version(tag)) tags.push_back(std::move(tag));
      }
      next = next_page(answer);
    }
    return tags;
  }

 private:
  /// `<…/tags/list?last=x>; rel="next"`; only pages of the same server are followed.
  [[nodiscard]] std::string next_page(const WebAnswer& answer) const {
    const std::string_view link = io::find_header(answer.headers, "Link").value_or("");
    if (!link.starts_with('<') || link.find("rel=\"next\"") == std::string_view::npos) return "";
    const std::string_view target = link.substr(1, link.find('>') - 1);
    if (!target.starts_with('/')) return "";
    const UrlParts base = UrlParts::parse(base_);
    return base.scheme + "://" + base.host + std::string(target);
  }

  bool log_in(const WebAnswer& refusal) {
    const auto fields =
        bearer_challenge(io::find_header(refusal.headers, "WWW-Authenticate").value_or(""));
    const auto realm = fields.find("realm");
    if (realm == fields.end() || !realm->second.starts_with("https://")) return false;
    std::string url = realm->second;
    url += (url.find('?') == std::string::npos ? "?" : "&") + std::string("scope=") +
           io::url_encode("repository:" + path_ + ":pull");
    if (const auto service = fields.find("service"); service != fields.end()) {
      url += "&service=" + io::url_encode(service->second);
    }
    const WebAnswer answer = fetch_web_file(url, options_);
    if (answer.status != 200) return false;
    const model::Document document = model::parse_json(answer.body);
    std::string token(document["token"].text());
    if (token.empty()) token = document["access_token"].text();
    if (token.empty()) return false;
    authorization_ = {{"Authorization", "Bearer " + token}};
    return true;
  }

  std::string base_;
  std::string path_;
  WebOptions options_;
  io::HttpHeaders authorization_;
};

ChartLocation locate_tag(Registry& registry, const std::string& version, const std::string& shown) {
  std::string tag = version;
  std::replace(tag.begin(), tag.end(), '+', '_');
  const WebAnswer answer = registry.get(registry.url("/manifests/" + tag), manifest_type);
  const model::Document manifest = model::parse_json(answer.body);
  const Value layers = manifest["layers"];
  for (const std::string_view type : {chart_layer, old_chart_layer}) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (layers.at(i)["mediaType"].text() != type) continue;
      const std::string digest(layers.at(i)["digest"].text());
      if (!digest.starts_with("sha256:")) break;
      return {version, digest, registry.url("/blobs/" + digest), registry.authorization()};
    }
  }
  throw Error(ErrorCode::invalid_input,
              "expected a Helm chart at " + shown + ":" + tag + ", found another artifact");
}

}  // namespace

ChartLocation locate_in_registry(const ChartWish& wish, const WebOptions& options,
                                 const VersionChoice& choose) {
  UrlParts parts = UrlParts::parse(wish.repository);
  while (parts.path.ends_with('/')) parts.path.pop_back();
  const std::string path = (parts.path + "/" + wish.name).substr(1);
  const std::string shown = "oci://" + parts.host + "/" + path;
  try {
    Registry registry(parts.host, path, options);
    // An exact version is a tag; only ranges need the list.
    if (is_version(wish.version)) return locate_tag(registry, wish.version, shown);
    const std::vector<std::string> tags = registry.tags();
    const std::optional<std::size_t> chosen = choose(tags, wish.version);
    if (!chosen.has_value()) {
      throw Error(ErrorCode::not_found, "expected a version \"" + wish.version + "\" of " + shown +
                                            ", found " + std::to_string(tags.size()) + " others");
    }
    return locate_tag(registry, tags[*chosen], shown);
  } catch (Error& error) {
    throw std::move(error).with_context("pull " + shown);
  }
}

ChartLocation locate_reference(const std::string& reference, const WebOptions& options) {
  const UrlParts parts = UrlParts::parse(reference);
  const std::size_t colon = parts.path.find(':');
  if (parts.path.size() < 2 || colon == std::string::npos) {
    throw Error(ErrorCode::unsupported,
                "expected oci://host/path:tag in the repository's index, found " + reference);
  }
  Registry registry(parts.host, parts.path.substr(1, colon - 1), options);
  std::string version = parts.path.substr(colon + 1);
  std::replace(version.begin(), version.end(), '_', '+');
  return locate_tag(registry, version, "oci://" + parts.host + parts.path.substr(0, colon));
}

}  // namespace reconcile::sources
