#pragma once

#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// The choices of one case. Three cases in four are made without mistakes, so that most builds get
/// to their end.
class Chooser : public Random {
 public:
  explicit Chooser(std::uint64_t seed) : Random(seed), is_careful_(chance(75)) {}

  /// Whether a mistake is made here.
  bool slips(std::size_t percent) { return !is_careful_ && chance(percent); }
  [[nodiscard]] bool is_careful() const { return is_careful_; }

 private:
  bool is_careful_;
};

}  // namespace reconcile::fuzz
