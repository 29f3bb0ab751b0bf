#include <catch2/catch.hpp>
#include <vector>

#include "reconcile/renderers/read_set.hpp"
#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

using Files = std::map<std::string, std::string>;

std::string map_named(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
}

std::string shown(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n";
}

/// Pages by URL and repositories by the URL that Git would be asked for.
class FakeRemotes : public RemoteLoader {
 public:
  RemoteFile file(const std::string& url) override {
    asked.push_back(url);
    const auto found = pages.find(url);
    if (found != pages.end()) return {200, found->second};
    return {404, "not here"};
  }
  std::shared_ptr<const model::FileTree> repository(const RepositoryAddress& address) override {
    asked.push_back(address.clone_url() + "@" + address.reference);
    const auto found = repositories.find(address.clone_url());
    if (found != repositories.end()) return model::memory_tree(found->second, links);
    throw model::Error(model::ErrorCode::unavailable, "nobody serves " + address.clone_url());
  }
  std::vector<std::string> asked;
  std::map<std::string, std::string> pages;
  std::map<std::string, Files> repositories;
  std::map<std::string, std::string> links;
};

struct Build {
  explicit Build(const std::string& kustomization, Files files = {}) {
    files["kustomization.yaml"] = kustomization;
    request = request_for(std::move(files));
    request.remote = &remotes;
  }
  std::string text() { return build(request).text; }
  std::string error() { return build_error(request); }
  FakeRemotes remotes;
  BuildRequest request;
};

TEST_CASE("takes a URL for a file first, then for a repository", "[renderers][kustomize][remote]") {
  Build build("resources: ['https://host/org/repo/base?ref=v1', https://host/a.yaml]");
  build.remotes.pages["https://host/a.yaml"] = map_named("page");
  build.remotes.repositories["https://host/org/repo"] = {
      {"base/kustomization.yaml", "resources: [../shared]\nnamePrefix: p-"},
      {"shared/kustomization.yaml", "resources: [a.yaml]"},
      {"shared/a.yaml", map_named("a")}};
  CHECK(build.text() == shown("p-a") + "---\n" + shown("page"));
  CHECK(build.remotes.asked == std::vector<std::string>{"https://host/org/repo/base?ref=v1",
                                                        "https://host/org/repo@v1",
                                                        "https://host/a.yaml"});
}

TEST_CASE("takes a page that holds no objects for a repository", "[renderers][kustomize][remote]") {
  Build build("resources: [https://host/org/repo]");
  build.remotes.pages["https://host/org/repo"] = "a: b: c\n";
  build.remotes.repositories["https://host/org/repo"] = {
      {"kustomization.yaml", "resources: [a.yaml]"}, {"a.yaml", map_named("a")}};
  CHECK(build.text() == shown("a"));
  build.remotes.repositories.clear();
  // Where it is no repository either, what is wrong with the page counts.
  CHECK_THAT(build.error(), Catch::Contains("MalformedYAMLError"));
}

TEST_CASE("tells URL and status of a page that is not there", "[renderers][kustomize][remote]") {
  Build build("resources: ['https://user:secret@host/a.yaml?token=hidden']");
  CHECK_THAT(build.error(), Catch::Contains("https://user:***@host/a.yaml") &&
                                Catch::Contains("404") && !Catch::Contains("secret") &&
                                !Catch::Contains("hidden"));
  CHECK(build.remotes.asked.size() == 1);
  Build both("resources: [https://host/org/repo/a.yaml]");
  CHECK_THAT(both.error(), Catch::Contains("404") && Catch::Contains("nobody serves"));
}

TEST_CASE("takes addresses without scheme, but a local file before them",
          "[renderers][kustomize][remote]") {
  Build build("resources: [github.com/org/repo//base, 'git@host:org/other.git']");
  build.remotes.repositories["https://github.com/org/repo"] = {
      {"base/kustomization.yaml", "resources: [a.yaml]"}, {"base/a.yaml", map_named("a")}};
  build.remotes.repositories["git@host:org/other.git"] = {
      {"kustomization.yaml", "resources: [b.yaml]"}, {"b.yaml", map_named("b")}};
  CHECK(build.text() == shown("a") + "---\n" + shown("b"));
  Build local("resources: [github.com/org/file.yaml]",
              {{"github.com/org/file.yaml", map_named("local")}});
  CHECK(local.text() == shown("local"));
}

