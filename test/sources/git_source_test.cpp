#include "reconcile/sources/git_source.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "reconcile/model/error.hpp"
#include "test/support/git_server.hpp"
#include "test/support/tls_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using reconcile::model::Error;
using reconcile::model::ErrorCode;

namespace {

struct Setup {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture{root.path() + "/repo.git"};
  GitServer server{root.path()};

  [[nodiscard]] GitOptions options(GitReference reference = {.branch = "main"}) const {
    GitOptions options;
    options.url = server.url("repo.git");
    options.reference = std::move(reference);
    return options;
  }
  [[nodiscard]] GitSource source(GitReference reference = {.branch = "main"}) const {
    return {options(std::move(reference)), data.path()};
  }
};

}  // namespace

TEST_CASE("clones a branch and then fetches only what changed", "[sources][git]") {
  Setup setup;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 200; ++i)
    files.push_back({"f" + std::to_string(i), std::to_string(i * 7919)});
  const std::string first = setup.fixture.commit(files);
  GitSource source = setup.source();
  const auto one = source.fetch(std::nullopt);
  REQUIRE(one);
  CHECK(one->revision.text() == "main@sha1:" + first);
  CHECK(one->files == 200);
  CHECK(one->tree->read("f3") == "23757");
  CHECK(source.last_transfer().objects == 202);

  CHECK_FALSE(source.fetch(one->revision));
  CHECK(source.last_transfer().objects == 0);

  const std::string second = setup.fixture.commit({{"dir/new", "new"}});
  const auto two = source.fetch(one->revision);
  REQUIRE(two);
  CHECK(two->revision.text() == "main@sha1:" + second);
  CHECK(two->tree->read("dir/new") == "new");
  CHECK(source.last_transfer().objects == 4);
  CHECK(source.last_transfer().bytes < 12000);
  CHECK(two->digest != one->digest);
  CHECK_FALSE(one->tree->stat("dir/new"));
}

TEST_CASE("each kind of reference has Flux's revision", "[sources][git]") {
  Setup setup;
  const std::string first = setup.fixture.commit({{"a", "1"}});
  setup.fixture.git({"tag", "light"});
  setup.fixture.git({"tag", "-a", "-m", "x", "heavy"});
  setup.fixture.git({"push", "-q", "origin", "light", "heavy", "HEAD:refs/pull/7/head"});
  const std::string second = setup.fixture.commit({{"a", "2"}});
  const auto revision = [&](GitReference reference) {
    const auto artifact = setup.source(std::move(reference)).fetch(std::nullopt);
    REQUIRE(artifact);
    return artifact->revision.text();
  };
  CHECK(revision({.branch = "main"}) == "main@sha1:" + second);
  CHECK(revision({.branch = "main", .tag = "light"}) == "light@sha1:" + first);
  CHECK(revision({.tag = "heavy"}) == "heavy@sha1:" + first);
  CHECK(revision({.tag = "light", .name = "refs/pull/7/head"}) == "refs/pull/7/head@sha1:" + first);
  CHECK(revision({.name = "refs/heads/main"}) == "refs/heads/main@sha1:" + second);
  CHECK(revision({.commit = first, .name = "refs/heads/main"}) == "sha1:" + first);
  CHECK(revision({.branch = "main", .commit = first}) == "main@sha1:" + first);
}

TEST_CASE("a pinned commit is found behind the branch's tip in a fresh mirror", "[sources][git]") {
  Setup setup;
  const std::string first = setup.fixture.commit({{"a", "1"}});
  setup.fixture.commit({{"a", "2"}});
  const auto artifact = setup.source({.commit = first}).fetch(std::nullopt);
  REQUIRE(artifact);
  CHECK(artifact->tree->read("a") == "1");
}

TEST_CASE("follows a branch that was force-pushed", "[sources][git]") {
  Setup setup;
  setup.fixture.commit({{"a", "1"}});
  GitSource source = setup.source();
  const auto before = source.fetch(std::nullopt);
  setup.fixture.git({"checkout", "-q", "--orphan", "fresh"});
  const std::string other = setup.fixture.commit({{"a", "other"}});
  const auto after = source.fetch(before->revision);
  REQUIRE(after);
  CHECK(after->revision.hash() == other);
  CHECK(after->tree->read("a") == "other");
  CHECK(before->tree->read("a") == "1");
}

TEST_CASE("ignored files are not in the artifact", "[sources][git]") {
  Setup setup;
  setup.fixture.commit(
      {{"a.yaml", "a"}, {"b.txt", "b"}, {".sourceignore", "*.txt\n"}, {"c/d.txt", "d"}});
  const auto artifact = setup.source().fetch(std::nullopt);
  CHECK(artifact->files == 2);
  CHECK_FALSE(artifact->tree->stat("b.txt"));
  CHECK_FALSE(artifact->tree->stat("c/d.txt"));
}

TEST_CASE("opens a mirrored revision without the server", "[sources][git]") {
  Setup setup;
  const std::string first = setup.fixture.commit({{"a", "1"}});
  GitOptions options = setup.options();
  { REQUIRE(GitSource(options, setup.data.path()).fetch(std::nullopt)); }
  setup.server.order("status 503\n");
  GitSource restarted(options, setup.data.path());
  const auto artifact = restarted.open(Revision{"main", "sha1:" + first});
  REQUIRE(artifact);
  CHECK(artifact->tree->read("a") == "1");
  CHECK_FALSE(restarted.open(Revision{"main", "sha1:" + std::string(40, '1')}));
}

