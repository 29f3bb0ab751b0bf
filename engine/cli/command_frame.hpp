#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// One command of the program.
struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line for `reconcile help`
  /// Runs it. Null: the agent library has it.
  int (*run)(const CommandContext& context);
};

/// Every command, in the order in which `help` lists them.
std::span<const Command> commands();

/// The command of that name ("--help" and "--version" too); null where there is none.
const Command* find_command(std::span<const Command> commands, std::string_view name);

/// The program: finds the command that `argv[1]` names and runs it, or hands over to the agent
/// library. Prints errors to standard error as "Error: …". Answers the exit code.
int run_program(int argc, char** argv);

/// Runs one of the commands of `table` with the arguments behind its name. What it throws is
/// printed.
int run_from(std::span<const Command> table, int argc, char** argv);

/// Whether `descriptor` is a terminal that shows colours (NO_COLOR unset, TERM not dumb).
bool shows_color(int descriptor);

}  // namespace reconcile::engine