TEST_CASE("loads pages wherever a file is named", "[renderers][kustomize][remote]") {
  Build build(
      "resources: [https://host/a.yaml]\npatches: [{path: https://host/patch.yaml}]\n"
      "configMapGenerator: [{name: g, files: [k=https://host/text]}]\n"
      "generatorOptions: {disableNameSuffixHash: true}");
  build.remotes.pages = {{"https://host/a.yaml", map_named("a")},
                         {"https://host/patch.yaml", map_named("a") + "data: {k: v}\n"},
                         {"https://host/text", "hello"}};
  const std::string text = build.text();
  CHECK_THAT(text, Catch::Contains("k: v") && Catch::Contains("k: hello"));
}

TEST_CASE("keeps a remote base inside its repository", "[renderers][kustomize][remote]") {
  struct Row {
    const char* kustomization;
    const char* message;
  };
  const Row rows[] = {{"resources: [../../outside]", "must be within the repo"},
                      {"resources: [../x.yaml]", "is not in or below"},
                      {"resources: [/etc/passwd]", "inside the tree"},
                      {"resources: [link.yaml]", "root"},
                      {"resources: [https://host/org/repo]", "cycle detected"}};
  for (const Row& row : rows) {
    INFO(row.kustomization);
    Build build("resources: [https://host/org/repo//base]");
    build.request.load_restrictor = LoadRestrictor::none;
    build.remotes.links = {{"base/link.yaml", "../../../secret"}};
    build.remotes.repositories["https://host/org/repo"] = {
        {"base/kustomization.yaml", row.kustomization}, {"x.yaml", map_named("x")}};
    CHECK_THAT(build.error(), Catch::Contains(row.message));
  }
}

TEST_CASE("builds a repository in place of a directory", "[renderers][kustomize][remote]") {
  FakeRemotes remotes;
  remotes.repositories["https://host/org/repo"] = {
      {"base/kustomization.yaml", "resources: [a.yaml]"}, {"base/a.yaml", map_named("a")}};
  BuildRequest request;
  request.remote = &remotes;
  request.address = RepositoryAddress::parse("https://host/org/repo//base?ref=main");
  const renderers::RenderResult result = build(request);
  CHECK(result.text == shown("a"));
  // Nothing of another repository counts as a file of the unit's own.
  CHECK(result.read_set.empty());
  request.address = RepositoryAddress::parse("https://host/org/repo//none");
  CHECK_THAT(build_error(request), Catch::Contains("expected a directory 'none'"));
}

TEST_CASE("tells where objects of a repository come from", "[renderers][kustomize][remote]") {
  Build build(
      "buildMetadata: [originAnnotations]\n"
      "resources: ['https://user:secret@host/org/repo//base?ref=v1', "
      "https://host/org/whole.git]");
  build.remotes.repositories["https://user:secret@host/org/repo"] = {
      {"base/kustomization.yaml", "resources: [a.yaml]"}, {"base/a.yaml", map_named("a")}};
  build.remotes.repositories["https://host/org/whole.git"] = {
      {"kustomization.yaml", "resources: [b.yaml]"}, {"b.yaml", map_named("b")}};
  CHECK_THAT(
      build.text(),
      Catch::Contains("path: base/a.yaml\n      repo: https://user:***@host/org/repo\n"
                      "      ref: v1\n") &&
          Catch::Contains("path: notCloned/b.yaml\n      repo: https://host/org/whole.git\n"));
}

TEST_CASE("refuses other machines where there is no way to them",
          "[renderers][kustomize][remote]") {
  Build build("resources: ['https://user:secret@host/org/repo?ref=v1']");
  build.request.remote = nullptr;
  CHECK_THAT(build.error(), Catch::Contains("cannot be loaded here") &&
                                Catch::Contains("https://user:***@host/org/repo?ref=v1") &&
                                !Catch::Contains("secret"));
}

}  // namespace
}  // namespace reconcile::kustomize
