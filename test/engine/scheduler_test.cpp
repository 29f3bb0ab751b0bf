#include <catch2/catch.hpp>
#include <stdexcept>

#include "engine/controllers/revert_throttle.hpp"
#include "engine/scheduler/delay.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

TEST_CASE("jitter stays within its percentage on both sides", "[engine][scheduler][delay]") {
  bool shorter = false;
  bool longer = false;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = with_jitter(100s, 5);
    REQUIRE(delay >= 95s);
    REQUIRE(delay <= 105s);
    shorter = shorter || delay < 100s;
    longer = longer || delay > 100s;
  }
  CHECK(shorter);
  CHECK(longer);
  CHECK(with_jitter(100s, 0) == 100s);
}

TEST_CASE("retries double from five seconds up to the limit", "[engine][scheduler][delay]") {
  const auto about = [](std::size_t failures) { return retry_delay(failures, 1h); };
  CHECK(about(1) >= 4500ms);
  CHECK(about(1) <= 5500ms);
  CHECK(about(3) >= 18s);
  CHECK(about(3) <= 22s);
  CHECK(retry_delay(100000, 10min) == 10min);
  CHECK(retry_delay(4, 0s) == 1s);
}

TEST_CASE("a pool runs its tasks in order and survives one that throws",
          "[engine][scheduler][work_pool]") {
  WorkPool pool("test", 1);
  test::Watched<std::string> told;
  for (const char* name : {"a", "b", "c"}) {
    pool.post([&told, name] {
      told.change([name](std::string& text) { text += name; });
      if (*name == 'b') throw std::runtime_error("broken");
    });
  }
  CHECK(told.wait([](const std::string& text) { return text == "abc"; }));
}

TEST_CASE("a pool that stops drops what waits and ends what runs",
          "[engine][scheduler][work_pool]") {
  test::Watched<int> stage;
  std::string ran;
  WorkPool pool("test", 1);
  pool.post([&] {
    stage.set(1);
    stage.wait([](int value) { return value == 2; });
    ran += "first";
  });
  stage.wait([](int value) { return value == 1; });
  pool.post([&] { ran += "second"; });
  CHECK(pool.size() == 2);
  std::thread stopper([&] { pool.stop(); });
  // The queue is emptied before the running task is waited for.
  while (pool.size() != 1) std::this_thread::yield();
  stage.set(2);
  stopper.join();
  pool.post([&] { ran += "third"; });
  pool.stop();
  CHECK(ran == "first");
  CHECK(pool.size() == 0);
}

TEST_CASE("reverts of one object wait longer and longer",
          "[engine][controllers][revert_throttle]") {
  RevertThrottle throttle;
  const model::ObjectId one{"", "ConfigMap", "a", "one"};
  const model::ObjectId two{"", "ConfigMap", "a", "two"};
  const model::SteadyTime start{};
  for (std::size_t i = 0; i < RevertThrottle::free_reverts; ++i)
    CHECK(throttle.next_delay(one, start) == 0s);
  CHECK(throttle.next_delay(one, start) == 1s);
  CHECK(throttle.next_delay(one, start) == 2s);
  for (int i = 0; i < 50; ++i) throttle.next_delay(one, start);
  CHECK(throttle.next_delay(one, start) == 5min);
  CHECK(throttle.next_delay(two, start) == 0s);
  CHECK(throttle.next_delay(one, start + 61min) == 0s);
}

TEST_CASE("forgets objects that were quiet for an hour", "[engine][controllers][revert_throttle]") {
  RevertThrottle throttle;
  model::SteadyTime now{};
  for (int i = 0; i < 10'000; ++i) {
    throttle.next_delay({"", "ConfigMap", "a", std::to_string(i)}, now);
    now += 1min;
  }
  CHECK(throttle.size() < 1000);
}
