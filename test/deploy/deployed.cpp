#include "test/deploy/deployed.hpp"

#include <fstream>
#include <stdexcept>

#include "reconcile/model/error.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/integration/agent_process.hpp"
#include "test/integration/cluster.hpp"
#include "test/support/temporary_directory.hpp"

namespace reconcile::test {
namespace {

std::string output_of(const std::vector<std::string>& command) {
  Finished finished = run_program(command);
  if (finished.code != 0) {
    throw std::runtime_error(command[0] + ": exit " + std::to_string(finished.code) + "\n" +
                             finished.output);
  }
  return std::move(finished.output);
}

}  // namespace

std::string deploy_path(const std::string& path) {
  return std::string(RECONCILE_SOURCE_DIR) + "/deploy/" + path;
}

std::string built(const std::string& folder) {
  return output_of({program_path(), "build", deploy_path(folder)});
}

std::string templated(const std::vector<std::string>& arguments) {
  const TemporaryDirectory folder;
  std::string chart = output_of({deploy_path("package-chart"), folder.path()});
  chart.pop_back();
  std::vector<std::string> command{program_path(), "template",         "reconcile",     chart,
                                   "--namespace",  "reconcile-system", "--include-crds"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return output_of(command);
}

std::map<std::string, model::Document> objects_of(const std::string& yaml) {
  std::map<std::string, model::Document> objects;
  for (const model::Document& document : model::parse_yaml_stream(yaml)) {
    objects.emplace(model::Object(document).id().display(), document);
  }
  return objects;
}

const model::Document& object_in(const std::map<std::string, model::Document>& objects,
                                 const std::string& id) {
  const auto found = objects.find(id);
  if (found == objects.end()) throw std::runtime_error("expected " + id);
  return found->second;
}

std::string kubectl(const std::vector<std::string>& arguments, const std::string& input) {
  static const std::string programs = [] {
    std::string folder = output_of({std::string(RECONCILE_SOURCE_DIR) + "/test/cluster/build"});
    while (folder.ends_with('\n')) folder.pop_back();
    return folder;
  }();
  const TemporaryDirectory folder;
  std::vector<std::string> command{programs + "/kubectl", "--kubeconfig",
                                   Cluster::instance().directory() + "/kubeconfig"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (!input.empty()) {
    const std::string path = folder.path() + "/input.yaml";
    std::ofstream(path, std::ios::binary) << input;
    command.insert(command.end(), {"--filename", path});
  }
  return output_of(command);
}

std::string replaced(std::string text, const std::string& from, const std::string& with) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + with.size())) {
    text.replace(at, from.size(), with);
  }
  return text;
}

}  // namespace reconcile::test
