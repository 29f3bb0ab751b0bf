#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// Whether a render may ask a cluster.
enum class DryRunMode {
  client,  ///< nothing is asked: the same flags and files give the same bytes
  server,  ///< `lookup` reads the cluster, and `.Capabilities` is the cluster's
};

/// What the flags of `template` say. Their forms and defaults are those of `helm template` (4.3.1,
/// and 3.22.0 with --profile helm3).
struct TemplateFlags {
  std::string chart;  ///< directory or .tgz
  std::string name;   ///< empty where not given
  std::vector<std::string> values_files;
  std::vector<std::string> set_json;
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::vector<std::string> set_file;
  std::vector<std::string> set_literal;
  std::vector<std::string> api_versions;
  std::vector<std::string> show_only;
  std::string profile = "helm4";
  std::string name_space = "default";
  std::string kube_version;
  std::string name_template;
  std::string output_dir;
  bool generate_name = false;
  bool release_name_in_output_dir = false;
  bool include_crds = false;
  bool skip_tests = false;
  bool no_hooks = false;
  bool is_upgrade = false;
  bool skip_schema_validation = false;
  bool enable_dns = false;
  bool debug = false;
  DryRunMode dry_run = DryRunMode::client;
  std::string kubeconfig;  ///< for DryRunMode::server, as `ClusterFlags` has them
  std::string kube_context;
};

/// Reads the arguments into `flags`; answers the exit code where the command ends here (--help, or
/// wrong use, which is printed). Throws model::Error for flags that are refused, saying what to do
/// instead.
std::optional<int> read_template_flags(const CommandContext& context, TemplateFlags& flags);

/// Whether the arguments ask for DryRunMode::server, told without reading the others.
bool asks_cluster(const std::vector<std::string>& arguments);

}  // namespace reconcile::engine
