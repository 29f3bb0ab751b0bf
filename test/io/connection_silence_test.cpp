#include "base/io/connection_silence.hpp"

#include <catch2/catch.hpp>

using reconcile::io::ConnectionSilence;
using reconcile::model::SteadyTime;
using std::chrono::seconds;

namespace {

SteadyTime at(int second) {
  return SteadyTime(seconds(second));
}

}  // namespace

TEST_CASE("a connection is silent since the first question that nothing came after",
          "[io][connection_silence]") {
  ConnectionSilence silence;
  silence.opened(7, at(0));
  // Idle: nobody asked.
  silence.asked(7, at(100));
  silence.asked(7, at(103));
  CHECK(silence.silent_since(7) == at(100));
  silence.heard(7, at(104));
  CHECK(silence.silent_since(7) == at(104));
  silence.asked(7, at(110));
  CHECK(silence.silent_since(7) == at(110));
}

TEST_CASE("a descriptor that is used again is another connection", "[io][connection_silence]") {
  ConnectionSilence silence;
  silence.opened(7, at(0));
  silence.asked(7, at(1));
  silence.closed(7);
  CHECK_FALSE(silence.silent_since(7));
  silence.asked(7, at(2));
  CHECK_FALSE(silence.silent_since(7));
  silence.opened(7, at(5));
  CHECK(silence.silent_since(7) == at(5));
}

TEST_CASE("connections that told nothing after a time are found", "[io][connection_silence]") {
  ConnectionSilence silence;
  silence.opened(7, at(0));
  silence.opened(8, at(0));
  silence.heard(8, at(20));
  CHECK(silence.unheard_after(at(10)) == std::vector<int>{7});
  silence.opened(9, at(30));
  CHECK(silence.unheard_after(at(10)) == std::vector<int>{7});
}
