// Repositories, files and charts of other machines, as one build gets them.
#include "engine/remote/remote_content.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "engine/remote/chart_store.hpp"
#include "engine/remote/disk_bound.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/chart_server.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile;
using namespace reconcile::test;
using engine::RemoteContent;
using engine::RemoteOptions;
using kustomize::RepositoryAddress;
namespace fs = std::filesystem;

namespace {

const std::string kustomization = "resources: [a.yaml]\n";

std::string map_named(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
}

std::string chart_archive(const std::string& version) {
  const auto file = [](const std::string& path, const std::string& content) {
    return model::ArchiveEntry{path, model::ArchiveEntryType::regular, false, content, ""};
  };
  return model::gzip_compress(model::write_tar(
      {file("far/Chart.yaml", "apiVersion: v2\nname: far\nversion: " + version + "\n"),
       file("far/values.yaml", "a: 1\n")}));
}

struct Setup {
  TemporaryDirectory git_root;
  TemporaryDirectory web_root;
  TemporaryDirectory cache;
  GitFixture fixture{git_root.path() + "/org/repo.git"};
  GitServer git{git_root.path()};
  ChartServer web{web_root.path()};

  Setup() { fs::create_directories(git_root.path() + "/org"); }
  [[nodiscard]] RemoteOptions options() const {
    RemoteOptions options;
    options.cache_dir = cache.path();
    return options;
  }
  [[nodiscard]] RepositoryAddress address(const std::string& rest) const {
    return *RepositoryAddress::parse(git.url("org/repo.git" + rest));
  }
};

std::size_t count_starting(const std::vector<std::string>& lines, const std::string& start) {
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(),
                    [&](const std::string& line) { return line.starts_with(start); }));
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const model::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("one build sees one commit, the next what is there then", "[engine][remote]") {
  Setup setup;
  setup.fixture.commit({{"kustomization.yaml", kustomization}, {"a.yaml", map_named("one")}});
  RemoteContent first(setup.options());
  const auto tree = first.repository(setup.address("//?ref=main"));
  setup.fixture.commit({{"a.yaml", map_named("two")}});
  CHECK(first.repository(setup.address("//dir?ref=main")) == tree);
  CHECK(first.answers().size() == 1);
  CHECK(first.answers().begin()->first == setup.git.url("org/repo.git") + " main");
  CHECK(tree->read("a.yaml") == map_named("one"));
  RemoteContent second(setup.options());
  CHECK(second.repository(setup.address("?ref=main"))->read("a.yaml") == map_named("two"));
  CHECK(tree->read("a.yaml") == map_named("one"));
}

TEST_CASE("what a mirror has is not fetched again", "[engine][remote]") {
  Setup setup;
  setup.fixture.commit({{"a.yaml", map_named("one")}});
  for (int i = 0; i < 3; ++i)
    CHECK(RemoteContent(setup.options()).repository(setup.address(""))->stat("a.yaml"));
  CHECK(count_starting(setup.git.requests(), "POST ") == 1);
}

TEST_CASE("submodules are fetched where a build looks into them", "[engine][remote]") {
  Setup setup;
  GitFixture inner(setup.git_root.path() + "/org/inner.git");
  const std::string commit = inner.commit({{"part/c.yaml", map_named("c")}});
  inner.commit({{"part/c.yaml", map_named("later")}});
  setup.fixture.git({"update-index", "--add", "--cacheinfo", "160000," + commit + ",lib/inner"});
  setup.fixture.work().write(".gitmodules",
                             "[submodule \"inner\"]\n\tpath = lib/inner\n\turl = ../inner.git\n"
                             "[submodule \"gone\"]\n\tpath = lib/gone\n\turl = ../gone.git\n");
  setup.fixture.work().write("a.yaml", map_named("a"));
  setup.fixture.work().write("lib/b.yaml", map_named("b"));
  setup.fixture.git({"add", ".gitmodules", "a.yaml", "lib/b.yaml"});
  setup.fixture.git({"commit", "-q", "-m", "outer"});
  setup.fixture.git({"push", "-q", "origin", "HEAD:refs/heads/main"});
  RemoteContent content(setup.options());
  const auto tree = content.repository(setup.address(""));
  CHECK(tree->read("a.yaml") == map_named("a"));
  CHECK(content.answers().size() == 1);
  CHECK(tree->read("lib/inner/part/c.yaml") == map_named("c"));
  CHECK(content.answers().size() == 2);
  REQUIRE(tree->list("lib").size() == 2);
  CHECK(tree->list("lib")[1].type == model::FileType::directory);
  CHECK(tree->list("lib/inner")[0].name == "part");
  CHECK_FALSE(tree->stat("lib/inner/none"));
  CHECK_FALSE(tree->stat("lib/gone/x"));
  const auto bare = content.repository(setup.address("?submodules=false"));
  CHECK_FALSE(bare->stat("lib/inner/part/c.yaml"));
}

TEST_CASE("files are asked for once in a build", "[engine][remote]") {
  Setup setup;
  setup.web_root.write("a.yaml", map_named("a"));
  RemoteContent content(setup.options());
  CHECK(content.file(setup.web.url("a.yaml")).body == map_named("a"));
  CHECK(content.file(setup.web.url("a.yaml")).status == 200);
  CHECK(content.file(setup.web.url("b.yaml")).status == 404);
  CHECK(setup.web.requests().size() == 2);
  CHECK(content.answers().at(setup.web.url("a.yaml")).starts_with("200 sha256:"));
}

