#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "reconcile/model/error.hpp"

namespace reconcile::engine {

/// What a command works with: its arguments without the program's and the command's name, and where
/// it prints. `color` is true only where `out` is a terminal that wants it.
struct CommandContext {
  std::vector<std::string> arguments;
  std::ostream& out;
  std::ostream& err;
  bool color = false;
};

/// Exit codes that all commands share; `diff` answers 1 for differences.
enum ExitCode : int { exit_ok = 0, exit_failed = 1, exit_usage = 2 };

/// The whole content of a file that a person named on the command line, "-" for standard input.
/// Throws Error(not_found|unauthorized|limit_exceeded) naming it.
std::string read_named_file(const std::string& path);

/// `path` made absolute and without the leading slash: how it is named in disk_tree("/").
std::string path_below_machine_root(const std::string& path);

/// Lets an error about a file of disk_tree("/") that is `path` or lies below it name the file as
/// who typed `path` would.
void name_as_typed(model::Error& error, const std::string& path);

}  // namespace reconcile::engine
