#pragma once

#include <map>
#include <string>
#include <vector>

#include "renderers/kustomize/res_map.hpp"
#include "renderers/kustomize/transformer_config.hpp"

namespace reconcile::kustomize {

/// One entry of `vars`.
struct Variable {
  std::string name;
  std::string group;
  std::string version;
  std::string kind;
  std::string object_name;
  std::string namespace_name;
  std::string field_path;  ///< "metadata.name" by default

  static Variable from(model::Value value);
};

/// What a kustomization and everything below it has gathered.
class Accumulator {
 public:
  ResMap objects;
  TransformerConfigPointer config;
  std::map<std::string, Variable> variables;

  /// Takes in a sub-directory. Throws Error(invalid_input) where an id or a variable is there
  /// already.
  void merge(Accumulator&& other);
  /// Registers `vars` of a kustomization and marks the objects they read.
  void merge_variables(const std::vector<Variable>& incoming);
};

}  // namespace reconcile::kustomize
