#include "reconcile/io/metrics.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

using namespace reconcile;

TEST_CASE("writes the Prometheus text format", "[io][metrics]") {
  io::Metrics metrics;
  const auto requests = metrics.counter("requests_total", "Requests sent.", {{"verb", "get"}});
  requests.add();
  metrics.counter("requests_total", "Requests sent.", {{"verb", "get"}}).add(2);
  metrics.gauge("units", "Units known.").set(7);
  metrics.histogram("wait_seconds", "Waits.", {0.1, 1}).observe(0.5);
  CHECK(requests.value() == 3);
  const std::string text = metrics.expose();
  for (const char* line : {"# HELP requests_total Requests sent.\n", "# TYPE units gauge\n",
                           "requests_total{verb=\"get\"} 3\n", "units 7\n",
                           "wait_seconds_bucket{le=\"1\"} 1\n", "wait_seconds_count 1\n"}) {
    INFO(text);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("refuses bad names and a second type under one name", "[io][metrics]") {
  io::Metrics metrics;
  CHECK_THROWS_AS(metrics.counter("no spaces", ""), model::Error);
  metrics.counter("a_total", "");
  CHECK_THROWS_AS(metrics.gauge("a_total", ""), model::Error);
  metrics.counter("a_total", "").add();
  CHECK(metrics.counter("a_total", "").value() == 1);
}

TEST_CASE("removes the gauge of an object that is gone", "[io][metrics]") {
  io::Metrics metrics;
  metrics.gauge("ready", "", {{"name", "a"}}).set(1);
  metrics.remove_gauge("ready", {{"name", "a"}});
  metrics.remove_gauge("ready", {{"name", "never"}});
  CHECK(metrics.expose().find("name=\"a\"") == std::string::npos);
}

TEST_CASE("a handle to nothing counts nothing", "[io][metrics]") {
  const io::Counter counter;
  counter.add();
  CHECK(counter.value() == 0);
}
