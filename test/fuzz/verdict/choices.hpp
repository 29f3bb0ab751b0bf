#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// The choices of one object, each by its place: a choice that is made anew leaves all others as
/// they are, so that two objects differ in that one place.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : seed_(seed) {}

  /// A step down while it lives.
  class Scope {
   public:
    Scope(Choices& choices, std::string_view step);
    Scope(Choices& choices, std::uint64_t step);
    ~Scope() {
      choices_.place_ = outer_;
      choices_.salt_ = outer_salt_;
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Choices& choices_;
    std::uint64_t outer_;
    std::uint64_t outer_salt_;
  };

  /// The choice at this place, of [0, count).
  std::size_t below(std::size_t count) { return pick(count, places_); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  /// As below, between spellings of one value.
  std::size_t spelling(std::size_t count) { return pick(count, spellings_); }

  /// Makes some choices anew; with `spellings_only` the value stays what it is. What is made anew
  /// is among the choices that were asked for since the start.
  void vary(Random& random, bool spellings_only);

 private:
  std::size_t pick(std::size_t count, std::vector<std::uint64_t>& places);

  std::uint64_t seed_;
  std::uint64_t place_ = 0;
  std::uint64_t salt_ = 0;  ///< of the places above
  std::map<std::uint64_t, std::uint64_t> salts_;
  std::vector<std::uint64_t> places_;
  std::vector<std::uint64_t> spellings_;
};

}  // namespace reconcile::fuzz