TEST_CASE("charts are kept by their digest", "[engine][remote]") {
  Setup setup;
  const std::string archive = chart_archive("1.0.0");
  setup.web_root.write("far-1.0.0.tgz", archive);
  setup.web_root.write("index.yaml",
                       "apiVersion: v1\nentries:\n  far:\n  - version: 1.0.0\n    urls: "
                       "[far-1.0.0.tgz]\n    digest: " +
                           model::sha256_hex(archive) + "\n");
  for (int i = 0; i < 2; ++i) {
    RemoteContent content(setup.options());
    const auto tree = content.chart({setup.web.url(""), "far", "^1", false});
    CHECK(tree->read("values.yaml") == "a: 1\n");
    CHECK(content.chart({setup.web.url(""), "far", "^1", false}) == tree);
  }
  CHECK(count_starting(setup.web.requests(), "GET /far-1.0.0.tgz") == 1);
  CHECK(count_starting(setup.web.requests(), "GET /index.yaml") == 2);
  // What was damaged on disk is fetched anew.
  const std::string path = setup.cache.path() + "/charts/" + model::sha256_hex(archive) + ".tgz";
  REQUIRE(fs::exists(path));
  fs::resize_file(path, 10);
  CHECK(RemoteContent(setup.options()).chart({setup.web.url(""), "far", "", false}) != nullptr);
  CHECK(count_starting(setup.web.requests(), "GET /far-1.0.0.tgz") == 2);
}

TEST_CASE("errors name URL, reference and reason, but no password", "[engine][remote]") {
  Setup setup;
  setup.fixture.commit({{"a.yaml", map_named("one")}});
  RemoteContent content(setup.options());
  const std::string unknown =
      message_of([&] { (void)content.repository(setup.address("?ref=v9")); });
  CHECK_THAT(unknown, Catch::Contains("repository " + setup.git.url("org/repo.git") + " at v9") &&
                          Catch::Contains("expected the ref v9"));
  setup.git.order("user me right\n");
  const auto with_login = [&](const std::string& login) {
    std::string url = setup.git.url("org/repo.git");
    url.insert(url.find("://") + 3, login + "@");
    return *RepositoryAddress::parse(url);
  };
  const std::string refused = message_of([&] { (void)content.repository(with_login("me:wrong")); });
  CHECK_THAT(refused,
             Catch::Contains("me:***@") && !Catch::Contains("wrong") && Catch::Contains("401"));
  CHECK(content.repository(with_login("me:right"))->stat("a.yaml"));
  for (const auto& [name, digest] : content.answers()) CHECK_THAT(name, !Catch::Contains("right"));
}

TEST_CASE("a build's remote resources are bounded in number and time", "[engine][remote]") {
  Setup setup;
  setup.fixture.commit({{"a.yaml", map_named("one")}});
  RemoteOptions options = setup.options();
  options.fetches_max = 1;
  RemoteContent few(options);
  (void)few.repository(setup.address(""));
  CHECK_THAT(message_of([&] { (void)few.file(setup.web.url("a.yaml")); }),
             Catch::Contains("at most 1 remote resources"));
  options = setup.options();
  options.total_timeout = std::chrono::milliseconds(0);
  RemoteContent late(options);
  CHECK_THAT(message_of([&] { (void)late.file(setup.web.url("a.yaml")); }),
             Catch::Contains("within 0s"));
  setup.git.order("stall\n");
  RemoteContent waiting(setup.options());
  CHECK_THAT(message_of([&] { (void)waiting.repository(setup.address("?timeout=1s&ref=x")); }),
             Catch::Contains("timed out after 1"));
}

TEST_CASE("a mirror that another build holds is left alone", "[engine][remote]") {
  Setup setup;
  setup.fixture.commit({{"a.yaml", map_named("one")}});
  RemoteContent content(setup.options());
  const auto tree = content.repository(setup.address(""));
  engine::bound_folder(setup.cache.path() + "/git", 0);
  CHECK(tree->read("a.yaml") == map_named("one"));
  CHECK_FALSE(fs::is_empty(setup.cache.path() + "/git"));
}

TEST_CASE("the longest unused goes first", "[engine][remote]") {
  const TemporaryDirectory folder;
  for (const char* name : {"a", "b", "c"}) folder.write(name, std::string(100, 'x'));
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(folder.path() + "/a", now - std::chrono::hours(1));
  fs::last_write_time(folder.path() + "/b", now - std::chrono::hours(3));
  fs::last_write_time(folder.path() + "/c", now - std::chrono::hours(2));
  engine::bound_folder(folder.path(), 250);
  CHECK_FALSE(fs::exists(folder.path() + "/b"));
  CHECK(fs::exists(folder.path() + "/c"));
  engine::bound_folder(folder.path(), 100);
  CHECK(fs::exists(folder.path() + "/a"));
  CHECK_FALSE(fs::exists(folder.path() + "/c"));
  engine::bound_folder(folder.path() + "/none", 0);
}

TEST_CASE("an archive that leads out of its chart is refused", "[engine][remote]") {
  const auto archive_with = [](const std::string& path) {
    return model::gzip_compress(
        model::write_tar({{path, model::ArchiveEntryType::regular, false, "x", ""}}));
  };
  CHECK_THROWS_AS(engine::tree_of_chart_archive(archive_with("../a/b")), model::Error);
  CHECK_THROWS_AS(engine::tree_of_chart_archive(archive_with("alone")), model::Error);
  CHECK_THROWS_AS(engine::tree_of_chart_archive("no archive"), model::Error);
}
