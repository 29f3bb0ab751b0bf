#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/cli/command_line.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::test {

/// A command of the agent library run to its end inside the test.
struct CommandRun {
  CommandRun(int (*command)(const engine::CommandContext&), std::vector<std::string> arguments) {
    std::ostringstream out_text;
    std::ostringstream err_text;
    try {
      code = command({std::move(arguments), out_text, err_text, false});
    } catch (const model::Error& error) {
      thrown = error.what();
    }
    out = out_text.str();
    err = err_text.str();
  }
  int code = -1;  ///< -1 where it threw
  std::string out;
  std::string err;
  std::string thrown;  ///< the message; empty where it did not
};

}  // namespace reconcile::test
