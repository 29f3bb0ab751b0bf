#include "reconcile/sources/commit_graph.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_source.hpp"
#include "reconcile/sources/tree_artifact.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using reconcile::model::Error;
using reconcile::model::ErrorCode;

namespace {

struct Repository {
  TemporaryDirectory directory;
  Repository() { run_git(directory.path(), {"init", "-q", "-b", "main"}); }

  [[nodiscard]] std::string git(const std::vector<std::string>& arguments,
                                const std::string& input = "") const {
    return run_git(directory.path(), arguments, input);
  }
  [[nodiscard]] std::string commit(const std::vector<std::string>& parents,
                                   const std::string& listing = "",
                                   const std::string& message = "x") const {
    std::vector<std::string> arguments{"commit-tree", git({"mktree"}, listing), "-m", message};
    for (const std::string& parent : parents) {
      arguments.insert(arguments.end(), {"-p", parent});
    }
    return git(arguments);
  }
  [[nodiscard]] std::string file(const std::string& name, const std::string& content,
                                 const std::string& mode = "100644") const {
    return mode + " blob " + git({"hash-object", "-w", "--stdin"}, content) + "\t" + name + "\n";
  }
  [[nodiscard]] std::shared_ptr<const CommitGraph> graph() const {
    return open_commit_graph(directory.path());
  }
};

template <typename Work>
ErrorCode code_of(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

std::vector<std::string> ids(const std::vector<CommitInfo>& commits) {
  std::vector<std::string> answer;
  for (const CommitInfo& commit : commits) answer.push_back(commit.id);
  return answer;
}

}  // namespace

TEST_CASE("ancestors and merge bases are those of Git", "[sources][commit_graph]") {
  // root - left - merge, root - right - merge, and another root.
  const Repository repository;
  const std::string root = repository.commit({}, "", "root");
  const std::string left = repository.commit({root}, "", "left");
  const std::string right = repository.commit({root}, "", "right");
  const std::string merge = repository.commit({left, right}, "", "merge");
  const std::string other = repository.commit({}, "", "other");
  const auto graph = repository.graph();
  CHECK(graph->contains(root));
  CHECK_FALSE(graph->contains(std::string(40, '1')));
  CHECK_FALSE(graph->contains("garbage"));
  CHECK_FALSE(graph->contains(repository.git({"rev-parse", root + "^{tree}"})));
  struct Row {
    std::string ancestor, commit;
    bool expected;
  };
  for (const Row& row :
       {Row{root, root, true}, Row{root, merge, true}, Row{right, merge, true},
        Row{merge, root, false}, Row{left, right, false}, Row{other, merge, false}}) {
    CHECK(graph->is_ancestor(row.ancestor, row.commit) == row.expected);
  }
  CHECK(graph->merge_base(left, right) == root);
  CHECK(graph->merge_base(left, merge) == left);
  CHECK_FALSE(graph->merge_base(left, other));
}

TEST_CASE("a walk shows children before parents", "[sources][commit_graph]") {
  const Repository repository;
  const std::string root = repository.commit({}, "", "root");
  const std::string left = repository.commit({root}, "", "left");
  const std::string right = repository.commit({root}, "", "right");
  // Raw, as Git's own tools write UTF-8 only.
  const std::string merge = repository.git(
      {"hash-object", "-w", "-t", "commit", "--stdin"},
      "tree " + repository.git({"mktree"}) + "\nparent " + left + "\nparent " + right +
          "\nauthor Test <t@x> 1767225600 +0000\ncommitter Test <t@x> 1767225600 +0000\n\n" +
          "Merge \x01\xFF two\n\nBody\n");
  const auto graph = repository.graph();
  const std::vector<CommitInfo> all = graph->walk(merge, "", 100);
  REQUIRE(all.size() == 4);
  CHECK(all.front().id == merge);
  CHECK(all.back().id == root);
  CHECK(all[0].parents == std::vector<std::string>{left, right});
  CHECK(all[0].subject == "Merge \xEF\xBF\xBD\xEF\xBF\xBD two");
  CHECK(all[0].author == "Test");
  CHECK(reconcile::model::format_rfc3339(all[0].committed_at) == "2026-01-01T00:00:00Z");
  CHECK(graph->walk(merge, left, 100).size() == 2);
  CHECK(ids(graph->walk(merge, "", 1)) == std::vector<std::string>{merge});
  CHECK(graph->walk(root, merge, 100).empty());
  const std::string big = repository.commit({}, "", std::string(199, 'a') + "\xC3\xA4 long");
  CHECK(graph->walk(big, "", 1).at(0).subject == std::string(199, 'a'));
}

TEST_CASE("names the paths that differ", "[sources][commit_graph]") {
  const Repository repository;
  const auto sub = [&](const std::string& name, const std::string& listing) {
    return "040000 tree " + repository.git({"mktree"}, listing) + "\t" + name + "\n";
  };
  const std::string same = sub("same", repository.file("f", "same"));
  const std::string before = repository.commit(
      {}, same + repository.file("a", "1") + repository.file("b.sh", "x") +
              repository.file("gone", "gone") + sub("d", repository.file("x", "1")));
  const std::string after = repository.commit(
      {before}, same + repository.file("a", "2") + repository.file("b.sh", "x", "100755") +
                    repository.file("d", "now a file") + repository.file("new", "n") +
                    repository.file("link", "a", "120000"));
  const auto graph = repository.graph();
  std::string text;
  for (const ChangedPath& change : graph->changed_paths(before, after)) {
    text += change.path + (change.old_blob.empty() ? " new" : "") +
            (change.new_blob.empty() ? " gone" : "") + (change.mode_changed ? " mode" : "") + "\n";
  }
  CHECK(text == "a\nb.sh mode\nd new\nd/x gone\ngone gone\nlink new\nnew new\n");
  CHECK(graph->changed_paths(before, before).empty());
  CHECK(code_of([&] { return graph->changed_paths(before, after, 3); }) ==
        ErrorCode::limit_exceeded);
  CHECK(graph->tree(after)->read("link") == "2");
  CHECK(graph->tree_id(after) == repository.git({"rev-parse", after + "^{tree}"}));
}

TEST_CASE("what is no commit of the repository is not found", "[sources][commit_graph]") {
  const Repository repository;
  const std::string root = repository.commit({});
  const auto graph = repository.graph();
  for (const std::string& bad :
       {std::string(40, '1'), std::string("main"), std::string(), root.substr(0, 10)}) {
    CHECK(code_of([&] { return graph->is_ancestor(bad, root); }) == ErrorCode::not_found);
    CHECK(code_of([&] { return graph->merge_base(root, bad); }) == ErrorCode::not_found);
    CHECK(code_of([&] { return graph->walk(bad, "", 1); }) == ErrorCode::not_found);
    CHECK(code_of([&] { return graph->changed_paths(root, bad); }) == ErrorCode::not_found);
    CHECK(code_of([&] { return graph->tree_id(bad); }) == ErrorCode::not_found);
    CHECK(code_of([&] { return graph->tree(bad); }) == ErrorCode::not_found);
  }
  CHECK(code_of([] { return open_commit_graph("/nonexistent"); }) == ErrorCode::not_found);
}

TEST_CASE("a source's graph outlives the source and gives equal artifacts",
          "[sources][commit_graph]") {
  const TemporaryDirectory root;
  const TemporaryDirectory data;
  GitFixture fixture(root.path() + "/repo.git");
  const GitServer server(root.path());
  fixture.commit({{"a.yaml", "1"}, {"b.txt", "b"}});
  GitOptions options;
  options.url = server.url("repo.git");
  options.reference.branch = "main";
  options.ignore.ignore = "*.txt\n";
  std::shared_ptr<const CommitGraph> graph;
  std::optional<Artifact> first;
  std::optional<Artifact> second;
  {
    GitSource source(options, data.path());
    CHECK_FALSE(source.graph());
    first = source.fetch(std::nullopt);
    fixture.commit({{"a.yaml", "2"}});
    second = source.fetch(first->revision);
    graph = source.graph();
  }
  REQUIRE(graph);
  const std::string one(first->revision.hash());
  const std::string two(second->revision.hash());
  CHECK(graph->is_ancestor(one, two));
  CHECK(graph->changed_paths(one, two).size() == 1);
  const Artifact again =
      artifact_of_tree(graph->tree(one), first->revision, options.url, options.ignore);
  CHECK(again.digest == first->digest);
  CHECK(again.files == 1);
  CHECK_FALSE(again.tree->stat("b.txt"));
}
