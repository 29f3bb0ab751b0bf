#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/cli/command_line.hpp"
#include "reconcile/diff/comparison.hpp"

namespace CLI {
class App;
}

namespace reconcile::engine {

/// How differences are printed.
struct ChangeOutputFlags {
  std::string output = "text";  ///< text, json or markdown
  std::string color = "auto";   ///< always, never, or auto: on a terminal without NO_COLOR
};

/// Adds --output and --color.
void add_change_output_flags(CLI::App& app, ChangeOutputFlags& flags);
/// Whether text is to be coloured.
bool paints(const ChangeOutputFlags& flags, const CommandContext& context);

/// Prints the changes of one unit. `full_command` is what prints all of what Markdown leaves out.
void print_changes(const CommandContext& context, const ChangeOutputFlags& flags,
                   const diff::ChangeSet& changes, const std::string& full_command);
/// Prints the changes of several units, each under its name.
void print_groups(const CommandContext& context, const ChangeOutputFlags& flags,
                  std::span<const diff::ChangeGroup> groups, const std::string& full_command);

}  // namespace reconcile::engine
