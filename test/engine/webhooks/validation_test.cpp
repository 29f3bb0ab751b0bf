#include "engine/server/webhook_validation.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/server/webhook_payload.hpp"
#include "reconcile/model/digest.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using model::HashAlgorithm;

namespace {

const std::string body = R"({"ref":"refs/heads/main"})";
const std::string json = "application/json";

std::string hex_hmac(HashAlgorithm algorithm, const std::string& token = "secret",
                     const std::string& text = body) {
  return model::hex_encode(model::hmac(algorithm, token, text));
}
const std::string sha1 = hex_hmac(HashAlgorithm::sha1);
const std::string sha256 = hex_hmac(HashAlgorithm::sha256);
const std::string sha512 = hex_hmac(HashAlgorithm::sha512);

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

bool accepts(const std::string& type, const io::HttpHeaders& headers,
             const std::string& text = body, std::vector<std::string> events = {},
             const std::string& token = "secret") {
  return validate_webhook({*parse_webhook_type(type), token, std::move(events)}, headers, text)
      .accepted;
}

std::string cdevent(const std::string& type, const std::string& version = "0.4.1",
                    const std::string& subject = R"({"id":"a","content":{}})") {
  return R"({"context":{"version":")" + version +
         R"(","id":"1","source":"/ci","timestamp":"2026-01-01T00:00:00Z","type":")" + type +
         R"("},"subject":)" + subject + "}";
}

}  // namespace

TEST_CASE("knows its types and leaves out those that need other servers",
          "[engine][server][webhook_validation]") {
  for (const char* name : {"generic", "generic-hmac", "github", "gitlab", "bitbucket", "harbor",
                           "dockerhub", "quay", "acr", "nexus", "cdevents"}) {
    CHECK(parse_webhook_type(name));
  }
  for (const char* name : {"gcr", "generic-oidc", "GitHub", "", "gitea"})
    CHECK_FALSE(parse_webhook_type(name));
}

