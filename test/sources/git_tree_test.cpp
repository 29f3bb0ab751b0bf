#include "reconcile/sources/git_tree.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_listing.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using namespace reconcile::model;

namespace {

struct Repository {
  TemporaryDirectory directory;
  Repository() { run_git(directory.path(), {"init", "-q", "-b", "main"}); }

  [[nodiscard]] std::string git(const std::vector<std::string>& arguments,
                                const std::string& input = "") const {
    return run_git(directory.path(), arguments, input);
  }
  [[nodiscard]] std::string blob(const std::string& content) const {
    return git({"hash-object", "-w", "--stdin"}, content);
  }
  /// A commit of a tree written as raw bytes: names that Git itself refuses included.
  [[nodiscard]] std::string raw_tree(const std::string& bytes) const {
    const std::string tree =
        git({"hash-object", "-w", "--literally", "-t", "tree", "--stdin"}, bytes);
    return git({"commit-tree", tree, "-m", "x"});
  }
  [[nodiscard]] std::string tree(const std::string& listing) const {
    return git({"commit-tree", git({"mktree", "--missing"}, listing), "-m", "x"});
  }
};

std::string entry(const std::string& mode, const std::string& name) {
  return mode + " " + name + std::string(1, '\0') + std::string(20, 'a');
}

template <typename Work>
ErrorCode code_of(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("a Git tree is read without a checkout", "[sources][git_tree]") {
  const Repository repository;
  const std::string content = repository.blob("hello\n");
  const std::string target = repository.blob("dir/run.sh");
  const std::string inner = repository.git({"mktree"}, "100755 blob " + content + "\trun.sh\n");
  const std::string commit = repository.tree(
      "100644 blob " + content + "\ta.yaml\n040000 tree " + inner + "\tdir\n120000 blob " + target +
      "\tlink\n160000 commit " + std::string(40, '1') + "\tmodule\n");
  const auto tree = git_tree(repository.directory.path(), commit);
  const auto entries = tree->list("");
  REQUIRE(entries.size() == 4);
  CHECK(entries[3].type == FileType::other);
  CHECK(tree->read("a.yaml") == "hello\n");
  CHECK(tree->blob("a.yaml") == content);
  CHECK(tree->stat("a.yaml")->size == 6);
  CHECK_FALSE(tree->stat("a.yaml")->executable);
  CHECK(tree->stat("link")->executable);
  CHECK(tree->resolve("link") == "dir/run.sh");
  CHECK_FALSE(tree->stat("a.yaml/x"));
  CHECK_FALSE(tree->stat("module/x"));
  CHECK(code_of([&] { return tree->read("absent"); }) == ErrorCode::not_found);
}

TEST_CASE("links lead nowhere outside the tree", "[sources][git_tree]") {
  const Repository repository;
  const auto link = [&](const std::string& name, const std::string& target) {
    return "120000 blob " + repository.blob(target) + "\t" + name + "\n";
  };
  const std::string commit = repository.tree(link("absolute", "/etc/passwd") +
                                             link("loop", "loop") + link("up", "../../etc/passwd"));
  const auto tree = git_tree(repository.directory.path(), commit);
  CHECK(code_of([&] { return tree->read("up"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { return tree->read("absolute"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { return tree->read("loop"); }) == ErrorCode::limit_exceeded);
  CHECK(code_of([&] { return tree->read("../x"); }) == ErrorCode::outside_root);
}

TEST_CASE("trees that Git does not allow are refused", "[sources][git_tree]") {
  const Repository repository;
  for (const std::string& bytes :
       {entry("100644", ".git"), entry("100644", ".GIT"), entry("40000", ".."), entry("40000", "."),
        entry("100644", "a/b"), entry("100644", "/etc"), entry("100644", ""),
        entry("100644", "a") + entry("100644", "a"), std::string("100644 a"),
        std::string("garbage"), entry("100644", "a").substr(0, 20)}) {
    const auto tree = git_tree(repository.directory.path(), repository.raw_tree(bytes));
    CHECK(code_of([&] { return tree->list(""); }) == ErrorCode::invalid_input);
  }
}

TEST_CASE("an entry that lies about its object is an error", "[sources][git_tree]") {
  const Repository repository;
  const std::string blob = repository.blob("x");
  const std::string missing(40, '2');
  const auto tree = git_tree(
      repository.directory.path(),
      repository.tree("100644 blob " + missing + "\tmissing\n100644 blob " + blob + "\tx\n"));
  CHECK(code_of([&] { return tree->read("missing"); }) == ErrorCode::unavailable);
  CHECK(tree->read("x") == "x");
}

TEST_CASE("files and trees are bounded", "[sources][git_tree]") {
  const Repository repository;
  const std::string commit =
      repository.tree("100644 blob " + repository.blob(std::string(5000, 'x')) + "\tbig\n");
  const auto tree = git_tree(repository.directory.path(), commit, {.file_bytes_max = 4999});
  CHECK(code_of([&] { return tree->read("big"); }) == ErrorCode::limit_exceeded);

  std::string inner = repository.git({"mktree"}, "100644 blob " + repository.blob("x") + "\tx\n");
  for (int i = 0; i < 140; ++i)
    inner = repository.git({"mktree"}, "040000 tree " + inner + "\td\n");
  const auto deep =
      git_tree(repository.directory.path(), repository.git({"commit-tree", inner, "-m", "x"}));
  CHECK(code_of([&] { return summarise_tree(*deep); }) == ErrorCode::limit_exceeded);
}

TEST_CASE("a commit or repository that is not there is not found", "[sources][git_tree]") {
  const Repository repository;
  CHECK(code_of([&] { return git_tree(repository.directory.path(), std::string(40, '1')); }) ==
        ErrorCode::not_found);
  CHECK(code_of([&] { return git_tree("/nonexistent", std::string(40, '1')); }) ==
        ErrorCode::not_found);
  CHECK(code_of([&] { return git_tree(repository.directory.path(), "main"); }) ==
        ErrorCode::invalid_input);
}

TEST_CASE("several threads read one tree of 100,000 files", "[sources][git_tree]") {
  const Repository repository;
  const std::string blob = repository.blob("content\n");
  std::string leaf_listing;
  for (int i = 0; i < 100; ++i) {
    leaf_listing += "100644 blob " + blob + "\tf" + std::to_string(i) + ".yaml\n";
  }
  const std::string leaf = repository.git({"mktree"}, leaf_listing);
  std::string root_listing;
  for (int i = 0; i < 1000; ++i) {
    root_listing += "040000 tree " + leaf + "\td" + std::to_string(i) + "\n";
  }
  const auto tree = git_tree(repository.directory.path(), repository.tree(root_listing));
  CHECK(summarise_tree(*tree).files == 100'000);
  std::vector<std::thread> threads;
  std::atomic<int> found{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; i < 1000; i += 4) {
        if (tree->read("d" + std::to_string(i) + "/f42.yaml") == "content\n") ++found;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == 1000);
}
