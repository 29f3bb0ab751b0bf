#include "appliers/apply/request_window.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <optional>
#include <thread>
#include <vector>

namespace reconcile::appliers {
namespace {

std::shared_ptr<RequestWindow> window_of(std::size_t places) {
  return std::make_shared<RequestWindow>(places);
}

}  // namespace

TEST_CASE("A window has so many places and no more", "[appliers][apply][request_window]") {
  const auto window = window_of(2);
  int woken = 0;
  RequestWindow::Guest guest(window, [&] { ++woken; });
  CHECK(guest.take());
  CHECK(guest.take());
  CHECK_FALSE(guest.take());
  CHECK_FALSE(guest.take());
  window->give();
  CHECK(woken == 1);
  CHECK(guest.take());
  CHECK_FALSE(guest.take());
}

TEST_CASE("Places go to those who wait, in turn", "[appliers][apply][request_window]") {
  const auto window = window_of(1);
  RequestWindow::Guest first(window, [] {});
  RequestWindow::Guest second(window, [] {});
  RequestWindow::Guest third(window, [] {});
  REQUIRE(first.take());
  CHECK_FALSE(second.take());
  CHECK_FALSE(third.take());
  window->give();
  CHECK_FALSE(first.take());
  CHECK(second.take());
  CHECK_FALSE(second.take());
  window->give();
  CHECK_FALSE(second.take());
  CHECK(third.take());
  window->give();
  CHECK(first.take());
}

TEST_CASE("A guest that leaves gives back what it did not take",
          "[appliers][apply][request_window]") {
  const auto window = window_of(1);
  int woken = 0;
  RequestWindow::Guest stays(window, [&] { ++woken; });
  REQUIRE(stays.take());
  std::optional<RequestWindow::Guest> leaves;
  leaves.emplace(window, [] {});
  REQUIRE_FALSE(leaves->take());
  REQUIRE_FALSE(stays.take());
  window->give();
  CHECK(woken == 0);
  leaves.reset();
  CHECK(woken == 1);
  CHECK(stays.take());

  leaves.emplace(window, [] {});
  REQUIRE_FALSE(leaves->take());
  leaves.reset();
  window->give();
  CHECK(stays.take());
}

TEST_CASE("Threads share a window without one being forgotten",
          "[appliers][apply][request_window]") {
  constexpr int turns = 2000;
  const auto window = window_of(3);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  const auto work = [&] {
    std::atomic<int> wakes{0};
    RequestWindow::Guest guest(window, [&] {
      ++wakes;
      wakes.notify_one();
    });
    for (int turn = 0; turn < turns; ++turn) {
      while (true) {
        const int seen = wakes;
        if (guest.take()) break;
        wakes.wait(seen);
      }
      const int now = ++inside;
      for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
      }
      --inside;
      window->give();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= 3);
}

}  // namespace reconcile::appliers
