#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/ref_store.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using namespace std::chrono_literals;
using reconcile::model::Error;
using reconcile::model::ErrorCode;
namespace fs = std::filesystem;

namespace {

const std::string evidence = "refs/gitops/evidence/staging";
const reconcile::model::WallTime noon = reconcile::model::parse_rfc3339("2026-03-01T12:00:00Z");

struct Setup {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture{root.path() + "/evidence.git"};
  GitServer server{root.path()};
  GitOptions options;
  RefStoreLimits limits;

  Setup() { options.url = server.url("evidence.git"); }
  [[nodiscard]] RefStore store() const { return {options, data.path(), limits}; }
  std::string git(const std::vector<std::string>& arguments, const std::string& input = "") const {
    return run_git(fixture.bare(), arguments, input);
  }
  /// A commit on the server of a tree that is written as `git mktree` reads it.
  [[nodiscard]] std::string commit(const std::string& listing) const {
    return git({"commit-tree", git({"mktree", "--missing"}, listing), "-m", "x"});
  }
};

template <typename Work>
std::pair<ErrorCode, std::string> failure(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {ErrorCode::internal, "no error"};
}

std::string append(RefStore& store, const std::string& expected, const std::string& content) {
  return store.append(evidence, expected, {{"record.json", content}}, "Record", noon);
}

/// A ref that somebody else wrote.
struct BadRef {
  const char* name;
  std::string (*make)(const Setup& setup);
  ErrorCode code;
  const char* text;
};
const BadRef bad_refs[] = {
    {"a link",
     [](const Setup& setup) {
       return setup.commit("120000 blob " + setup.git({"hash-object", "-w", "--stdin"}, "x") +
                           "\tlink\n");
     },
     ErrorCode::invalid_input, "expected a file, found a link"},
    {"a submodule",
     [](const Setup& setup) {
       return setup.commit("160000 commit " + std::string(40, '1') + "\tmodule\n");
     },
     ErrorCode::invalid_input, "expected a file, found a link or submodule"},
    {"a name that Git refuses",
     [](const Setup& setup) {
       const std::string bytes = "100644 .git" + std::string(1, '\0') + std::string(20, 'a');
       const std::string tree =
           setup.git({"hash-object", "-w", "--literally", "-t", "tree", "--stdin"}, bytes);
       // No object behind the entry: nothing that could be sent.
       return setup.git({"commit-tree", tree, "-m", "x"});
     },
     ErrorCode::unavailable, ""},
    {"a file too large",
     [](const Setup& setup) {
       return setup.commit("100644 blob " +
                           setup.git({"hash-object", "-w", "--stdin"}, std::string(2000, 'x')) +
                           "\tbig\n");
     },
     ErrorCode::limit_exceeded, "at most 1000 bytes, found 2000"},
    {"files too many",
     [](const Setup& setup) {
       const std::string blob = setup.git({"hash-object", "-w", "--stdin"}, "x");
       std::string listing;
       for (int i = 0; i < 5; ++i) {
         listing += "100644 blob " + blob + "\tf" + std::to_string(i) + "\n";
       }
       return setup.commit(listing);
     },
     ErrorCode::limit_exceeded, "at most 4 files"},
    {"a blob",
     [](const Setup& setup) {
       return setup.git({"hash-object", "-w", "--stdin"}, "blob");
     },
     ErrorCode::not_found, "expected a commit, found none"},
};

}  // namespace

TEST_CASE("an append whose answer breaks off goes on where it was", "[sources][ref_store][fault]") {
  for (const char* order : {"cut 0\n", "cut 4\n", "cut 20\n"}) {
    INFO(order);
    const Setup setup;
    RefStore store = setup.store();
    const std::string one = append(store, "", "1");
    setup.server.order(order);
    CHECK(failure([&] { return append(store, one, "2"); }).first == ErrorCode::unavailable);
    setup.server.order("");
    const std::string two = append(store, one, "2");
    CHECK(setup.git({"rev-list", "--count", evidence}) == "2");
    CHECK(setup.git({"rev-parse", evidence}) == two);
  }
}

TEST_CASE("a fetch that breaks off is made again", "[sources][ref_store][fault]") {
  const Setup setup;
  const std::string one =
      setup.commit("100644 blob " + setup.git({"hash-object", "-w", "--stdin"}, "1") + "\ta\n");
  setup.git({"update-ref", evidence, one});
  RefStore store = setup.store();
  for (const char* order : {"cut 0\n", "cut 40\n", "cut 150\n"}) {
    setup.server.order(order);
    CHECK(failure([&] { return store.fetch({"refs/gitops/"}); }).first == ErrorCode::unavailable);
  }
  setup.server.order("");
  CHECK(store.fetch({"refs/gitops/"}).at(evidence) == one);
  CHECK(store.log(one, "", 9).at(0).files.at("a") == "1");
}

