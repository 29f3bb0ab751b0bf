#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "test/support/child_process.hpp"

namespace reconcile::test {

/// A program that answers each line of its standard input with a line on its standard output, in
/// order. Started at construction, ended with the object. Used by one thread.
class LineProgram {
 public:
  /// Throws std::runtime_error where there are no pipes.
  explicit LineProgram(const std::vector<std::string>& command);
  ~LineProgram();
  LineProgram(const LineProgram&) = delete;
  LineProgram& operator=(const LineProgram&) = delete;

  /// Writes all `lines` (each without its newline) and answers as many. Throws std::runtime_error
  /// where the program ends before or nothing comes for `silence_max`.
  std::vector<std::string> ask(const std::vector<std::string>& lines,
                               std::chrono::milliseconds silence_max = std::chrono::seconds(60));

 private:
  void read_some(std::vector<std::string>& answers);

  Child child_;
  std::string partial_;  ///< what was read of a line that has not ended
};

}  // namespace reconcile::test
