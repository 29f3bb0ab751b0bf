#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_source.hpp"
#include "test/support/git_server.hpp"
#include "test/support/tls_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using namespace std::chrono_literals;
using reconcile::model::Error;
using reconcile::model::ErrorCode;
namespace fs = std::filesystem;

namespace {

struct Setup {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture{root.path() + "/repo.git"};
  GitServer server{root.path()};
  GitOptions options;

  Setup() {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < 50; ++i) files.push_back({"f" + std::to_string(i), std::to_string(i)});
    fixture.commit(files);
    options.url = server.url("repo.git");
    options.reference.branch = "main";
  }
  [[nodiscard]] GitSource source() const { return {options, data.path()}; }
};

std::string failure(GitSource& source, ErrorCode code) {
  try {
    source.fetch(std::nullopt);
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("no error");
  return "";
}

std::vector<fs::path> mirror_files(const TemporaryDirectory& data, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(data.path())) {
    if (entry.is_regular_file() && entry.path().extension() == extension) {
      files.push_back(entry.path());
    }
  }
  return files;
}

}  // namespace

TEST_CASE("an unreachable server is reported and changes nothing", "[sources][git][fault]") {
  Setup setup;
  GitSource source = setup.source();
  const auto artifact = source.fetch(std::nullopt);
  setup.server.order("status 503\nretry-after 7\n");
  const std::string text = failure(source, ErrorCode::unavailable);
  CHECK(text.find("HTTP 503, retry after 7 s") != std::string::npos);
  CHECK(artifact->tree->read("f7") == "7");
  setup.server.order("");
  CHECK_FALSE(source.fetch(artifact->revision));

  setup.options.url = "http://127.0.0.1:1/repo.git";
  GitSource refused = setup.source();
  failure(refused, ErrorCode::unavailable);
}

TEST_CASE("a missing repository, branch or commit is not found", "[sources][git][fault]") {
  Setup setup;
  setup.options.reference.branch = "absent";
  GitSource branch = setup.source();
  CHECK(failure(branch, ErrorCode::not_found).find("refs/heads/absent") != std::string::npos);
  setup.options.reference = {.commit = std::string(40, '1')};
  GitSource commit = setup.source();
  CHECK(failure(commit, ErrorCode::not_found).find("1111111") != std::string::npos);
  setup.options.url = setup.server.url("other.git");
  GitSource repository = setup.source();
  failure(repository, ErrorCode::not_found);
}

TEST_CASE("a pack that breaks off is fetched again", "[sources][git][fault]") {
  Setup setup;
  GitSource source = setup.source();
  for (const char* order : {"cut 0\n", "cut 40\n", "cut 700\n"}) {
    setup.server.order(order);
    failure(source, ErrorCode::unavailable);
  }
  setup.server.order("");
  const auto first = source.fetch(std::nullopt);
  REQUIRE(first);
  setup.fixture.commit({{"new", "new"}});
  setup.server.order("cut 60\n");
  failure(source, ErrorCode::unavailable);
  setup.server.order("");
  CHECK(source.fetch(first->revision)->tree->read("new") == "new");
  CHECK(source.last_transfer().objects == 3);
}

TEST_CASE("a silent server ends in a time-out", "[sources][git][fault]") {
  Setup setup;
  setup.options.limits.total_timeout = 1500ms;
  GitSource source = setup.source();
  for (const char* order : {"stall\n", "stall-pack\n"}) {
    setup.server.order(order);
    failure(source, ErrorCode::unavailable);
  }
}

TEST_CASE("a running fetch can be cancelled", "[sources][git][fault]") {
  Setup setup;
  setup.server.order("stall-pack\n");
  GitSource source = setup.source();
  std::thread canceller([&] {
    while (setup.server.requests().size() < 2) std::this_thread::yield();
    source.cancel();
  });
  failure(source, ErrorCode::cancelled);
  canceller.join();
  failure(source, ErrorCode::cancelled);
}

TEST_CASE("transfer limits hold", "[sources][git][fault]") {
  Setup setup;
  setup.options.limits.objects_max = 10;
  GitSource objects = setup.source();
  CHECK(failure(objects, ErrorCode::limit_exceeded).find("10 Git objects") != std::string::npos);
  setup.options.limits.objects_max = 1000;
  setup.options.limits.transfer_bytes_max = 500;
  GitSource bytes = setup.source();
  failure(bytes, ErrorCode::limit_exceeded);
}

