#pragma once

#include <span>
#include <string_view>

namespace reconcile::fuzz {

/// A function of templates and what it takes.
struct TemplateFunction {
  std::string_view name;
  /// A letter for each argument (see Expressions); `*` repeats the letter before it 0 to 3 times.
  std::string_view kinds;
  enum Trait : unsigned char {
    plain = 0,
    small = 1,     ///< numbers are sizes: large ones would only cost memory
    exact = 2,     ///< other kinds would give the time of day
    unsorted = 4,  ///< the order of its answer is random
    helm4 = 8,     ///< Helm 4 alone has it
    rare = 16,     ///< slow
  };
  unsigned char traits = plain;
};

/// Every function whose answer depends on its arguments alone.
std::span<const TemplateFunction> template_functions();

}  // namespace reconcile::fuzz
