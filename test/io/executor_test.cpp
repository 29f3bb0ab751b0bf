#include "reconcile/io/executor.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "test/support/fake_clock.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;
using test::Watched;

TEST_CASE("runs loop tasks on the loop thread and pool tasks elsewhere", "[io][executor]") {
  io::Executor executor;
  Watched<int> loop_task{-1};
  Watched<int> pool_task{-1};
  executor.post_loop([&] { loop_task.set(executor.on_loop() ? 1 : 0); });
  executor.post_pool([&] { pool_task.set(executor.on_loop() ? 1 : 0); });
  REQUIRE(loop_task.wait([](int v) { return v >= 0; }));
  REQUIRE(pool_task.wait([](int v) { return v >= 0; }));
  CHECK(loop_task.get() == 1);
  CHECK(pool_task.get() == 0);
  CHECK_FALSE(executor.on_loop());
}

TEST_CASE("runs timers in due order when the clock is moved", "[io][executor]") {
  test::FakeClock clock;
  io::Executor executor({.workers = 1, .clock = &clock});
  Watched<std::string> seen;
  executor.schedule_after(20min, [&] { seen.change([](auto& s) { s += "b"; }); });
  executor.schedule_after(10min, [&] { seen.change([](auto& s) { s += "a"; }); });
  executor.schedule_after(30min, [&] { seen.change([](auto& s) { s += "c"; }); });
  io::Timer dropped = executor.schedule_after(5min, [&] { seen.set("wrong"); });
  CHECK(dropped.cancel());
  CHECK_FALSE(dropped.cancel());
  clock.advance(21min);
  executor.run_due_timers();
  REQUIRE(seen.wait([](const auto& s) { return s.size() == 2; }));
  CHECK(seen.get() == "ab");
  clock.advance(10min);
  executor.run_due_timers();
  REQUIRE(seen.wait([](const auto& s) { return s == "abc"; }));
}

TEST_CASE("runs timers by itself with the real clock", "[io][executor]") {
  io::Executor executor;
  Watched<int> runs;
  executor.schedule_after(1h, [&] { runs.set(100); });
  executor.schedule_after(5ms, [&] { runs.change([](int& v) { ++v; }); });
  executor.schedule_after(1ms, [&] { runs.change([](int& v) { ++v; }); });
  CHECK(runs.wait([](int v) { return v == 2; }));
}

TEST_CASE("a serial queue keeps order and never runs two tasks at once", "[io][executor]") {
  io::Executor executor({.workers = 4});
  io::SerialQueue queue(executor);
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  std::string order;
  Watched<bool> done;
  for (int i = 0; i < 200; ++i) {
    queue.post([&, i] {
      if (inside.fetch_add(1) != 0 || !queue.inside()) overlapped = true;
      order += static_cast<char>('a' + i % 26);
      inside.fetch_sub(1);
    });
  }
  queue.post([&] { done.set(true); });
  REQUIRE(done.wait([](bool v) { return v; }));
  CHECK_FALSE(overlapped);
  REQUIRE(order.size() == 200);
  CHECK(order.substr(0, 5) == "abcde");
  CHECK_FALSE(queue.inside());
}

TEST_CASE("a task that throws harms nothing else", "[io][executor]") {
  io::Executor executor({.workers = 1});
  Watched<bool> done;
  executor.post_pool([] { throw std::runtime_error("expected by the test"); });
  executor.post_pool([&] { done.set(true); });
  CHECK(done.wait([](bool v) { return v; }));
}

TEST_CASE("stop lets queued tasks finish", "[io][executor]") {
  io::Executor executor({.workers = 2});
  std::atomic<int> finished{0};
  for (int i = 0; i < 50; ++i) executor.post_pool([&] { ++finished; });
  CHECK(executor.stop(10s));
  CHECK(finished == 50);
  executor.post_pool([&] { ++finished; });
  executor.post_loop([&] { ++finished; });
  CHECK(finished == 50);
}

TEST_CASE("stop gives up on a queue that does not end", "[io][executor]") {
  io::Executor executor({.workers = 1});
  Watched<bool> begun;
  Watched<bool> release;
  std::atomic<bool> second{false};
  executor.post_pool([&] {
    begun.set(true);
    release.wait([](bool v) { return v; });
  });
  executor.post_pool([&] { second = true; });
  REQUIRE(begun.wait([](bool v) { return v; }));
  // The timer releases the first task long after the limit; by then the second one is dropped.
  executor.schedule_after(100ms, [&] { release.set(true); });
  CHECK_FALSE(executor.stop(1ms));
  CHECK_FALSE(second);
}
