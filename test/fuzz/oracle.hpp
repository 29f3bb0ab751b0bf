#pragma once

#include <string>
#include <vector>

#include "test/fuzz/case.hpp"
#include "test/support/line_program.hpp"

namespace reconcile::fuzz {

/// The request line of test/peers/helm-oracle for a case; Chart.yaml is added where it is missing.
std::string request_line(const Case& asked);
/// An answer line of it. Throws model::Error where the line is none.
Answer parse_answer(const Case& asked, const std::string& line);

/// The real engines of Helm 4 and 3, in a process of their own. Used by one thread.
class Oracle {
 public:
  /// `program` is what `test/peers/build helm-oracle` prints.
  explicit Oracle(const std::string& program) : program_({program}) {}

  /// One answer for each case. Throws std::runtime_error where the process gives none.
  std::vector<Answer> ask(const std::vector<Case>& cases);

 private:
  test::LineProgram program_;
};

/// Names what `test/peers/build helm-oracle` prints.
inline constexpr const char* oracle_variable = "RECONCILE_HELM_ORACLE";
/// The variable's value. Throws std::runtime_error that says how to set it.
std::string oracle_program();

}  // namespace reconcile::fuzz