TEST_CASE("a silent server ends a push in time", "[sources][ref_store][fault]") {
  Setup setup;
  setup.options.limits.total_timeout = 1500ms;
  RefStore store = setup.store();
  for (const char* order : {"stall\n", "stall-pack\n"}) {
    setup.server.order(order);
    CHECK(failure([&] { return append(store, "", "1"); }).first == ErrorCode::unavailable);
  }
}

TEST_CASE("a running push can be cancelled", "[sources][ref_store][fault]") {
  const Setup setup;
  setup.server.order("stall-pack\n");
  RefStore store = setup.store();
  std::thread canceller([&] {
    while (setup.server.requests().size() < 2) std::this_thread::yield();
    store.cancel();
  });
  CHECK(failure([&] { return append(store, "", "1"); }).first == ErrorCode::cancelled);
  canceller.join();
  CHECK(failure([&] { return store.fetch({"refs/"}); }).first == ErrorCode::cancelled);
}

TEST_CASE("a mirror survives a kill in the middle of a push", "[sources][ref_store][fault]") {
  const Setup setup;
  const std::string one = [&] {
    RefStore store = setup.store();
    return append(store, "", "1");
  }();
  const std::size_t before = setup.server.requests().size();
  setup.server.order("stall-pack\n");
  const int child = ::fork();
  if (child == 0) {
    try {
      RefStore store = setup.store();
      append(store, one, "2");
    } catch (const Error&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  while (setup.server.requests().size() < before + 2) std::this_thread::yield();
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  setup.server.order("");
  RefStore store = setup.store();
  // Whether the killed push arrives is the server's affair: the ref is at one of two commits.
  const std::string tip = store.fetch({"refs/gitops/"}).at(evidence);
  const std::string two = append(store, one, "2");
  CHECK((tip == one || tip == two));
  CHECK(setup.git({"rev-parse", evidence}) == two);
  CHECK(store.log(two, "", 9).size() == 2);
}

TEST_CASE("what is wrong with a ref names it and hides no other", "[sources][ref_store][fault]") {
  for (const BadRef& row : bad_refs) {
    INFO(row.name);
    Setup setup;
    setup.limits = {.file_bytes_max = 1000, .files_max = 4};
    RefStore store = setup.store();
    const std::string good = append(store, "", "1");
    const std::string bad = row.make(setup);
    setup.git({"update-ref", "refs/gitops/bad", bad});
    if (*row.text == '\0') {
      const std::size_t before = setup.server.requests().size();
      CHECK(failure([&] { return store.fetch({"refs/gitops/bad"}); }).first == row.code);
      // The mirror is not to blame: nothing is fetched anew.
      CHECK(setup.server.requests().size() == before + 2);
    } else {
      CHECK(store.fetch({"refs/gitops/"}).at("refs/gitops/bad") == bad);
      const auto found = failure([&] { return store.log(bad, "", 9); });
      INFO(found.second);
      CHECK(found.first == row.code);
      CHECK(found.second.find(row.text) != std::string::npos);
      CHECK(found.second.find("refs/gitops/bad: entry " + bad) != std::string::npos);
    }
    CHECK(store.fetch({"refs/gitops/evidence/"}).at(evidence) == good);
    CHECK(store.log(good, "", 9).size() == 1);
    const std::string next = append(store, good, "2");
    CHECK(store.log(next, "", 9).size() == 2);
  }
}

TEST_CASE("what cannot be an entry is refused before anything is sent",
          "[sources][ref_store][fault]") {
  struct Row {
    const char* ref;
    std::map<std::string, std::string> files;
    std::string message;
  };
  const Setup setup;
  RefStore store = setup.store();
  for (const Row& row :
       {Row{"main", {{"a", "1"}}, "x"}, Row{"refs/a..b", {{"a", "1"}}, "x"},
        Row{"refs/gitops/x*", {{"a", "1"}}, "x"}, Row{"refs/x", {{"../a", "1"}}, "x"},
        Row{"refs/x", {{"/a", "1"}}, "x"}, Row{"refs/x", {{".git/a", "1"}}, "x"},
        Row{"refs/x", {{"", "1"}}, "x"}, Row{"refs/x", {{"a", "1"}, {"a/b", "1"}}, "x"},
        Row{"refs/x", {{"a", "1"}}, std::string("x\0y", 3)}}) {
    INFO(row.ref << " " << row.files.begin()->first);
    CHECK(failure([&] { return store.append(row.ref, "", row.files, row.message, noon); }).first ==
          ErrorCode::invalid_input);
  }
  CHECK(failure([&] { return append(store, "abc", "1"); }).first == ErrorCode::invalid_input);
  CHECK(setup.git({"for-each-ref"}).empty());
}

TEST_CASE("a push has a size limit", "[sources][ref_store][fault]") {
  Setup setup;
  setup.options.limits.push_bytes_max = 1000;
  RefStore store = setup.store();
  std::string noise;
  for (unsigned i = 0, x = 1; i < 4000; ++i) {
    x = x * 1664525U + 1013904223U;
    noise += static_cast<char>(x >> 24U);
  }
  const auto found = failure([&] { return append(store, "", noise); });
  CHECK(found.first == ErrorCode::limit_exceeded);
  CHECK(found.second.find("a push of at most 1000 bytes") != std::string::npos);
  CHECK(setup.git({"for-each-ref"}).empty());
  CHECK_FALSE(append(store, "", "small").empty());
}

TEST_CASE("too many refs are refused", "[sources][ref_store][fault]") {
  Setup setup;
  setup.limits.refs_max = 3;
  const std::string commit = setup.commit("");
  for (int i = 0; i < 4; ++i) {
    setup.git({"update-ref", "refs/gitops/r" + std::to_string(i), commit});
  }
  RefStore store = setup.store();
  CHECK(failure([&] { return store.fetch({"refs/gitops/"}); }).first == ErrorCode::limit_exceeded);
  CHECK(store.fetch({"refs/gitops/r1", "refs/gitops/r2"}).size() == 2);
}

TEST_CASE("records that pile up become one pack", "[sources][ref_store][fault]") {
  Setup setup;
  setup.options.limits.packs_max = 3;
  RefStore store = setup.store();
  std::string tip;
  for (int i = 0; i < 10; ++i) tip = append(store, tip, std::to_string(i));
  const std::vector<RefEntry> log = store.log(tip, "", 100);
  REQUIRE(log.size() == 10);
  CHECK(log.back().files.at("record.json") == "0");
  std::size_t packs = 0;
  for (const auto& entry : fs::recursive_directory_iterator(setup.data.path())) {
    if (entry.path().extension() == ".pack") ++packs;
  }
  CHECK(packs <= 4);
  // A ref that is gone leaves nothing behind once packs are made anew.
  setup.git({"update-ref", "-d", evidence});
  CHECK(store.fetch({"refs/gitops/"}).empty());
  CHECK_FALSE(append(store, "", "anew").empty());
}

TEST_CASE("a damaged mirror of refs is rebuilt by a fetch", "[sources][ref_store][fault]") {
  const Setup setup;
  std::string tip;
  {
    RefStore store = setup.store();
    tip = append(store, append(store, "", "1"), "2");
  }
  for (const auto& entry : fs::recursive_directory_iterator(setup.data.path())) {
    if (entry.path().extension() != ".pack" && entry.path().extension() != ".idx") continue;
    fs::permissions(entry.path(), fs::perms::owner_all);
    std::ofstream(entry.path(), std::ios::binary) << "garbage";
  }
  RefStore store = setup.store();
  CHECK(store.fetch({"refs/gitops/"}).at(evidence) == tip);
  CHECK(store.log(tip, "", 9).size() == 2);
  CHECK_FALSE(append(store, tip, "3").empty());
}

TEST_CASE("stores of one URL and scope share a mirror", "[sources][ref_store][fault]") {
  const Setup setup;
  RefStore one = setup.store();
  RefStore two = setup.store();
  std::vector<std::thread> threads;
  for (RefStore* store : {&one, &two}) {
    threads.emplace_back([store] {
      const std::string ref =
          "refs/gitops/" + std::to_string(reinterpret_cast<std::uintptr_t>(store));
      std::string tip;
      for (int i = 0; i < 5; ++i) {
        tip = store->append(ref, tip, {{"a", std::to_string(i)}}, "x", noon);
        store->fetch({"refs/gitops/"});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto refs = one.fetch({"refs/gitops/"});
  REQUIRE(refs.size() == 2);
  for (const auto& [ref, tip] : refs) CHECK(two.log(tip, "", 9).size() == 5);
}

TEST_CASE("a push follows a redirect on its server only", "[sources][ref_store][fault]") {
  Setup setup;
  std::string self = setup.server.url("");
  self.pop_back();
  setup.options.url = setup.server.url("old/evidence.git");
  setup.server.order("redirect " + self + " /old\n");
  RefStore store = setup.store();
  CHECK_FALSE(append(store, "", "1").empty());
  CHECK(setup.server.requests().back() == "POST /evidence.git/git-receive-pack no");
  const GitServer other(setup.root.path());
  std::string target = other.url("");
  target.pop_back();
  setup.server.order("redirect " + target + " /old\n");
  CHECK(failure([&] { return append(store, "", "2"); }).first == ErrorCode::unavailable);
  CHECK(other.requests().empty());
}
