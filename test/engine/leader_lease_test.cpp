#include "engine/controllers/leader_lease.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::FakeClock;

namespace {

constexpr const char* lease_path = "/apis/coordination.k8s.io/v1/namespaces/a/leases";

io::ServerResponse json(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body),
          .stream = {}};
}

io::ServerResponse refusal(int code, const std::string& reason) {
  return json(code, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no",)"
                    R"("reason":")" +
                        reason + R"(","code":)" + std::to_string(code) + "}");
}

/// One Lease as an API server keeps it.
struct LeaseServer {
  io::Executor executor{{.workers = 2}};
  test::FakeApiServer server{executor};
  io::HttpClient http{executor};
  FakeClock clock;
  kube::Client client{executor, http, server.config()};
  std::mutex mutex;
  std::string spec;  ///< empty: there is none
  int version = 0;
  int uid = 1;
  int code = 0;               ///< every request is answered so; 0: as it should
  bool loses_answer = false;  ///< writes are done and answered 500
  std::chrono::nanoseconds latency{0};

  LeaseServer() {
    server.set_script([this](const io::ServerRequest& request) { return answer(request); });
  }

  std::string text() const {
    return R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l",)"
           R"("namespace":"a","uid":"u)" +
           std::to_string(uid) + R"(","resourceVersion":")" + std::to_string(version) +
           R"("},"spec":)" + spec + "}";
  }

  std::optional<io::ServerResponse> answer(const io::ServerRequest& request) {
    if (request.path == "/apis") {
      return json(200, R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                       R"("metadata":{},"items":[{"metadata":{"name":"coordination.k8s.io"},)"
                       R"("versions":[{"version":"v1","freshness":"Current","resources":[)"
                       R"({"resource":"leases","responseKind":{"group":"coordination.k8s.io",)"
                       R"("version":"v1","kind":"Lease"},"scope":"Namespaced",)"
                       R"("singularResource":"","verbs":["get","patch","create","watch"]}]}]}]})");
    }
    if (!request.path.starts_with(lease_path)) return std::nullopt;
    const std::lock_guard lock(mutex);
    clock.advance(latency);
    if (code != 0) return refusal(code, "Trouble");
    if (request.method == "GET") return spec.empty() ? refusal(404, "NotFound") : json(200, text());
    const model::Document body = model::parse_json(request.body);
    if (request.method == "POST") {
      if (!spec.empty()) return refusal(409, "AlreadyExists");
    } else {
      if (spec.empty()) return refusal(404, "NotFound");
      const std::string_view known = body["metadata"]["resourceVersion"].text();
      if (known != std::to_string(version)) return refusal(409, "Conflict");
    }
    spec = model::write_json(body["spec"]);
    ++version;
    if (loses_answer) return refusal(500, "InternalError");
    return json(200, text());
  }

  void set(int answered) {
    const std::lock_guard lock(mutex);
    code = answered;
  }
  LeaseRecord record() {
    const std::lock_guard lock(mutex);
    return LeaseRecord::read(model::parse_json(text()).root());
  }
};

LeaderOptions options(const std::string& identity) {
  LeaderOptions options;
  options.namespace_name = "a";
  options.name = "l";
  options.identity = identity;
  return options;
}

struct Replica {
  Replica(LeaseServer& server, const std::string& identity)
      : fence(server.clock),
        lease(server.client, server.clock, fence, options(identity)),
        clock(server.clock) {}
  /// Steps as the thread would until `time` has passed.
  void run(std::chrono::nanoseconds time) {
    const model::SteadyTime end = clock.steady_now() + time;
    while (true) {
      const model::SteadyTime next = lease.step();
      if (next > end || lease.role() == LeaderRole::lost) break;
      if (next > clock.steady_now()) clock.advance(next - clock.steady_now());
    }
    if (end > clock.steady_now()) clock.advance(end - clock.steady_now());
  }
  WriteFence fence;
  LeaderLease lease;
  FakeClock& clock;
};

}  // namespace

TEST_CASE("makes the Lease and leads", "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  CHECK_FALSE(first.fence.is_open());
  first.lease.step();
  CHECK(first.lease.role() == LeaderRole::leading);
  CHECK(first.fence.is_open());
  const LeaseRecord record = server.record();
  CHECK(record.holder == "first");
  CHECK(record.duration == 2s);
  CHECK(record.acquire_time.size() == std::string("2026-01-01T00:00:00.000000Z").size());
  first.run(10s);
  CHECK(first.lease.role() == LeaderRole::leading);
  CHECK(server.record().acquire_time == record.acquire_time);
  CHECK(server.record().transitions == 0);
}

