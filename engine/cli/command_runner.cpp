#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "engine/cli/command_frame.hpp"

namespace reconcile::engine {
namespace {

std::string_view canonical(std::string_view name) {
  if (name == "--version" || name == "-v") return "version";
  if (name == "--help" || name == "-h") return "help";
  return name;
}

}  // namespace

const Command* find_command(std::span<const Command> commands, std::string_view name) {
  for (const Command& command : commands) {
    if (command.name == canonical(name)) return &command;
  }
  return nullptr;
}

bool shows_color(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(descriptor) == 1 && !dumb && std::getenv("NO_COLOR") == nullptr;
}

int run_from(std::span<const Command> commands, int argc, char** argv) {
  const Command* command = find_command(commands, argv[1]);
  const CommandContext context{
      {argv + 2, argv + argc}, std::cout, std::cerr, shows_color(STDOUT_FILENO)};
  // `diff` keeps 1 for "there are differences".
  const int failed = command->name == "diff" ? exit_usage : exit_failed;
  int code = failed;
  try {
    code = command->run(context);
  } catch (const std::exception& error) {
    std::cerr << "Error: " << error.what() << "\n";
  }
  std::cout.flush();
  if (std::cout.fail()) {
    std::cerr << "Error: cannot write to standard output\n";
    return failed;
  }
  return code;
}

}  // namespace reconcile::engine
