#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// What became of one question.
struct Outcome {
  bool failed_alike = false;  ///< both sides answered an error
  bool crashed = false;       ///< the real tool died or took too long: nothing was compared
  std::string difference;     ///< one or more lines that name what differs; empty: nothing does
};

/// One generated case: what the real tool is asked, and how its answer is held against ours.
class Question {
 public:
  Question() = default;
  virtual ~Question() = default;
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  /// Differences are counted by it, e.g. the function called.
  virtual std::string topic() const = 0;
  /// For the oracle, without its newline.
  virtual std::string request_line() const = 0;
  /// Asks our side and compares. Throws model::Error where `answer_line` is none.
  virtual Outcome compare(const std::string& answer_line) const = 0;
  /// The whole case, to be read.
  virtual std::string text() const = 0;
};

/// Makes one case out of `random`, which is its own: the same seed gives the same case.
using MakeQuestion = std::unique_ptr<Question> (*)(Random& random);

struct Generator {
  std::string_view name;
  MakeQuestion make;
  std::size_t short_run_cases;  ///< of those that ./test/run compares
};

}  // namespace reconcile::fuzz
