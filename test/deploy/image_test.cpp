// The image holds what deploy/packages lists, and that is what the program needs.

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "test/deploy/deployed.hpp"
#include "test/integration/agent_process.hpp"

using namespace reconcile::test;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream opened(deploy_path(path));
  REQUIRE(opened);
  std::vector<std::string> lines;
  for (std::string line; std::getline(opened, line);) lines.push_back(line);
  return lines;
}

std::set<std::string> run_packages() {
  std::set<std::string> names;
  for (const std::string& line : lines_of("packages")) {
    if (line.starts_with("run ")) names.insert(line.substr(4));
  }
  return names;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The shared libraries that an ELF file names.
std::vector<std::string> needed_by(const std::string& path) {
  const std::vector<std::string> words = words_of(run_program({"objdump", "-p", path}).output);
  std::vector<std::string> needed;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "NEEDED") needed.push_back(words[i + 1]);
  }
  return needed;
}

}  // namespace

TEST_CASE("the image installs the packages of deploy/packages", "[deploy][image]") {
  std::vector<std::string> installs;
  for (const std::string& line : lines_of("Dockerfile")) {
    // Nothing else may install: no apt, no download.
    for (const char* word : {"apt-get", "apt ", "dpkg -i", "curl", "wget", "ADD "}) {
      INFO(line);
      CHECK(line.find(word) == std::string::npos);
    }
    const std::size_t at = line.find("install-packages ");
    if (at == std::string::npos || !line.starts_with("RUN ")) continue;
    installs.push_back(words_of(line.substr(at))[1]);
    CHECK(words_of(line.substr(at)).size() <= 3);
  }
  CHECK(installs == std::vector<std::string>{"build", "run"});
  CHECK(run_packages().contains("ca-certificates"));
}

TEST_CASE("the image's stages are named without a registry", "[deploy][image]") {
  std::vector<std::string> stages;
  for (const std::string& line : lines_of("Dockerfile")) {
    if (line.starts_with("FROM ")) stages.push_back(words_of(line)[1]);
  }
  CHECK(stages == std::vector<std::string>{"debian:12-slim", "debian:12-slim"});
  for (const std::string& line : lines_of("Dockerfile")) {
    if (line.starts_with("USER ")) CHECK(line == "USER 65532:65532");
  }
}

TEST_CASE("each library that the program loads is in a run package",
          "[.integration][deploy][image]") {
  const std::set<std::string> packages = run_packages();
  const std::string program = program_path();
  const std::string agent =
      program.substr(0, program.rfind("/bin/")) + "/lib/libreconcile_agent.so";
  for (const std::string& path : {program, agent}) {
    const std::vector<std::string> needed = needed_by(path);
    CHECK_FALSE(needed.empty());
    for (const std::string& library : needed) {
      if (library.find("san.so") != std::string::npos) continue;  // of a build with a sanitizer
      INFO(library);
      std::istringstream owners(run_program({"dpkg", "-S", library}).output);
      bool found = false;
      for (std::string line; std::getline(owners, line);) {
        const std::string package = line.substr(0, line.find(':'));
        // libc6 and its parts are on every machine.
        found = found || package == "libc6" || packages.contains(package);
      }
      CHECK(found);
    }
  }
}
