#include <catch2/catch.hpp>
#include <iostream>
#include <sstream>

#include "engine/cli/command_frame.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

/// The program does it too; done before anything is printed it does not undo what follows.
const bool unsynchronised = std::ios::sync_with_stdio(false);

/// What a call of the program printed, and its exit code.
struct Call {
  explicit Call(std::vector<std::string> arguments) {
    run(std::move(arguments), [](int argc, char** argv) { return run_program(argc, argv); });
  }
  Call(std::vector<std::string> arguments, std::span<const Command> table) {
    run(std::move(arguments), [&](int argc, char** argv) { return run_from(table, argc, argv); });
  }
  template <typename Run>
  void run(std::vector<std::string> arguments, Run program) {
    arguments.insert(arguments.begin(), "reconcile");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    std::ostringstream out_text;
    std::ostringstream err_text;
    std::streambuf* const out_before = std::cout.rdbuf(out_text.rdbuf());
    std::streambuf* const err_before = std::cerr.rdbuf(err_text.rdbuf());
    code = program(static_cast<int>(pointers.size()), pointers.data());
    std::cout.rdbuf(out_before);
    std::cerr.rdbuf(err_before);
    out = out_text.str();
    err = err_text.str();
  }
  int code = -1;
  std::string out;
  std::string err;
};

int fail(const CommandContext&) {
  throw model::Error(model::ErrorCode::not_found, "expected a thing, found none");
}
constexpr Command failing[] = {{"now", "", fail}, {"diff", "", fail}};

int lose_output(const CommandContext& context) {
  context.out.setstate(std::ios::badbit);
  return exit_ok;
}
constexpr Command losing[] = {{"now", "", lose_output}, {"diff", "", lose_output}};

}  // namespace

TEST_CASE("help lists every command", "[engine][cli][program]") {
  const Call call({"help"});
  CHECK(call.code == 0);
  CHECK(call.err.empty());
  for (const Command& command : commands())
    CHECK_THAT(call.out, Catch::Contains(std::string(command.name)));
  CHECK(Call({"--help"}).out == call.out);
  CHECK(Call({"-h"}).code == 0);
}

TEST_CASE("use without command or with an unknown one exits with 2", "[engine][cli][program]") {
  const Call nothing({});
  CHECK(nothing.code == 2);
  CHECK(nothing.out.empty());
  CHECK_THAT(nothing.err, Catch::Contains("Usage: reconcile COMMAND"));
  const Call unknown({"frobnicate"});
  CHECK(unknown.code == 2);
  CHECK(unknown.out.empty());
  CHECK_THAT(unknown.err, Catch::StartsWith("Error: unknown command \"frobnicate\"") &&
                              Catch::Contains(" now diff "));
}

TEST_CASE("prints its version", "[engine][cli][program]") {
  const Call call({"version"});
  CHECK(call.code == 0);
  CHECK_THAT(call.out, Catch::StartsWith("reconcile ") && Catch::EndsWith("\n"));
  CHECK(Call({"--version"}).out == call.out);
}

TEST_CASE("prints what a command throws and exits with 1, diff with 2", "[engine][cli][program]") {
  const Call now({"now"}, failing);
  CHECK(now.code == 1);
  CHECK(now.err == "Error: expected a thing, found none\n");
  CHECK(Call({"diff"}, failing).code == 2);
  CHECK(Call({"now"}, losing).code == 1);
  const Call lost({"diff"}, losing);
  CHECK(lost.code == 2);
  CHECK(lost.err == "Error: cannot write to standard output\n");
}

TEST_CASE("builds a directory", "[engine][cli][program]") {
  const test::TemporaryDirectory directory;
  directory.write("kustomization.yaml", "resources: [a.yaml]\nnamespace: shop\n");
  directory.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  const Call call({"build", directory.path()});
  CHECK(call.code == 0);
  CHECK(call.out == "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: shop\n");
  const Call wrong({"build", directory.path(), "--no-such-flag"});
  CHECK(wrong.code == 2);
  const Call missing({"build", directory.path() + "/none"});
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Catch::StartsWith("Error: "));
  const Call executes({"build", directory.path(), "--enable-exec"});
  CHECK(executes.code == 1);
  CHECK_THAT(executes.err, Catch::Contains("never"));
}

TEST_CASE("builds charts that are here, and says how to get others", "[engine][cli][program]") {
  const test::TemporaryDirectory directory;
  directory.write("kustomization.yaml", "helmCharts: [{name: web, releaseName: r}]\n");
  directory.write("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  directory.write("charts/web/values.yaml", "v: 1\n");
  directory.write("charts/web/templates/a.yaml",
                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
                  "data: {k: \"{{ .Capabilities.KubeVersion }}\"}\n");
  const Call call({"build", directory.path(), "--enable-helm", "--helm-kube-version", "v1.30.0"});
  CHECK(call.code == 0);
  CHECK(call.out == "apiVersion: v1\ndata:\n  k: v1.30.0\nkind: ConfigMap\nmetadata:\n  name: r\n");
  const Call off({"build", directory.path()});
  CHECK(off.code == 1);
  CHECK_THAT(off.err, Catch::Contains("--enable-helm"));
  directory.write("kustomization.yaml", "resources: [https://localhost:1/a.yaml]\n");
  const Call refused({"build", directory.path(), "--no-remote-bases"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Catch::Contains("https://localhost:1/a.yaml"));
}

TEST_CASE("builds several directories at once", "[engine][cli][program]") {
  const test::TemporaryDirectory directory;
  const auto add = [&](const std::string& unit, const std::string& name) {
    directory.write(unit + "/kustomization.yaml", "resources: [a.yaml]\n");
    directory.write(unit + "/a.yaml", "kind: ConfigMap\nmetadata: {name: " + name + "}\n");
  };
  for (int i = 10; i < 40; ++i) add("units/" + std::to_string(i), "n" + std::to_string(i));
  add("units/20/inner", "deep");
  add("units/.git/hooks", "hidden");
  const std::string units = directory.path() + "/units";
  std::string expected;
  const auto expect = [&](const std::string& unit, const std::string& name) {
    expected += "---\n# Source: " + units + "/" + unit +
                "\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n";
  };
  for (int i = 10; i < 40; ++i) {
    expect(std::to_string(i), "n" + std::to_string(i));
    if (i == 20) expect("20/inner", "deep");
  }
  for (const char* jobs : {"1", "4"}) {
    const Call call({"build", "--recursive", "--jobs", jobs, units});
    CHECK(call.code == 0);
    CHECK(call.out == expected);
    CHECK(call.err.empty());
  }
  expected.clear();
  expect("31", "n31");
  expect("11", "n11");
  // In the order that was asked for, and without the one that fails.
  directory.write("units/12/kustomization.yaml", "resources: [missing.yaml]\n");
  const Call call({"build", units + "/31", units + "/12", units + "/11"});
  CHECK(call.code == 1);
  CHECK(call.out == expected);
  CHECK_THAT(call.err, Catch::StartsWith("Error: building " + units + "/12: "));
  CHECK_THAT(call.err, Catch::Contains("missing.yaml"));
  CHECK_THAT(Call({"build", "-R", directory.path() + "/none"}).err,
             Catch::Contains("cannot look below"));
}