TEST_CASE("the fence closes by the clock alone, before another may lead",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  Replica second(server, "second");
  first.lease.step();
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::waiting);
  CHECK(second.lease.holder() == "first");
  server.clock.advance(1400ms);
  CHECK(first.fence.is_open());
  server.clock.advance(200ms);
  CHECK_FALSE(first.fence.is_open());
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::waiting);
  server.clock.advance(400ms);
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::leading);
  CHECK(server.record().transitions == 1);
  // The first wakes up again.
  first.lease.step();
  CHECK(first.lease.role() == LeaderRole::paused);
  first.lease.step();
  CHECK(first.lease.role() == LeaderRole::lost);
  CHECK(first.lease.problem() == "the Lease is held by second");
  server.clock.advance(-100ms);
  CHECK_FALSE(first.fence.is_open());
  CHECK(first.lease.step() == model::SteadyTime::max());
}

TEST_CASE("a released Lease is taken at the next look", "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  Replica second(server, "second");
  first.lease.step();
  second.lease.step();
  first.lease.release();
  CHECK(first.lease.role() == LeaderRole::released);
  CHECK_FALSE(first.fence.is_open());
  CHECK(server.record().holder.empty());
  CHECK(server.record().duration == 1s);
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::leading);
  CHECK(server.record().duration == 2s);
  CHECK(server.record().transitions == 1);
}

TEST_CASE("the next process of the same identity leads at once",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "same");
  first.lease.step();
  Replica second(server, "same");
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::leading);
  CHECK(server.record().transitions == 0);
}

TEST_CASE("an outage pauses the leader, and it goes on where nobody else led",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  Replica second(server, "second");
  first.lease.step();
  second.lease.step();
  server.set(503);
  first.run(5s);
  CHECK(first.lease.role() == LeaderRole::paused);
  CHECK_FALSE(first.fence.is_open());
  second.run(20s);
  CHECK(second.lease.role() == LeaderRole::waiting);
  server.set(0);
  // The outage counts for nothing: the leader is asked first.
  second.lease.step();
  CHECK(second.lease.role() == LeaderRole::waiting);
  first.lease.step();
  CHECK(first.lease.role() == LeaderRole::leading);
  CHECK(first.fence.is_open());
  CHECK(server.record().transitions == 0);
  // The server was in trouble: more time from here on, as client-go has it.
  CHECK(server.record().duration == 15s);
  CHECK(first.lease.is_slow());
  first.run(61s);
  CHECK(server.record().duration == 2s);
  CHECK(first.lease.role() == LeaderRole::leading);
}

TEST_CASE("slow answers lengthen the Lease and close no fence",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  server.latency = 700ms;
  first.lease.step();
  CHECK(first.lease.is_slow());
  first.run(10s);
  CHECK(server.record().duration == 15s);
  CHECK(first.lease.role() == LeaderRole::leading);
  CHECK(first.fence.is_open());
}

TEST_CASE("a write whose answer is lost is ours at the next look",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  Replica first(server, "first");
  first.lease.step();
  server.loses_answer = true;
  first.lease.step();
  server.loses_answer = false;
  first.run(1s);
  CHECK(first.lease.role() == LeaderRole::leading);
  CHECK(first.fence.is_open());
}

TEST_CASE("a Lease that was deleted, made anew or led by another meanwhile is lost",
          "[engine][controllers][leader_lease]") {
  for (const std::string how : {"deleted", "anew", "led"}) {
    INFO(how);
    LeaseServer server;
    Replica first(server, "first");
    first.lease.step();
    if (how == "deleted") {
      server.spec.clear();
    } else if (how == "anew") {
      ++server.uid;
      ++server.version;
    } else {
      server.clock.advance(2s);
      Replica second(server, "second");
      second.run(3s);
      second.lease.release();
    }
    first.run(2s);
    CHECK(first.lease.role() == LeaderRole::lost);
    CHECK_FALSE(first.fence.is_open());
  }
}

TEST_CASE("nobody leads where the Lease may not be read or written",
          "[engine][controllers][leader_lease]") {
  LeaseServer server;
  server.set(403);
  Replica first(server, "first");
  first.run(10s);
  CHECK(first.lease.role() == LeaderRole::waiting);
  CHECK(first.lease.problem().starts_with("403"));
  CHECK_FALSE(first.fence.is_open());
}

TEST_CASE("refuses durations that would let two lead", "[engine][controllers][leader_lease]") {
  LeaderOptions wrong;
  CHECK_NOTHROW(wrong.check());
  wrong.renew_deadline = 2s;
  CHECK_THROWS_AS(wrong.check(), model::Error);
  wrong = {};
  wrong.retry_period = 1500ms;
  CHECK_THROWS_AS(wrong.check(), model::Error);
  wrong = {};
  wrong.lease_duration = 0s;
  CHECK_THROWS_AS(wrong.check(), model::Error);
}