TEST_CASE("credentials do not follow a redirect to another host", "[sources][git][fault]") {
  Setup setup;
  std::string self = setup.server.url("");
  self.pop_back();
  setup.options.credentials = {.username = "robot", .password = "s3cret"};
  // On the same server: followed, the pack is asked for at the new place with credentials.
  setup.options.url = setup.server.url("old/repo.git");
  setup.server.order("redirect " + self + " /old\n");
  GitSource same = setup.source();
  CHECK(same.fetch(std::nullopt));
  CHECK(setup.server.requests().back() == "POST /repo.git/git-upload-pack yes");
  // To another port over plain HTTP: refused before anything is sent there.
  const GitServer other(setup.root.path());
  std::string target = other.url("");
  target.pop_back();
  setup.server.order("redirect " + target + "\n");
  GitSource elsewhere = setup.source();
  CHECK(failure(elsewhere, ErrorCode::unavailable).find(target) != std::string::npos);
  CHECK(other.requests().empty());
  // In a circle: bounded.
  setup.server.order("redirect " + self + "\n");
  GitSource circle = setup.source();
  CHECK(failure(circle, ErrorCode::unavailable).find("3 redirects") != std::string::npos);
}

TEST_CASE("another host over HTTPS gets the request without credentials", "[sources][git][fault]") {
  Setup setup;
  const TestCertificate certificate = make_certificate("localhost");
  const GitServer other(setup.root.path(), {certificate.cert_pem, certificate.key_pem});
  std::string target = other.url("");
  target.pop_back();
  setup.options.credentials = {.username = "robot", .password = "s3cret"};
  setup.options.tls.ca_pem = certificate.cert_pem;
  setup.server.order("redirect " + target + "\n");
  GitSource source = setup.source();
  CHECK(source.fetch(std::nullopt));
  CHECK(setup.server.requests().back().ends_with(" yes"));
  for (const std::string& request : other.requests()) CHECK(request.ends_with(" no"));
  CHECK(other.requests().size() == 2);
}

TEST_CASE("a damaged mirror is rebuilt", "[sources][git][fault]") {
  struct Damage {
    const char* name;
    void (*apply)(const TemporaryDirectory& data);
  };
  const Damage damages[] = {
      {"pack cut",
       [](const TemporaryDirectory& data) {
         for (const auto& path : mirror_files(data, ".pack")) {
           fs::permissions(path, fs::perms::owner_all);
           fs::resize_file(path, fs::file_size(path) / 2);
         }
       }},
      {"pack overwritten",
       [](const TemporaryDirectory& data) {
         for (const auto& path : mirror_files(data, ".pack")) {
           fs::permissions(path, fs::perms::owner_all);
           const auto size = fs::file_size(path);
           std::ofstream(path, std::ios::binary) << std::string(size, 'x');
         }
       }},
      {"index overwritten",
       [](const TemporaryDirectory& data) {
         for (const auto& path : mirror_files(data, ".idx")) {
           fs::permissions(path, fs::perms::owner_all);
           std::ofstream(path, std::ios::binary) << "garbage";
         }
       }},
      {"pack gone",
       [](const TemporaryDirectory& data) {
         for (const auto& path : mirror_files(data, ".pack")) fs::remove(path);
       }},
      {"HEAD gone",
       [](const TemporaryDirectory& data) {
         for (const auto& entry : fs::recursive_directory_iterator(data.path())) {
           if (entry.path().filename() == "HEAD") fs::remove(entry.path());
         }
       }},
      {"current is garbage",
       [](const TemporaryDirectory& data) {
         for (const auto& entry : fs::recursive_directory_iterator(data.path())) {
           if (entry.path().filename() == "current") std::ofstream(entry.path()) << "../../etc";
         }
       }},
      {"locks left",
       [](const TemporaryDirectory& data) {
         for (const auto& entry : fs::recursive_directory_iterator(data.path())) {
           if (entry.path().string().find("refs/reconcile/") != std::string::npos) {
             std::ofstream(entry.path().string() + ".lock") << "";
           }
         }
       }},
  };
  for (const Damage& damage : damages) {
    INFO(damage.name);
    Setup setup;
    { REQUIRE(setup.source().fetch(std::nullopt)); }
    damage.apply(setup.data);
    setup.fixture.commit({{"new", "new"}});
    GitSource source = setup.source();
    const auto artifact = source.fetch(std::nullopt);
    REQUIRE(artifact);
    CHECK(artifact->tree->read("new") == "new");
    CHECK(artifact->tree->read("f33") == "33");
    CHECK_FALSE(source.fetch(artifact->revision));
  }
}

TEST_CASE("a mirror survives a kill in the middle of a fetch", "[sources][git][fault]") {
  Setup setup;
  setup.server.order("stall-pack\n");
  const int child = ::fork();
  if (child == 0) {
    try {
      GitSource source = setup.source();
      source.fetch(std::nullopt);
    } catch (const Error&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  while (setup.server.requests().size() < 2) std::this_thread::yield();
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  setup.server.order("");
  GitSource source = setup.source();
  const auto artifact = source.fetch(std::nullopt);
  REQUIRE(artifact);
  CHECK(artifact->tree->read("f33") == "33");
}
