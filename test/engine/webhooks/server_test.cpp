#include "engine/server/webhook_server.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

#include "test/engine/webhooks/webhook_net.hpp"
#include "test/support/raw_connection.hpp"

using namespace reconcile;
using namespace std::chrono_literals;
using engine::WebhookType;
using test::RawConnection;
using test::right_token;
using test::sha256_signature;
using test::WebhookNet;
using test::wrong_token;

namespace {

const std::string payload = R"({"ref":"refs/heads/main"})";

io::HttpHeaders signed_with(const std::string& token, const std::string& body = payload) {
  return {{"Content-Type", "application/json"},
          {"X-Hub-Signature-256", sha256_signature(token, body)}};
}

std::string head(const std::string& target, const std::string& more) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

}  // namespace

TEST_CASE("answers as notification-controller does", "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string path = net.publish("a", {WebhookType::github, right_token, {}});
  CHECK(net.post(path, signed_with(right_token), payload) == 200);
  CHECK(net.post(path, signed_with(wrong_token), payload) == 400);
  CHECK(net.post(path, {}, payload) == 400);
  CHECK(net.deliveries == 1);
  CHECK(net.count("space/a", "accepted") == 1);
  CHECK(net.count("space/a", "refused") == 2);
  const std::string resting = net.publish("b", {WebhookType::github, right_token, {}}, "suspended");
  CHECK(net.post(resting, signed_with(right_token), payload) == 503);
  CHECK(net.post(resting, signed_with(wrong_token), payload) == 503);
  CHECK(net.count("space/b", "unavailable") == 2);
  const std::string partial = net.publish("c", {WebhookType::github, right_token, {}}, "", false);
  CHECK(net.post(partial, signed_with(right_token), payload) == 500);
  CHECK(net.count("space/c", "failed") == 1);
}

TEST_CASE("a path is taken whole or not at all", "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string path = net.publish("a", {WebhookType::github, right_token, {}});
  std::string escaped = path;
  escaped.replace(path.size() - 1, 1, "%3" + path.substr(path.size() - 1));
  std::string other_case = path;
  for (char& c : other_case) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::vector<std::string> unknown{
      path + "?", path + "?a=b", path + "/", path.substr(0, path.size() - 1),
      path + "0", "/hook/",      "/hook",    "/",
      "/" + path, escaped,       other_case};
  for (const std::string& target : unknown) {
    CAPTURE(target);
    RawConnection connection(net.server.port());
    connection.send(head(target, "Content-Length: 0\r\n"));
    CHECK(connection.read_status() == 404);
  }
  CHECK(net.deliveries == 0);
  CHECK(net.count("", "unknown") == static_cast<double>(unknown.size()));
}

TEST_CASE("another method than POST is refused without a look at the path",
          "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string path = net.publish("a", {WebhookType::generic, right_token, {}});
  for (const char* method : {"GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"}) {
    CHECK(net.send(method, path, {}, "") == 405);
    CHECK(net.send(method, "/hook/none", {}, "") == 405);
  }
  CHECK(net.deliveries == 0);
  CHECK(net.count("", "wrong_method") == 12);
}

TEST_CASE("a body is bounded, said or unsaid", "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string path = net.publish("a", {WebhookType::github, right_token, {}});
  const std::string largest(3U << 20U, 'x');
  CHECK(net.post(path, signed_with(right_token, largest), largest) == 200);
  CHECK(net.post(path, signed_with(wrong_token, largest), largest) == 400);
  // Nothing of the body is needed to refuse it.
  RawConnection said(net.server.port());
  said.send(head(path, "Content-Length: 3145729\r\n"));
  CHECK(said.read_status() == 413);
  RawConnection unsaid(net.server.port());
  unsaid.send(head(path, "Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 49; ++i) unsaid.send(chunk);
  CHECK(unsaid.read_status() == 413);
  CHECK(net.count("", "too_large") == 2);
  CHECK(net.deliveries == 1);
}

TEST_CASE("nobody's path and a resting one are refused before the body",
          "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string resting = net.publish("a", {WebhookType::github, right_token, {}}, "not ready");
  for (const auto& [target, status] : {std::pair{std::string("/hook/no"), 404}, {resting, 503}}) {
    RawConnection connection(net.server.port());
    connection.send(head(target, "Content-Length: 1000\r\n"));
    CHECK(connection.read_status() == status);
  }
}

TEST_CASE("wrong proofs of every form are answered alike", "[engine][server][webhook_server]") {
  WebhookNet net;
  const std::string github = net.publish("a", {WebhookType::github, right_token, {"push"}});
  const std::string gitlab = net.publish("b", {WebhookType::gitlab, right_token, {}});
  const std::string right = sha256_signature(right_token, payload);
  std::vector<std::string> answers;
  const auto ask = [&](const std::string& path, const std::string& more) {
    RawConnection connection(net.server.port());
    connection.send(
        head(path, "Content-Length: " + std::to_string(payload.size()) + "\r\n" + more) + payload);
    answers.push_back(connection.read_head());
  };
  const std::string json = "Content-Type: application/json\r\n";
  ask(github, "");
  ask(github, json);
  ask(github, json + "X-Hub-Signature-256: " + right.substr(0, 20) + "\r\n");
  ask(github, json + "X-Hub-Signature-256: sha256=" + std::string(64, '0') + "\r\n");
  ask(github, json + "X-Hub-Signature-256: " + right + "\r\n");  // right, but the event is not
  ask(gitlab, "X-Gitlab-Token: \r\n");
  ask(gitlab, "X-Gitlab-Token: 8e5be0b1-righ\r\n");
  ask(gitlab, "X-Gitlab-Token: " + std::string(5000, 'a') + "\r\n");
  for (const std::string& answer : answers) CHECK(answer == answers.front());
  CHECK_THAT(answers.front(), Catch::StartsWith("HTTP/1.1 400 "));
  CHECK(net.deliveries == 0);
}

TEST_CASE("senders that never finish do not keep others out", "[engine][server][webhook_server]") {
  WebhookNet net({.connections_max = 8, .request_timeout = 200ms});
  const std::string path = net.publish("a", {WebhookType::github, right_token, {}});
  std::vector<RawConnection> slow;
  for (int i = 0; i < 100; ++i) {
    slow.emplace_back(net.server.port());
    slow.back().send(i % 2 == 0 ? "POST /ho" : head(path, "Content-Length: 10\r\n") + "x");
  }
  CHECK(net.post(path, signed_with(right_token), payload) == 200);
  // The rest is cut when its time has passed.
  for (RawConnection& connection : slow) CHECK(connection.wait_closed());
  CHECK(net.deliveries == 1);
}

TEST_CASE("a path that two receivers share stays with the first",
          "[engine][server][webhook_server]") {
  engine::WebhookTable table;
  const auto entry = [](const std::string& receiver) {
    auto made = std::make_shared<engine::WebhookEntry>();
    made->receiver = receiver;
    return made;
  };
  CHECK(table.publish("/hook/1", entry("a/one")));
  CHECK_FALSE(table.publish("/hook/1", entry("b/two")));
  table.remove("/hook/1", "b/two");
  REQUIRE(table.find("/hook/1"));
  CHECK(table.find("/hook/1")->receiver == "a/one");
  CHECK(table.publish("/hook/1", entry("a/one")));
  table.remove("/hook/1", "a/one");
  CHECK_FALSE(table.find("/hook/1"));
  CHECK(table.size() == 0);
}
