#include "reconcile/sources/chart_repository.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/chart_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using reconcile::model::Error;
using reconcile::model::ErrorCode;

namespace {

/// What is written so; else the last of all, where anything is wanted.
std::optional<std::size_t> choose(const std::vector<std::string>& versions,
                                  const std::string& wanted) {
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (versions[i] == wanted) return i;
  if (versions.empty() || wanted == "none") return std::nullopt;
  return versions.size() - 1;
}

std::string digest_of(const std::string& content) {
  return reconcile::model::sha256_hex(content);
}

struct Repository {
  TemporaryDirectory root;
  Repository() {
    root.write("a-1.0.0.tgz", "archive one");
    root.write("files/a-2.0.0.tgz", "archive two");
    root.write("index.yaml", "apiVersion: v1\nentries:\n  a:\n" +
                                 entry("1.0.0", "a-1.0.0.tgz", digest_of("archive one")) +
                                 entry("2.0.0", "files/a-2.0.0.tgz", "") +
                                 entry("3.0.0", "a-1.0.0.tgz", digest_of("other")) +
                                 "  - {version: 4.0.0, urls: []}\n  b: []\n");
    root.write("registry/team/a/1.0.0.tgz", "archive one");
    root.write("registry/team/a/1.1.0.tgz", "archive 1.1");
    root.write("registry/team/a/1.2.0_build.tgz", "archive 1.2");
    root.write("registry/team/a/latest.tgz", "no version");
  }
  static std::string entry(const std::string& version, const std::string& url,
                           const std::string& digest) {
    return "  - {version: " + version + ", urls: [" + url + "], digest: '" + digest + "'}\n";
  }
};

Error error_of(const ChartWish& wish, const WebOptions& options = {}) {
  try {
    (void)download_chart(locate_chart(wish, options, choose), options);
  } catch (const Error& error) {
    return error;
  }
  FAIL("expected an Error");
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a chart is found by its repository's index", "[sources][chart_repository]") {
  const Repository repository;
  const ChartServer server(repository.root.path());
  const ChartLocation one = locate_chart({server.url(""), "a", "1.0.0"}, {}, choose);
  CHECK(one.version == "1.0.0");
  CHECK(one.digest == "sha256:" + digest_of("archive one"));
  CHECK(download_chart(one, {}) == "archive one");
  const ChartLocation two = locate_chart({server.url("index.yaml/.."), "a", "2.0.0"}, {}, choose);
  CHECK(two.digest.empty());
  CHECK(download_chart(two, {}) == "archive two");
}

TEST_CASE("a chart that cannot be had is named with its repository",
          "[sources][chart_repository]") {
  const Repository repository;
  const ChartServer server(repository.root.path());
  struct Row {
    ChartWish wish;
    ErrorCode code;
    std::string words;
  };
  const Row rows[] = {
      {{server.url(""), "a", "none"}, ErrorCode::not_found, "chart \"a\" version \"none\""},
      {{server.url(""), "c", ""}, ErrorCode::not_found, "among 0 versions"},
      {{server.url(""), "a", "3.0.0"}, ErrorCode::invalid_input, "sha256:" + digest_of("other")},
      {{server.url(""), "a", "4.0.0"}, ErrorCode::invalid_input, "no downloadable URLs"},
      {{server.url("none"), "a", ""}, ErrorCode::not_found, "HTTP 404"},
      {{"ftp://host/charts", "a", ""}, ErrorCode::unsupported, "ftp://host/charts"},
      {{"http://localhost:1/charts", "a", ""}, ErrorCode::unavailable, "http://localhost:1"}};
  for (const Row& row : rows) {
    const Error error = error_of(row.wish);
    CHECK(error.code() == row.code);
    CHECK_THAT(error.what(), Catch::Contains(row.words));
  }
  WebOptions small;
  small.file_bytes_max = 20;
  CHECK(error_of({server.url(""), "a", "1.0.0"}, small).code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a login in the repository's URL goes to its host alone and is not shown",
          "[sources][chart_repository]") {
  const Repository repository;
  const ChartServer server(repository.root.path(), {}, {"--login", "me", "se cret"});
  const ChartServer other(repository.root.path());
  const std::string url = "http://me:se%20cret@" + server.host() + "/";
  CHECK(download_chart(locate_chart({url, "a", "1.0.0"}, {}, choose), {}) == "archive one");
  const Error refused = error_of({"http://me:hidden@" + server.host() + "/", "a", "1.0.0"});
  CHECK(refused.code() == ErrorCode::unauthorized);
  CHECK_THAT(refused.what(), !Catch::Contains("hidden"));
  repository.root.write("index.yaml", "apiVersion: v1\nentries:\n  a:\n" +
                                          Repository::entry("1.0.0", other.url("a-1.0.0.tgz"), ""));
  CHECK(download_chart(locate_chart({url, "a", "1.0.0"}, {}, choose), {}) == "archive one");
  CHECK(other.requests() == std::vector<std::string>{"GET /a-1.0.0.tgz none"});
}

TEST_CASE("a chart is found in a registry that hands out tokens", "[sources][chart_repository]") {
  const Repository repository;
  const TestCertificate certificate = make_certificate("localhost");
  const ChartServer server(repository.root.path(), certificate, {"--token"});
  WebOptions options;
  options.tls.ca_pem = certificate.cert_pem;
  const std::string url = "oci://" + server.host() + "/team/";
  const ChartLocation exact = locate_chart({url, "a", "1.0.0"}, options, choose);
  CHECK(exact.digest == "sha256:" + digest_of("archive one"));
  CHECK(download_chart(exact, options) == "archive one");
  for (const std::string& request : server.requests())
    CHECK_THAT(request, !Catch::Contains("/tags/"));
  // Pages of tags are followed, what is no version is left out, "_" stands for "+".
  std::vector<std::string> seen;
  const auto note = [&](const std::vector<std::string>& versions, const std::string& wanted) {
    seen = versions;
    return choose(versions, wanted);
  };
  const ChartLocation newest = locate_chart({url, "a", ""}, options, note);
  CHECK(seen == std::vector<std::string>{"1.0.0", "1.1.0", "1.2.0+build"});
  CHECK(download_chart(newest, options) == "archive 1.2");
  CHECK(error_of({url, "a", "1.0.9"}, options).code() == ErrorCode::not_found);
  CHECK(error_of({url, "b", ""}, options).code() == ErrorCode::not_found);
  CHECK(error_of({url, "a", "1.0.0"}).code() == ErrorCode::unauthorized);
}
