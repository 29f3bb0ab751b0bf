#include "reconcile/kube/api_status.hpp"

#include <catch2/catch.hpp>

#include "appliers/kube/request_http.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

TEST_CASE("reads a Status with causes", "[appliers][kube]") {
  const auto status = kube::parse_api_status(
      409, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"Apply failed",
              "reason":"Conflict","code":409,"details":{"name":"a","uid":"u1","retryAfterSeconds":2,
              "causes":[{"reason":"FieldManagerConflict","message":"conflict with \"x\"",
              "field":".spec.replicas"}]}})");
  CHECK(status.conflict());
  CHECK(status.has_cause("FieldManagerConflict"));
  CHECK(status.causes.at(0).field == ".spec.replicas");
  CHECK(status.uid == "u1");
  CHECK(status.retry_after == 2s);
  CHECK(status.display() == "409 Conflict: Apply failed");
}

TEST_CASE("makes do with bodies that are no Status", "[appliers][kube]") {
  const auto proxy = kube::parse_api_status(503, "<html>busy</html>");
  CHECK(proxy.reason == "ServiceUnavailable");
  CHECK(proxy.message == "<html>busy</html>");
  CHECK(kube::parse_api_status(500, "{\"kind\":").reason == "InternalError");
  CHECK(kube::parse_api_status(404, "").display() == "404 NotFound");
  CHECK(kube::parse_api_status(500, std::string(10'000, 'x')).message.size() < 4200);
  CHECK(kube::parse_api_status(418, "{\"kind\":\"Status\",\"code\":7}").code == 418);
}

TEST_CASE("decides which answers are asked for again", "[appliers][kube]") {
  using kube::Verb;
  const kube::RetryRules rules{100ms, 5s, 3};
  const auto answer = [](int status, std::optional<std::chrono::seconds> after = {}) {
    io::HttpResponse response;
    response.status = status;
    response.retry_after = after;
    return response;
  };
  CHECK(kube::retry_wait(Verb::apply, answer(429, 2s), 1, rules) == 2s);
  CHECK(kube::retry_wait(Verb::apply, answer(429, 60s), 1, rules) == 5s);
  CHECK(kube::retry_wait(Verb::apply, answer(429), 2, rules) == 200ms);
  CHECK(kube::retry_wait(Verb::create, answer(429, 1s), 1, rules) == 1s);
  CHECK(kube::retry_wait(Verb::get, answer(503), 1, rules) == 100ms);
  CHECK_FALSE(kube::retry_wait(Verb::create, answer(503), 1, rules));
  CHECK(kube::retry_wait(Verb::apply, answer(500, 1s), 1, rules) == 1s);
  CHECK_FALSE(kube::retry_wait(Verb::apply, answer(500), 1, rules));
  CHECK_FALSE(kube::retry_wait(Verb::apply, answer(409), 1, rules));
  CHECK_FALSE(kube::retry_wait(Verb::apply, answer(429), 4, rules));
  io::HttpResponse broken;
  broken.error = model::Error(model::ErrorCode::unavailable, "reset");
  CHECK(kube::retry_wait(Verb::apply, broken, 1, rules));
  CHECK_FALSE(kube::retry_wait(Verb::apply, broken, 3, rules));
  CHECK_FALSE(kube::retry_wait(Verb::create, broken, 1, rules));
  broken.error = model::Error(model::ErrorCode::unauthorized, "wrong certificate");
  CHECK_FALSE(kube::retry_wait(Verb::get, broken, 1, rules));
}
