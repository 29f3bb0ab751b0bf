#include "engine/cli/command_frame.hpp"

#include <iostream>
#include <string>

#include "engine/cli/agent_library.hpp"
#include "engine/cli/build_command.hpp"
#include "engine/cli/heap_steps.hpp"
#include "engine/cli/template_command.hpp"
#include "engine/cli/version.hpp"

namespace reconcile::engine {
namespace {

int run_version_command(const CommandContext& context) {
  context.out << "reconcile " << version << "\n";
  return exit_ok;
}

int run_help_command(const CommandContext& context) {
  context.out << "Reconcile keeps Kubernetes clusters as a Git repository says.\n\n"
                 "Usage: reconcile COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const Command& command : commands()) {
    std::string name(command.name);
    name.resize(12, ' ');
    context.out << "  " << name << command.summary << "\n";
  }
  context.out
      << "\n`reconcile COMMAND --help` tells the flags. Exit codes: 0 done, 1 failed (diff: "
         "differences), 2 wrong use (diff: failed).\n";
  return exit_ok;
}

constexpr Command table[] = {
    {"controller", "run the in-cluster agent", nullptr},
    {"receiver", "take webhooks for agents that run elsewhere", nullptr},
    {"now", "reconcile now, and show what changed", nullptr},
    {"diff", "three-way diff against the cluster, or of two renders, field by field", nullptr},
    {"explain", "where an object comes from, who writes it, how it is", nullptr},
    {"status", "what runs where, and what does not", nullptr},
    {"pause", "leave units or objects as they are for a time", nullptr},
    {"resume", "end such a pause now", nullptr},
    {"gate", "what an environment holds back and why; keys, resets", nullptr},
    {"template", "render a Helm chart, as `helm template` does", run_template_command},
    {"build", "build a kustomization, as `kustomize build` does", run_build_command},
    {"version", "print the version", run_version_command},
    {"help", "print this", run_help_command},
};

}  // namespace

std::span<const Command> commands() {
  return table;
}

int run_program(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (argc < 2) {
    run_help_command({{}, std::cerr, std::cerr, false});
    return exit_usage;
  }
  const Command* command = find_command(table, argv[1]);
  if (command == nullptr) {
    std::cerr << "Error: unknown command \"" << argv[1] << "\", expected one of:";
    for (const Command& known : table) std::cerr << " " << known.name;
    std::cerr << "\n";
    return exit_usage;
  }
  const bool needs_cluster = command->run == nullptr || (command->run == run_template_command &&
                                                         asks_cluster({argv + 2, argv + argc}));
  if (needs_cluster) return run_in_agent_library(argc, argv);
  grow_heap_in_large_steps();
  const int code = run_from(table, argc, argv);
  return code == exit_asks_other_machines ? run_in_agent_library(argc, argv) : code;
}

}  // namespace reconcile::engine
