#include "test/integration/others/foreign_writer.hpp"

#include <algorithm>
#include <stdexcept>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/integration/cluster.hpp"
#include "test/support/temporary_directory.hpp"

namespace reconcile::test {
namespace {

std::string kubectl_path() {
  const Finished built = run_program({RECONCILE_SOURCE_DIR "/test/cluster/build"});
  const std::size_t begin = built.output.rfind('/', built.output.size() - 1);
  if (built.code != 0 || begin == std::string::npos)
    throw std::runtime_error("no kubectl: " + built.output);
  std::string folder = built.output;
  while (folder.ends_with('\n')) folder.pop_back();
  return folder.substr(folder.rfind('\n') + 1) + "/kubectl";
}

}  // namespace

void ForeignWriter::patch(kube::Verb verb, const std::string& json) const {
  Cluster::instance()
      .client()
      .send(kube::Request::patch(verb, gvk_, space_, name_, json, manager_))
      .require_ok("patching " + name_ + " as " + manager_);
}

void ForeignWriter::merge_into(const std::string& subresource, const std::string& json) const {
  kube::Request request =
      kube::Request::patch(kube::Verb::merge_patch, gvk_, space_, name_, json, manager_);
  request.subresource = subresource;
  Cluster::instance().client().send(request).require_ok("writing " + subresource + " of " + name_ +
                                                        " as " + manager_);
}

void ForeignWriter::apply(const std::string& yaml) const {
  const model::Object object(model::parse_yaml(yaml));
  Cluster::instance()
      .client()
      .send(kube::Request::apply(object, manager_))
      .require_ok("applying " + name_ + " as " + manager_);
}

std::string kubectl(std::vector<std::string> arguments, const std::string& input) {
  static const std::string path = kubectl_path();
  const TemporaryDirectory state;
  if (!input.empty()) {
    const std::string file = state.write("input.yaml", input);
    std::replace(arguments.begin(), arguments.end(), std::string("-"), file);
  }
  arguments.insert(arguments.begin(),
                   {path, "--kubeconfig=" + Cluster::instance().directory() + "/kubeconfig"});
  const Finished finished = run_program(arguments);
  if (finished.code == 0) return finished.output;
  std::string command;
  for (const std::string& word : arguments) command += word + " ";
  throw std::runtime_error(command + "\n" + finished.output);
}

}  // namespace reconcile::test
