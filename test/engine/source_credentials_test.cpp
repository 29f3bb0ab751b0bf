#include "engine/controllers/source_credentials.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "test/engine/engine_api.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

/// What the GitRepository of `url` gets from a Secret of these values.
sources::GitOptions read(const std::string& url, const std::map<std::string, std::string>& values) {
  io::Executor executor{{.workers = 2}};
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{
      executor, http, api.server.config(), {.discovery_interval = 0ms, .retry_wait_first = 1ms}};
  std::string data;
  for (const auto& [key, value] : values) {
    data += (data.empty() ? "\"" : ",\"") + key + "\":\"" + model::base64_encode(value) + "\"";
  }
  api.server.set_script([&](const io::ServerRequest& request) {
    if (request.path != "/api/v1/namespaces/apps/secrets/key") return api.answer(request);
    const std::string body = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"key"},)"
                             R"("data":{)" +
                             data + "}}";
    return std::optional<io::ServerResponse>(
        {.status = 200, .headers = {}, .body = body, .stream = {}});
  });
  sources::GitOptions options;
  options.url = url;
  read_git_secret(client, "apps", "key", options);
  return options;
}

}  // namespace

TEST_CASE("reads the Secret of an SSH repository as source-controller does",
          "[engine][controllers][source_credentials]") {
  const sources::GitOptions options =
      read("ssh://deploy@host/repo.git", {{"identity", "KEY"},
                                          {"identity.pub", "PUBLIC"},
                                          {"known_hosts", "host x y"},
                                          {"username", "nobody"},
                                          {"password", "opens it"}});
  CHECK(options.ssh.identity == "KEY");
  CHECK(options.ssh.passphrase == "opens it");
  CHECK(options.ssh.known_hosts == "host x y");
  CHECK(options.ssh.origin == "Secret/apps/key");
  CHECK(options.credentials.username.empty());
  CHECK(options.credentials.password.empty());
}

TEST_CASE("reads the Secret of an HTTP repository as source-controller does",
          "[engine][controllers][source_credentials]") {
  const sources::GitOptions options = read("https://host/repo.git", {{"identity", "KEY"},
                                                                     {"known_hosts", "host x y"},
                                                                     {"username", "robot"},
                                                                     {"password", "s3cret"},
                                                                     {"caFile", "OLD"},
                                                                     {"ca.crt", "NEW"}});
  CHECK(options.credentials.username == "robot");
  CHECK(options.credentials.password == "s3cret");
  CHECK(options.tls.ca_pem == "NEW");
  CHECK(options.ssh.identity.empty());
}
