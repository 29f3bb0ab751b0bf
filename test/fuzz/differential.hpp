#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "test/fuzz/question.hpp"
#include "test/support/line_program.hpp"

namespace reconcile::fuzz {

/// The question `index` of a run: it depends on nothing but these.
std::unique_ptr<Question> question_of(const Generator& generator, std::uint64_t seed,
                                      std::size_t index);

/// What comes back from a run.
struct Totals {
  std::size_t cases = 0;
  std::size_t failed_alike = 0;  ///< both sides answered an error
  std::size_t crashed = 0;       ///< the real tool died: nothing was compared
  /// The real tool answers by chance, which ours is one of.
  std::size_t random = 0;
};

/// One question that both sides answered differently.
struct Difference {
  std::size_t index = 0;  ///< of the question in its generator's run
  const Question* question = nullptr;
  std::string text;
};

struct Observer {
  std::function<void(std::size_t index)> begins;  ///< before our side works on a question
  std::function<void()> ends;                     ///< after it
  std::function<void(const Difference&)> differs;
};

/// Compares the questions `first`, `first` + `step`, … below `end`.
Totals compare(const Generator& generator, std::uint64_t seed, std::size_t first, std::size_t end,
               std::size_t step, test::LineProgram& oracle, const Observer& observer);

/// How to see the question of a difference again, and the question itself.
std::string report(const Generator& generator, std::uint64_t seed, const Difference& found);

}  // namespace reconcile::fuzz