TEST_CASE("makes the path as Flux does", "[engine][server][webhook_validation]") {
  // notification-controller 1.9.3: sha256sum of "token", "test-receiver" and "default".
  CHECK(webhook_path("token", "test-receiver", "default") ==
        "/hook/" + model::sha256_hex("tokentest-receiverdefault"));
  CHECK(webhook_path("", "", "") ==
        "/hook/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("generic-hmac takes three digests", "[engine][server][webhook_validation]") {
  const std::vector<std::pair<std::string, bool>> rows{
      {"sha1=" + sha1, true},
      {"sha256=" + sha256, true},
      {"sha512=" + sha512, true},
      {"sha256=" + upper(sha256), true},  // hex as Go's decoder takes it
      {"SHA256=" + sha256, false},
      {"md5=" + sha1, false},
      {"sha256=" + sha1, false},
      {"sha1=" + sha256, false},
      {sha256, false},
      {"sha256=", false},
      {"sha256", false},
      {"=", false},
      {"", false},
      {"sha256=" + sha256 + "00", false},
      {"sha256=" + sha256.substr(2), false},
      {"sha256=" + sha256.substr(1), false},
      {"sha256=" + sha256 + "=", false},
      {"sha256=zz" + sha256.substr(2), false},
      {" sha256=" + sha256, false},
      {"sha256=" + hex_hmac(HashAlgorithm::sha256, "Secret"), false},
      {"sha256=" + hex_hmac(HashAlgorithm::sha256, "secret", body + "\n"), false},
      {"sha256=" + hex_hmac(HashAlgorithm::sha256, ""), false},
      {std::string(10'000, 'a'), false},
  };
  for (const auto& [value, accepted] : rows) {
    CAPTURE(value);
    CHECK(accepts("generic-hmac", {{"X-Signature", value}}) == accepted);
  }
  CHECK_FALSE(accepts("generic-hmac", {}));
  CHECK_FALSE(accepts("generic-hmac", {{"X-Hub-Signature-256", "sha256=" + sha256}}));
}

TEST_CASE("an empty token proves nothing", "[engine][server][webhook_validation]") {
  const std::string empty = hex_hmac(HashAlgorithm::sha256, "");
  CHECK_FALSE(accepts("generic-hmac", {{"X-Signature", "sha256=" + empty}}, body, {}, ""));
  CHECK_FALSE(accepts("github", {{"Content-Type", json}}, body, {}, ""));
  CHECK_FALSE(accepts("gitlab", {}, body, {}, ""));
  CHECK_FALSE(accepts("gitlab", {{"X-Gitlab-Token", ""}}, body, {}, ""));
  CHECK_FALSE(accepts("harbor", {}, body, {}, ""));
}

TEST_CASE("github takes the forms of GitHub, Gitea, Forgejo and Gogs",
          "[engine][server][webhook_validation]") {
  const io::HttpHeader type{"Content-Type", json};
  CHECK(accepts("github", {type, {"X-Hub-Signature-256", "sha256=" + sha256}}));
  CHECK(accepts("github", {type, {"X-Hub-Signature", "sha1=" + sha1}}));
  CHECK(accepts("github", {type, {"X-Gogs-Signature", sha256}}));
  // The stronger header decides alone.
  CHECK_FALSE(accepts(
      "github",
      {type, {"X-Hub-Signature-256", "sha256=" + sha1}, {"X-Hub-Signature", "sha1=" + sha1}}));
  CHECK_FALSE(accepts("github",
                      {type, {"X-Hub-Signature", "sha1=" + sha256}, {"X-Gogs-Signature", sha256}}));
  CHECK_FALSE(accepts("github", {type}));
  CHECK_FALSE(accepts("github", {{"X-Hub-Signature-256", "sha256=" + sha256}}));
  CHECK_FALSE(accepts(
      "github", {{"Content-Type", "text/plain"}, {"X-Hub-Signature-256", "sha256=" + sha256}}));
  CHECK(accepts("github", {{"Content-Type", "Application/JSON; charset=utf-8"},
                           {"X-Hub-Signature-256", "sha256=" + sha256}}));
}

TEST_CASE("github takes a form whose field payload holds the JSON",
          "[engine][server][webhook_validation]") {
  const std::vector<std::pair<std::string, bool>> rows{
      {"payload=%7B%22ref%22%3A%22main%22%7D", true},
      {"a=b&payload=%7B%7D&c", true},
      {"payload=", true},
      {"payloads=%7B%7D", false},
      {"", false},
      {"payload", false},
      {"payload=%7", false},
      {"payload=%zz", false},
      {"payload=1;a=2", false},
  };
  for (const auto& [form, accepted] : rows) {
    CAPTURE(form);
    CHECK(accepts("github",
                  {{"Content-Type", "application/x-www-form-urlencoded"},
                   {"X-Hub-Signature-256",
                    "sha256=" + hex_hmac(HashAlgorithm::sha256, "secret", form)}},
                  form) == accepted);
  }
}

TEST_CASE("events are compared without letter case, after the proof",
          "[engine][server][webhook_validation]") {
  const io::HttpHeaders push{{"Content-Type", json},
                             {"X-GitHub-Event", "push"},
                             {"X-Hub-Signature-256", "sha256=" + sha256}};
  CHECK(accepts("github", push, body, {"ping", "PUSH"}));
  CHECK_FALSE(accepts("github", push, body, {"ping"}));
  CHECK_FALSE(accepts("github", push, body, {"pus", "pushh", ""}));
  CHECK(validate_webhook({WebhookType::github, "secret", {"ping"}}, push, body).event == "push");
  io::HttpHeaders unsigned_push = push;
  unsigned_push.pop_back();
  const WebhookVerdict verdict =
      validate_webhook({WebhookType::github, "secret", {"ping"}}, unsigned_push, body);
  CHECK(verdict.event.empty());
  CHECK(verdict.reason == "the signature is missing or wrong");
  CHECK(accepts("gitlab", {{"X-Gitlab-Token", "secret"}, {"X-Gitlab-Event", "Push Hook"}}, body,
                {"push hook"}));
  CHECK_FALSE(accepts("gitlab", {{"X-Gitlab-Token", "secret"}}, body, {"push hook"}));
  CHECK(accepts("bitbucket",
                {{"Content-Type", json},
                 {"X-Event-Key", "repo:push"},
                 {"X-Hub-Signature", "sha256=" + sha256}},
                body, {"repo:push"}));
}

TEST_CASE("gitlab and harbor send the token itself", "[engine][server][webhook_validation]") {
  for (const auto& [type, name] :
       {std::pair{"gitlab", "X-Gitlab-Token"}, std::pair{"harbor", "Authorization"}}) {
    CAPTURE(type);
    CHECK(accepts(type, {{name, "secret"}}));
    for (const char* value : {"", "s", "secre", "secretX", "Secret", "secret ", "terces"})
      CHECK_FALSE(accepts(type, {{name, value}}));
    CHECK_FALSE(accepts(type, {}));
  }
}

TEST_CASE("nexus signs with SHA-1", "[engine][server][webhook_validation]") {
  CHECK(accepts("nexus", {{"X-Nexus-Webhook-Signature", sha1}}));
  CHECK_FALSE(accepts("nexus", {{"X-Nexus-Webhook-Signature", sha256}}));
  CHECK_FALSE(accepts("nexus", {}));
  const std::string broken = "{";
  CHECK_FALSE(accepts(
      "nexus", {{"X-Nexus-Webhook-Signature", hex_hmac(HashAlgorithm::sha1, "secret", broken)}},
      broken));
}

TEST_CASE("registries' payloads must be readable", "[engine][server][webhook_validation]") {
  CHECK(accepts("dockerhub", {}, R"({"push_data":{"tag":"1"},"repository":{"repo_url":"u"}})"));
  CHECK_FALSE(accepts("dockerhub", {}, R"({"push_data":{"tag":1}})"));
  CHECK(accepts("quay", {}, R"({"docker_url":"u","updated_tags":["a"]})"));
  CHECK_FALSE(accepts("quay", {}, R"({"docker_url":"u","updated_tags":[1]})"));
  CHECK_FALSE(accepts("quay", {}, R"({"docker_url":"u","updated_tags":"a"})"));
  CHECK(accepts("acr", {}, R"({"action":"push","target":{"repository":"r","tag":"t"}})"));
  CHECK_FALSE(accepts("acr", {}, R"({"target":"r"})"));
  for (const char* type : {"dockerhub", "quay", "acr"}) {
    CAPTURE(type);
    CHECK(accepts(type, {}, "{}"));
    for (const char* text : {"", "[]", "\"a\"", "{", "{}}", "null", "\xff"})
      CHECK_FALSE(accepts(type, {}, text));
    CHECK_FALSE(accepts(type, {}, std::string(100'000, '[')));
  }
}

TEST_CASE("CDEvents are of a known type and whole", "[engine][server][webhook_validation]") {
  const std::string type = "dev.cdevents.change.merged.0.2.0";
  CHECK(cdevent_problem(cdevent(type)).empty());
  CHECK(cdevent_problem(cdevent("dev.cdevents.change.merged.0.1.0-draft")).empty());
  CHECK(cdevent_problem(cdevent("dev.cdeventsx.tool-thing.done.0.1.0")).empty());
  for (const char* wrong :
       {"dev.cdevents.change.merged", "dev.cdevents.change.merged.1.0.0", "push",
        "dev.cdevents.change.sung.0.2.0", "dev.cdevents.change.merged.0.x",
        "dev.cdevents.change.merged.0.1.2.3", "dev.cdeventsx.thing.done.0.1.0", "dev.cdevents."})
    CHECK_FALSE(cdevent_problem(cdevent(wrong)).empty());
  CHECK_FALSE(cdevent_problem(cdevent(type, "0.3.0")).empty());
  CHECK_FALSE(cdevent_problem(cdevent(type, "0.4.1", "{}")).empty());
  CHECK_FALSE(cdevent_problem(cdevent(type, "0.4.1", R"({"id":"a"})")).empty());
  CHECK_FALSE(cdevent_problem("{}").empty());
  CHECK(accepts("cdevents", {{"Ce-Type", type}}, cdevent(type), {type}));
  CHECK_FALSE(accepts("cdevents", {{"Ce-Type", type}}, cdevent(type), {"other"}));
}