TEST_CASE("packs that pile up become one, and older trees stay readable", "[sources][git]") {
  Setup setup;
  GitOptions options = setup.options();
  options.limits.packs_max = 3;
  GitSource source(options, setup.data.path());
  std::vector<Artifact> artifacts;
  for (int i = 0; i < 9; ++i) {
    setup.fixture.commit({{"a", std::to_string(i)}});
    artifacts.push_back(*source.fetch(std::nullopt));
  }
  for (int i = 0; i < 9; ++i) {
    CHECK(artifacts[static_cast<std::size_t>(i)].tree->read("a") == std::to_string(i));
  }
  CHECK(source.last_transfer().objects == 3);
}

TEST_CASE("more is read of a mirror than its handle lives for", "[sources][git]") {
  Setup setup;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 24; ++i)
    files.push_back(
        {"f" + std::to_string(i), std::string(256U << 10U, static_cast<char>('a' + i))});
  setup.fixture.commit(files);
  GitSource source = setup.source();
  const auto artifact = source.fetch(std::nullopt);
  REQUIRE(artifact);
  const auto read_all = [&] {
    for (const auto& [name, content] : files)
      if (artifact->tree->read(name) != content) return false;
    return true;
  };
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { right += read_all() && read_all() ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 4);
}

TEST_CASE("a local repository needs leave", "[sources][git]") {
  Setup setup;
  setup.fixture.commit({{"a", "1"}});
  GitOptions options = setup.options();
  options.url = "file://" + setup.fixture.bare();
  CHECK_THROWS_AS(GitSource(options, setup.data.path()), Error);
  options.local = LocalRepositories::allowed;
  CHECK(GitSource(options, setup.data.path()).fetch(std::nullopt)->tree->read("a") == "1");
}

TEST_CASE("options that cannot work are refused at once", "[sources][git]") {
  struct Row {
    const char* url;
    GitReference reference;
    ErrorCode code;
  };
  const Row rows[] = {
      {"", {}, ErrorCode::invalid_input},
      {"ftp://x/y", {}, ErrorCode::invalid_input},
      {"git@x:y", {}, ErrorCode::invalid_input},
      {"https://u:p@x/y", {}, ErrorCode::invalid_input},
      {"https://x/y z", {}, ErrorCode::invalid_input},
      {"https://x/y?z", {}, ErrorCode::invalid_input},
      {"https://x/y", {.branch = "a..b"}, ErrorCode::invalid_input},
      {"https://x/y", {.branch = "a*"}, ErrorCode::invalid_input},
      {"https://x/y", {.semver = ">=1"}, ErrorCode::unsupported},
      {"https://x/y", {.commit = "abc"}, ErrorCode::invalid_input},
      {"https://x/y", {.name = "main"}, ErrorCode::invalid_input},
  };
  for (const Row& row : rows) {
    INFO(row.url);
    GitOptions options;
    options.url = row.url;
    options.reference = row.reference;
    try {
      const GitSource source(options, "/nonexistent");
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == row.code);
    }
  }
}

TEST_CASE("credentials are sent and checked each time", "[sources][git]") {
  Setup setup;
  setup.fixture.commit({{"a", "1"}});
  setup.server.order("user robot s3cret\n");
  GitOptions options = setup.options();
  options.credentials = {.username = "robot", .password = "s3cret"};
  GitSource source(options, setup.data.path());
  const auto artifact = source.fetch(std::nullopt);
  REQUIRE(artifact);
  setup.server.order("bearer token\n");
  try {
    source.fetch(artifact->revision);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unauthorized);
    CHECK(std::string(error.what()).find("HTTP 401") != std::string::npos);
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
  }
  options.credentials = {.bearer_token = "token"};
  CHECK_FALSE(GitSource(options, setup.data.path()).fetch(artifact->revision));
}

TEST_CASE("a source's own CA and client certificate are used", "[sources][git]") {
  const TestCertificate server_certificate = make_certificate("localhost");
  const TestCertificate client = make_certificate("client");
  const TemporaryDirectory root;
  const TemporaryDirectory data;
  GitFixture fixture(root.path() + "/repo.git");
  fixture.commit({{"a", "1"}});
  const GitServer server(
      root.path(), {server_certificate.cert_pem, server_certificate.key_pem, client.cert_pem});
  GitOptions options;
  options.url = server.url("repo.git");
  options.reference.branch = "main";
  options.tls.ca_pem = server_certificate.cert_pem;
  options.tls.client_cert_pem = client.cert_pem;
  options.tls.client_key_pem = client.key_pem;
  CHECK(GitSource(options, data.path()).fetch(std::nullopt));

  options.tls.ca_pem = make_certificate("localhost").cert_pem;
  try {
    GitSource(options, data.path()).fetch(std::nullopt);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unauthorized);
    INFO(error.what());
    CHECK(std::string(error.what()).find("certificate") != std::string::npos);
    CHECK(std::string(error.what()).find("localhost") != std::string::npos);
  }
}
