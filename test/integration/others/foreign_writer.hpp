#pragma once

#include <string>
#include <vector>

#include "reconcile/kube/request.hpp"
#include "reconcile/model/object.hpp"
#include "test/integration/agent_process.hpp"

namespace reconcile::test {

/// One object of the server and a field manager that writes to it; every write throws where the
/// server refuses it. All but `apply` are Updates.
class ForeignWriter {
 public:
  ForeignWriter(std::string manager, model::Gvk gvk, std::string space, std::string name)
      : manager_(std::move(manager)),
        gvk_(std::move(gvk)),
        space_(std::move(space)),
        name_(std::move(name)) {}

  void merge(const std::string& json) const { patch(kube::Verb::merge_patch, json); }
  void json_patch(const std::string& json) const { patch(kube::Verb::json_patch, json); }
  /// Through a subresource, "scale" or "status".
  void merge_into(const std::string& subresource, const std::string& json) const;
  /// Server-side apply of `yaml` by force.
  void apply(const std::string& yaml) const;

 private:
  void patch(kube::Verb verb, const std::string& json) const;

  std::string manager_;
  model::Gvk gvk_;
  std::string space_;
  std::string name_;
};

/// Runs the control plane's kubectl as its administrator, with `input` as the file "-"; throws with
/// its output where it fails.
std::string kubectl(std::vector<std::string> arguments, const std::string& input = "");

}  // namespace reconcile::test
