// The tables of `helm template` of Helm 3.22.0 and 4.3.1, as test/peers/upstream-tables prints
// them: charts and expected output are Helm's own, read where Go keeps its modules.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "reconcile/model/json.hpp"
#include "test/integration/agent_process.hpp"

namespace reconcile::test {
namespace {

std::string whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `reconcile template` with the arguments given in the folder; Helm's own tests say Kubernetes
/// 1.20.0.
std::vector<std::string> command_of(model::Value line) {
  const std::string folder = std::string(line["folder"].text()) + "/";
  const bool is_helm3 = line["table"].text().find("helm/v3") != std::string_view::npos;
  std::vector<std::string> arguments = {program_path(), "template", "--profile",
                                        is_helm3 ? "helm3" : "helm4"};
  bool says_version = false;
  for (std::size_t i = 1; i < line["arguments"].size(); ++i) {
    const std::string word(line["arguments"].at(i).text());
    if (word == "--debug") continue;
    says_version = says_version || word == "--kube-version";
    arguments.push_back(word.starts_with("testdata/") ? folder + word : word);
  }
  if (!says_version) arguments.insert(arguments.end(), {"--kube-version", "v1.20.0"});
  return arguments;
}

}  // namespace

TEST_CASE("helm template's own tables give the expected output", "[.integration][upstream]") {
  const char* path = std::getenv("RECONCILE_UPSTREAM_TABLES");
  if (path == nullptr) {
    throw std::runtime_error(
        "expected RECONCILE_UPSTREAM_TABLES to be set to what `test/peers/build upstream-tables` "
        "prints");
  }
  std::ifstream file(path);
  std::size_t cases = 0;
  for (std::string text; std::getline(file, text);) {
    if (text.find("\"golden\":") == std::string::npos) continue;
    const model::Document line = model::parse_json(text);
    const std::string golden(line["golden"].text());
    const std::string expected = whole_file(golden);
    const Finished run = run_program(command_of(line.root()));
    INFO(golden);
    ++cases;
    if (expected.find("Error: ") == std::string::npos) {
      CHECK(run.output == expected);
    } else {
      CHECK(run.code > 0);
    }
  }
  CHECK(cases >= 40);
}

}  // namespace reconcile::test
