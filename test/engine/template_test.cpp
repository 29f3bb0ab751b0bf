#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include "engine/cli/template_command.hpp"
#include "reconcile/model/digest.hpp"
#include "test/engine/command_run.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using engine::run_template_command;
using test::CommandRun;
namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A copy of the inputs of fixtures/engine/template, and the process's directory while it lives.
class Workspace {
 public:
  Workspace()
      : before_(fs::current_path()),
        fixtures_(fs::path(RECONCILE_SOURCE_DIR) / "fixtures/engine/template") {
    enter_fresh();
  }
  ~Workspace() { fs::current_path(before_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void enter_fresh() {
    fs::current_path(before_);
    folder_.emplace();
    for (const auto& entry : fs::directory_iterator(fixtures_)) {
      const std::string name = entry.path().filename();
      const bool recorded = name == "outputs" || name == "helm3.txt" || name == "helm4.txt";
      if (!recorded)
        fs::copy(entry.path(), folder_->path() / entry.path().filename(),
                 fs::copy_options::recursive);
    }
    fs::current_path(folder_->path());
  }
  [[nodiscard]] const fs::path& fixtures() const { return fixtures_; }

 private:
  fs::path before_;
  fs::path fixtures_;
  std::optional<test::TemporaryDirectory> folder_;
};

/// As a shell would: blanks separate, quotes protect.
std::vector<std::string> shell_words(const std::string& text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && c == ' ') {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// What was written below "out", as test/peers/record-template notes it.
std::string written_text() {
  if (!fs::exists("out")) return {};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator("out")) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  // Files of a directory before those of the directories in it.
  std::sort(files.begin(), files.end(), [](const fs::path& left, const fs::path& right) {
    return std::pair(left.parent_path(), left) < std::pair(right.parent_path(), right);
  });
  std::string text;
  for (const fs::path& file : files)
    text += "### " + fs::relative(file, "out").string() + "\n" + read_text(file);
  return text;
}

/// "ok DIGEST" or "fails", and what was printed.
std::string outcome(const std::string& line, const std::string& profile, std::string& text) {
  std::vector<std::string> arguments = shell_words(line);
  arguments.insert(arguments.begin(), {"--profile", profile});
  std::ifstream input("stdin.yaml");
  std::streambuf* const before = std::cin.rdbuf(input.rdbuf());
  std::cin.clear();
  const CommandRun run(run_template_command, std::move(arguments));
  std::cin.rdbuf(before);
  text = run.code == 0 ? run.out : run.thrown + run.err;
  if (run.code != 0) return "fails";
  text += written_text();
  return "ok " + model::sha256_hex(text).substr(0, 12);
}

}  // namespace

TEST_CASE("flags change the bytes as Helm's do", "[engine][cli][template]") {
  Workspace workspace;
  const std::string profile = GENERATE(as<std::string>(), "helm4", "helm3");
  std::istringstream recorded(read_text(workspace.fixtures() / (profile + ".txt")));
  std::size_t cases = 0;
  for (std::string line; std::getline(recorded, line); ++cases) {
    const std::size_t tab = line.find('\t');
    const std::string call = line.substr(0, tab);
    const std::string expected = line.substr(tab + 1);
    std::string text;
    const std::string actual = outcome(call, profile, text);
    INFO(profile << " template " << call);
    if (expected.starts_with("fails ")) {
      CHECK(actual == "fails");
    } else if (actual != expected) {
      CHECK(text == read_text(workspace.fixtures() / "outputs" / (expected.substr(3) + ".txt")));
    }
    if (call.find("--output-dir") != std::string::npos) workspace.enter_fresh();
  }
  CHECK(cases > 150);
}

TEST_CASE("says what to do in place of a flag that is refused", "[engine][cli][template]") {
  const Workspace workspace;
  const auto message = [](std::vector<std::string> arguments) {
    arguments.emplace_back("chart");
    const CommandRun run(run_template_command, arguments);
    CHECK(run.code == -1);
    CHECK(run.out.empty());
    return run.thrown;
  };
  using Catch::Contains;
  CHECK_THAT(message({"--post-renderer", "cat"}), Contains("spec.postRenderers"));
  CHECK_THAT(message({"--post-renderer-args", "x"}), Contains("spec.postRenderers"));
  CHECK_THAT(message({"--repo", "https://charts.example"}), Contains("helm pull"));
  CHECK_THAT(message({"--verify"}), Contains("helm verify"));
  CHECK_THAT(message({"-f", "https://charts.example/v.yaml"}), Contains("downloads nothing"));
  CHECK_THAT(message({"--dry-run=none"}), Contains("\"server\" or \"client\""));
  CHECK_THAT(message({"--output-dir", "out", "-s", "x"}), Contains("give one"));
  CHECK_THAT(message({"-f", "\"v1.yaml"}), Contains("quotes in pairs"));
  CHECK_THAT(message({"rel", "-g"}), Contains("cannot set --generate-name"));
}

TEST_CASE("takes the flags of Helm that a render has no use for", "[engine][cli][template]") {
  const Workspace workspace;
  const std::string plain = CommandRun(run_template_command, {"chart"}).out;
  CHECK_FALSE(plain.empty());
  for (const char* flag : {"--atomic",
                           "--create-namespace",
                           "--dependency-update",
                           "--devel",
                           "--force",
                           "--force-conflicts",
                           "--force-replace",
                           "--hide-notes",
                           "--insecure-skip-tls-verify",
                           "--server-side",
                           "--server-side=false",
                           "--take-ownership",
                           "--wait",
                           "--wait=legacy",
                           "--wait-for-jobs",
                           "--rollback-on-failure",
                           "--labels=a=b",
                           "--timeout=5s",
                           "--color=never",
                           "--username=u",
                           "--kube-token=t",
                           "--qps=3",
                           "--dry-run",
                           "--enable-dns"}) {
    INFO(flag);
    CHECK(CommandRun(run_template_command, {flag, "chart"}).out == plain);
  }
}

TEST_CASE("prints what is no YAML where --debug asks for it", "[engine][cli][template]") {
  const Workspace workspace;
  std::ofstream("chart/templates/broken.yaml") << "a: [1\n";
  const CommandRun quiet(run_template_command, {"chart"});
  CHECK(quiet.out.empty());
  CHECK_THAT(quiet.thrown, Catch::StartsWith("YAML parse error on demo/templates/broken.yaml"));
  CHECK_THAT(quiet.err, Catch::Contains("--debug"));
  const CommandRun loud(run_template_command, {"--debug", "chart"});
  CHECK(loud.thrown == quiet.thrown);
  CHECK_THAT(loud.out, Catch::Contains("---\n# Source: demo/templates/broken.yaml\na: [1\n") &&
                           !Catch::Contains("NOTES"));
}

TEST_CASE("tells calls that need a cluster", "[engine][cli][template]") {
  CHECK(engine::asks_cluster({"chart", "--dry-run=server"}));
  CHECK(engine::asks_cluster({"--validate", "chart"}));
  CHECK_FALSE(engine::asks_cluster({"--dry-run", "chart", "--dry-run=client"}));
  CHECK_FALSE(engine::asks_cluster({"--", "--validate"}));
}

TEST_CASE("names the chart that is not there as it was typed", "[engine][cli][template]") {
  const Workspace workspace;
  fs::create_directories("links/templates");
  std::ofstream("links/Chart.yaml") << "apiVersion: v2\nname: x\nversion: 1.0.0\n";
  fs::create_symlink("nowhere", "links/templates/l");
  const auto thrown = [](const std::string& path) {
    return CommandRun(run_template_command, {path}).thrown;
  };
  for (const char* path : {"/not/there", "not-there", "../not-there/", "./chart/x.tgz"}) {
    CHECK(thrown(path) == "expected a chart, found nothing (" + std::string(path) + ")");
  }
  CHECK(thrown("links/") == "symbolic link points to nothing (links/templates/l)");
  const std::string absolute = fs::absolute("links").string();
  CHECK(thrown(absolute) == "symbolic link points to nothing (" + absolute + "/templates/l)");
  CHECK_THAT(thrown("links/Chart.yaml"), Catch::EndsWith("another file (links/Chart.yaml)"));
}
