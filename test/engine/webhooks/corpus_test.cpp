// Real payloads of all providers (webhooks.tar.zst of $RECONCILE_CORPUS), each with a right, a
// wrong, a missing and a stale signature, over HTTP.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "reconcile/model/archive.hpp"
#include "test/engine/webhooks/webhook_net.hpp"

using namespace reconcile;
using engine::WebhookType;
using model::HashAlgorithm;
using test::right_token;
using test::signature;
using test::WebhookNet;
using test::wrong_token;

namespace {

std::string corpus_file() {
  const char* root = std::getenv("RECONCILE_CORPUS");
  const std::string folder = root != nullptr ? root : RECONCILE_SOURCE_DIR "/../shared/corpus";
  return folder + "/webhooks.tar.zst";
}

/// Payloads by "provider/name"; empty where the corpus is not there.
std::map<std::string, std::string> payloads() {
  std::map<std::string, std::string> found;
  std::ifstream file(corpus_file(), std::ios::binary);
  const std::string packed(std::istreambuf_iterator<char>(file), {});
  if (packed.empty()) return found;
  model::read_tar(model::zstd_decompress(packed), {}, [&](model::ArchiveEntry entry) {
    if (!entry.path.ends_with(".json")) return;
    const std::size_t name = entry.path.rfind('/');
    const std::size_t folder = entry.path.rfind('/', name - 1);
    const std::size_t from = folder == std::string::npos ? 0 : folder + 1;
    found[entry.path.substr(from)] = std::move(entry.content);
  });
  return found;
}

/// How one provider signs.
struct Provider {
  WebhookType type;
  /// The headers of a delivery of `body`, signed with `token`; unsigned where it is empty.
  io::HttpHeaders (*sign)(const std::string& token, const std::string& body);
};

void add_hmac(io::HttpHeaders& headers, const char* name, HashAlgorithm algorithm,
              const std::string& token, const std::string& body) {
  if (!token.empty()) headers.push_back({name, signature(algorithm, token, body)});
}

io::HttpHeaders github(const std::string& token, const std::string& body) {
  io::HttpHeaders headers{{"Content-Type", "application/json"}, {"X-GitHub-Event", "push"}};
  add_hmac(headers, "X-Hub-Signature-256", HashAlgorithm::sha256, token, body);
  add_hmac(headers, "X-Hub-Signature", HashAlgorithm::sha1, token, body);
  return headers;
}

io::HttpHeaders gogs(const std::string& token, const std::string& body) {
  io::HttpHeaders headers{{"Content-Type", "application/json"}, {"X-GitHub-Event", "push"}};
  if (!token.empty())
    headers.push_back(
        {"X-Gogs-Signature", model::hex_encode(model::hmac(HashAlgorithm::sha256, token, body))});
  return headers;
}

io::HttpHeaders bitbucket(const std::string& token, const std::string& body) {
  io::HttpHeaders headers{{"Content-Type", "application/json; charset=utf-8"},
                          {"X-Event-Key", "repo:push"}};
  add_hmac(headers, "X-Hub-Signature", HashAlgorithm::sha256, token, body);
  return headers;
}

io::HttpHeaders gitlab(const std::string& token, const std::string&) {
  io::HttpHeaders headers{{"X-Gitlab-Event", "Push Hook"}};
  if (!token.empty()) headers.push_back({"X-Gitlab-Token", token});
  return headers;
}

io::HttpHeaders generic(const std::string& token, const std::string& body) {
  io::HttpHeaders headers;
  add_hmac(headers, "X-Signature", HashAlgorithm::sha512, token, body);
  return headers;
}

/// Azure DevOps signs nothing itself: its payloads come through a sender that does.
const std::map<std::string, Provider> providers{
    {"azure", {WebhookType::generic_hmac, generic}},
    {"bitbucket", {WebhookType::bitbucket, bitbucket}},
    {"gitea", {WebhookType::github, github}},
    {"github", {WebhookType::github, github}},
    {"github-examples", {WebhookType::github, github}},
    {"gitlab", {WebhookType::gitlab, gitlab}},
    {"gogs", {WebhookType::github, gogs}},
    {"stash", {WebhookType::bitbucket, bitbucket}},
};

}  // namespace

TEST_CASE("every provider's payloads are accepted with the right proof only",
          "[engine][server][webhooks][corpus]") {
  const std::map<std::string, std::string> all = payloads();
  if (all.empty()) {
    WARN("skipped: expected payloads in " << corpus_file());
    return;
  }
  CHECK(all.size() == 152);
  WebhookNet net;
  std::map<std::string, std::string> paths;
  for (const auto& [name, provider] : providers)
    paths[name] = net.publish(name, {provider.type, right_token, {}});
  int accepted = 0;
  for (const auto& [name, body] : all) {
    const std::string folder = name.substr(0, name.find('/'));
    CAPTURE(name);
    REQUIRE(providers.contains(folder));
    const Provider& provider = providers.at(folder);
    const std::string& path = paths.at(folder);
    CHECK(net.post(path, provider.sign(right_token, body), body) == 200);
    CHECK(net.deliveries == ++accepted);
    CHECK(net.post(path, provider.sign(wrong_token, body), body) == 400);
    CHECK(net.post(path, provider.sign("", body), body) == 400);
    // Signed well, but for another body. A token that is sent as it is vouches for none.
    const int stale = net.post(path, provider.sign(right_token, body + " "), body);
    CHECK(stale == (provider.type == WebhookType::gitlab ? 200 : 400));
    if (stale == 200) ++accepted;
    // The right proof for another receiver is none for this one.
    const std::string other = engine::webhook_path(right_token, folder, "elsewhere");
    CHECK(net.post(other, provider.sign(right_token, body), body) == 404);
    CHECK(net.deliveries == accepted);
  }
}
