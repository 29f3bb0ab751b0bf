#include "test/integration/platform/chart_corpus.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "reconcile/model/yaml.hpp"
#include "test/integration/agent_process.hpp"

namespace reconcile::test {
namespace {

constexpr std::chrono::minutes unpack_limit(2);

std::string folder_of_charts() {
  return ChartCorpus::root() + "/helm/charts";
}

std::string archive() {
  return ChartCorpus::root() + "/helm.tar.zst";
}

}  // namespace

std::string ChartCorpus::root() {
  const char* root = std::getenv("RECONCILE_CORPUS");
  return root != nullptr ? root : RECONCILE_SOURCE_DIR "/../shared/corpus";
}

bool ChartCorpus::exists() {
  return std::filesystem::exists(folder_of_charts()) || std::filesystem::exists(archive());
}

ChartCorpus::ChartCorpus(const std::vector<std::string>& charts) : charts_(folder_of_charts()) {
  if (std::filesystem::exists(charts_)) return;
  charts_ = unpacked_.path() + "/helm/charts";
  std::vector<std::string> command{
      "tar", "-C", unpacked_.path(), "--use-compress-program=zstd -d --long=27", "-xf", archive()};
  std::set<std::string> members;
  for (const std::string& chart : charts) members.insert("helm/charts/" + chart);
  command.insert(command.end(), members.begin(), members.end());
  // A chart that is not in the archive fails the command; its row says so.
  run_program(command, unpack_limit);
  if (!std::filesystem::exists(charts_))
    throw std::runtime_error("no chart could be unpacked from " + archive());
}

std::string ChartCorpus::path_of(const std::string& chart) const {
  const std::string path = charts_ + "/" + chart;
  return std::filesystem::exists(path + "/Chart.yaml") ? path : "";
}

std::string ChartCorpus::version_of(const std::string& chart) const {
  std::ifstream file(charts_ + "/" + chart + "/Chart.yaml", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::string(model::parse_yaml(text.str())["version"].text());
}

}  // namespace reconcile::test
