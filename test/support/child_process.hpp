#pragma once

#include <string>
#include <vector>

namespace reconcile::test {

/// A program that was started, with pipes at its standard input and output. Whoever starts it
/// closes the pipes and waits for it.
struct Child {
  int pid = -1;
  int input = -1;
  int output = -1;
};

/// Where the child's standard error goes.
enum class ChildErrors { inherited, output };

/// Throws std::runtime_error where there are no pipes; a program that is not there exits with 127.
Child start_child(const std::vector<std::string>& command,
                  const std::vector<std::string>& environment,
                  ChildErrors errors = ChildErrors::inherited);

}  // namespace reconcile::test
