// The one function that libreconcile_agent.so exports. No type and no exception crosses it.

#include <exception>
#include <iostream>

#include "engine/cli/command_frame.hpp"
#include "engine/cli/controller_command.hpp"
#include "engine/cli/diff_command.hpp"
#include "engine/cli/explain_command.hpp"
#include "engine/cli/gate_command.hpp"
#include "engine/cli/live_template_command.hpp"
#include "engine/cli/now_command.hpp"
#include "engine/cli/pause_command.hpp"
#include "engine/cli/receiver_command.hpp"
#include "engine/cli/remote_build_command.hpp"
#include "engine/cli/status_command.hpp"

namespace {

constexpr reconcile::engine::Command agent_commands[] = {
    {"controller", "", reconcile::engine::run_controller_command},
    {"receiver", "", reconcile::engine::run_receiver_command},
    {"now", "", reconcile::engine::run_now_command},
    {"diff", "", reconcile::engine::run_diff_command},
    {"explain", "", reconcile::engine::run_explain_command},
    {"status", "", reconcile::engine::run_status_command},
    {"pause", "", reconcile::engine::run_pause_command},
    {"resume", "", reconcile::engine::run_resume_command},
    {"gate", "", reconcile::engine::run_gate_command},
    {"template", "", reconcile::engine::run_live_template_command},
    {"build", "", reconcile::engine::run_remote_build_command},
};

}  // namespace

extern "C" __attribute__((visibility("default"))) int reconcile_agent_main(int argc, char** argv) {
  try {
    return reconcile::engine::run_from(agent_commands, argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "Error: " << error.what() << "\n";
    return 1;
  }
}
