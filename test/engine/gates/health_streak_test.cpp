#include <catch2/catch.hpp>

#include "engine/gates/health_streak.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;

namespace {

const model::WallTime start{1'767'225'600s};

/// One letter a step: g(reen), p(ending), f(ailed), u(nknown), each held for a minute;
/// n(ew revision), s(ame content under a new revision) take no time.
struct Played {
  HealthStreak streak;
  model::WallTime now = start;
};

Played play(const std::string& steps) {
  Played played;
  played.streak.begin("r0", false);
  int revision = 0;
  for (const char step : steps) {
    if (step == 'n' || step == 's') {
      played.streak.begin("r" + std::to_string(++revision), step == 's');
      continue;
    }
    const UnitState state = step == 'g'   ? UnitState::green
                            : step == 'p' ? UnitState::pending
                            : step == 'f' ? UnitState::failed
                                          : UnitState::unknown;
    played.streak.observe(state, played.now);
    played.now += 1min;
  }
  return played;
}

}  // namespace

TEST_CASE("keeps the continuous healthy time", "[engine][gates][health_streak]") {
  struct Row {
    std::string steps;
    int healthy;  ///< minutes until now; -1: not green
    int unhealthy;
    std::uint32_t flaps;
  };
  const Row rows[] = {
      {"", -1, 0, 0},      {"g", 1, 0, 0},
      {"ggg", 3, 0, 0},    {"ppg", 1, 0, 0},  // the way to the first green is no illness
      {"pffg", 1, 2, 0},                      // failing before it is
      {"ggpg", 1, 1, 1},                      // degraded: begins anew
      {"ggpgpg", 1, 2, 2},                    // and the flaps add up
      {"ggpp", -1, 2, 1},                     // one flap, however long
      {"ggff", -1, 2, 1},                     //
      {"guug", 2, 0, 0},                      // a pause is taken out
      {"gugug", 3, 0, 0},                     //
      {"guu", -1, 0, 0},                      // nothing is known now
      {"gupg", 1, 1, 1},                      // the pause ended in illness
      {"gfug", 1, 1, 1},                      // what is not known is not counted as ill
      {"ugg", 2, 0, 0},                       //
      {"uuu", -1, 0, 0},                      //
      {"ggsgg", 4, 0, 0},                     // same content, new revision: goes on
      {"gpgsg", 2, 1, 1},                     // with its past
      {"ggngg", 2, 0, 0},                     // new content: begins anew
      {"gpgnpg", 1, 0, 0},                    // without its past
      {"ggnp", -1, 0, 0},                     //
      {"gunug", 1, 0, 0},
  };
  for (const Row& row : rows) {
    INFO("\"" << row.steps << "\"");
    const Played played = play(row.steps);
    const auto since = played.streak.healthy_since();
    CHECK((since ? (played.now - *since) / 1min : -1) == row.healthy);
    CHECK(played.streak.unhealthy(played.now) == row.unhealthy * 1min);
    CHECK(played.streak.flaps() == row.flaps);
  }
}

TEST_CASE("a later observation of the same changes nothing", "[engine][gates][health_streak]") {
  // Whatever is seen twice in a row at once is as if it were seen once.
  const std::string letters = "gpfuns";
  for (int code = 0; code < 6 * 6 * 6 * 6 * 6; ++code) {
    std::string steps;
    for (int rest = code, i = 0; i < 5; ++i, rest /= 6) {
      steps += letters[static_cast<std::size_t>(rest % 6)];
    }
    Played once = play(steps);
    const auto since = once.streak.healthy_since();
    // Never healthy for longer than time has passed, never since the future.
    if (since && (*since < start || *since > once.now)) FAIL(steps);
    const auto unhealthy = once.streak.unhealthy(once.now);
    if (since && unhealthy + (once.now - *since) > once.now - start) FAIL(steps);
    HealthStreak twice = once.streak;
    twice.observe(once.streak.state(), once.now);
    if (twice.healthy_since() != since || twice.flaps() != once.streak.flaps() ||
        twice.unhealthy(once.now) != unhealthy) {
      FAIL(steps);
    }
  }
}

TEST_CASE("a clock that steps back makes no time", "[engine][gates][health_streak]") {
  HealthStreak streak;
  streak.begin("r", false);
  streak.observe(UnitState::green, start);
  streak.observe(UnitState::unknown, start + 10min);
  streak.observe(UnitState::green, start - 1h);
  CHECK(streak.healthy_since() == start);
  streak.observe(UnitState::failed, start);
  CHECK(streak.unhealthy(start - 1h) == 0s);
  streak.observe(UnitState::green, start - 2h);
  CHECK(streak.unhealthy(start) == 0s);
  CHECK(streak.flaps() == 1);
}

TEST_CASE("an agent goes on from its newest record", "[engine][gates][health_streak]") {
  UnitEvidence last;
  last.revision = "r1";
  last.state = UnitState::green;
  last.healthy_since = start;
  last.unhealthy = 30s;
  last.flaps = 2;
  HealthStreak streak = HealthStreak::resumed(last, start + 10min);
  CHECK(streak.state() == UnitState::unknown);
  CHECK(streak.revision() == "r1");
  CHECK_FALSE(streak.healthy_since());
  streak.observe(UnitState::green, start + 25min);
  CHECK(streak.healthy_since() == start + 15min);  // ten minutes before the gap of fifteen
  CHECK(streak.flaps() == 2);
  CHECK(streak.unhealthy(start + 1h) == 30s);

  streak = HealthStreak::resumed(last, start + 10min);
  streak.observe(UnitState::failed, start + 25min);
  CHECK(streak.flaps() == 3);

  last.state = UnitState::pending;
  last.healthy_since.reset();
  streak = HealthStreak::resumed(last, start + 10min);
  streak.observe(UnitState::green, start + 25min);
  CHECK(streak.healthy_since() == start + 25min);
}
