// An API server that answers, but not what was asked for: too many requests, out of order, cut and
// slow answers. The proxy counts what is asked meanwhile.

#include <atomic>
#include <catch2/catch.hpp>

#include "test/integration/faults/proxied_agent.hpp"

using namespace reconcile::test;
using std::chrono::milliseconds;

namespace {

milliseconds fault_time() {
  return milliseconds(long_form() ? 30'000 : 1'200);
}

/// Every request is treated so, except Leases and each `nth`.
ApiProxy::Rule mostly(const Treatment& treatment, unsigned nth) {
  const auto count = std::make_shared<std::atomic<unsigned>>(0);
  return [=](const ApiCall& call) {
    return call.is_lease() || ++*count % nth == 0 ? Treatment{} : treatment;
  };
}

}  // namespace

TEST_CASE("refusals of the API server are waited out at a bounded rate",
          "[.integration][faults][refusal]") {
  ProxiedAgent agent("refusals");
  agent.start();
  struct Row {
    const char* what;
    int code;
    const char* reason;
    const char* headers;
  };
  const Row rows[] = {{"429 with Retry-After", 429, "TooManyRequests", "Retry-After: 1\r\n"},
                      {"429 without Retry-After", 429, "TooManyRequests", ""},
                      {"503", 503, "ServiceUnavailable", ""},
                      {"500", 500, "InternalError", ""},
                      {"504", 504, "Timeout", ""}};
  for (const Row& row : rows) {
    const Treatment treatment = refusal(row.code, row.reason, row.headers);
    agent.begin_fault([treatment](const ApiCall&) { return treatment; });
    agent.suffer(fault_time());
    agent.mend(std::string(row.what) + " to everything");
  }
  for (const Row& row : rows) {
    if (!long_form() && row.code > 500) continue;
    agent.begin_fault(mostly(refusal(row.code, row.reason, row.headers), 2));
    agent.suffer(fault_time());
    agent.mend(std::string(row.what) + " to half of it", 120);
  }
}

TEST_CASE("a wait that the API server asks for does not last longer than half a minute",
          "[.integration][faults][refusal]") {
  if (!long_form()) return;  // It takes that half minute.
  ProxiedAgent agent("long-wait");
  agent.start();
  const Treatment treatment = refusal(429, "TooManyRequests", "Retry-After: 3600\r\n");
  agent.begin_fault([treatment](const ApiCall&) { return treatment; });
  agent.suffer(milliseconds(1'000));
  agent.mend("Retry-After of an hour");
}

TEST_CASE("answers that break off in the middle of a list or an event are read anew",
          "[.integration][faults][refusal]") {
  ProxiedAgent agent("partial");
  agent.start();
  const auto count = std::make_shared<std::atomic<unsigned>>(0);
  agent.begin_fault([count](const ApiCall& call) {
    const unsigned number = ++*count;
    Treatment treatment;
    if (call.is_lease() || number % 3 == 0) return treatment;
    treatment.cut_after = number * 7919 % 3'000;
    return treatment;
  });
  agent.suffer(fault_time() * 2);
  agent.mend("answers cut in the middle", 120);
}

TEST_CASE("answers of the API server that trickle are waited for",
          "[.integration][faults][refusal]") {
  ProxiedAgent agent("slow");
  agent.start();
  agent.begin_fault([](const ApiCall& call) {
    Treatment treatment;
    treatment.piece_bytes = call.is_list() ? 200 : 1000;
    return treatment;
  });
  agent.suffer(fault_time());
  agent.mend("answers that trickle", 120);
}
