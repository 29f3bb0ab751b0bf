#include "engine/controllers/token_watches.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "reconcile/model/digest.hpp"
#include "test/engine/engine_api.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

using Data = std::map<std::string, std::string>;

/// Secrets of namespace "space" as a server tells them: by list, by watch (which stays silent) and
/// by name.
struct SecretWorld {
  explicit SecretWorld(Data given) : data(std::move(given)) {
    api.server.set_script([this](const io::ServerRequest& request) { return answer(request); });
  }
  ~SecretWorld() {
    tokens.stop();
    pool.stop();
  }

  std::optional<io::ServerResponse> answer(const io::ServerRequest& request) {
    const std::string base = "/api/v1/namespaces/space/secrets";
    if (!request.path.starts_with(base)) return api.answer(request);
    if (request.path.size() > base.size()) {
      reads.change([](int& count) { ++count; });
      return item(request.path.substr(base.size() + 1));
    }
    if (request.query_value("watch")) {
      io::ServerResponse stream = json(200, "");
      stream.stream = [this](const io::BodyStream& body) { watches.push_back(body); };
      return stream;
    }
    const std::string name =
        request.query_value("fieldSelector").value_or("").substr(sizeof("metadata.name=") - 1);
    const io::ServerResponse found = item(name);
    if (found.status == 403) return found;
    return json(200, R"({"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"1"},)"
                     R"("items":[)" +
                         (found.status == 200 ? found.body : "") + "]}");
  }
  io::ServerResponse item(const std::string& name) {
    const auto found = data.find(name);
    if (found == data.end()) return json(404, status(404, "NotFound"));
    if (found->second == "forbidden") return json(403, status(403, "Forbidden"));
    return json(200, R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":")" + name +
                         R"(","namespace":"space","resourceVersion":"1"},"data":)" + found->second +
                         "}");
  }
  static std::string status(int code, const std::string& reason) {
    return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":")" +
           reason + R"(","code":)" + std::to_string(code) + "}";
  }
  static io::ServerResponse json(int code, std::string body) {
    return {.status = code,
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(body),
            .stream = {}};
  }
  /// What is told of the Secret; fails where nothing is.
  SecretToken told_of(const std::string& name) {
    const SecretName secret{"space", name};
    REQUIRE(told.wait([&](const auto& list) { return list.contains(secret); }));
    return told.get().at(secret);
  }

  const Data data;
  test::Watched<int> reads;
  test::Watched<std::map<SecretName, SecretToken>> told;
  io::Executor executor{{.workers = 2}};
  std::vector<io::BodyStream> watches;  ///< they end before the executor does, behind the server
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
  WorkPool pool{"webhook", 2};
  TokenWatches tokens{client, executor, pool,
                      [this](const SecretName& secret, const SecretToken& token) {
                        told.change([&](auto& list) { list[secret] = token; });
                      }};
};

std::string token_data(const std::string& token) {
  return R"({"token":")" + model::base64_encode(token) + "\"}";
}

}  // namespace

TEST_CASE("tells what a Secret says, or why it has no token",
          "[engine][controllers][token_watches]") {
  SecretWorld world({{"good", token_data("secret")},
                     {"empty", token_data("")},
                     {"other", R"({"key":"YQ=="})"},
                     {"damaged", R"({"token":"%"})"},
                     {"forbidden", "forbidden"}});
  for (const char* name : {"good", "empty", "other", "damaged", "forbidden", "missing"})
    world.tokens.want({"space", name});
  CHECK(world.told_of("good") == SecretToken{"secret", ""});
  for (const std::string name : {"empty", "other", "damaged"})
    CHECK(world.told_of(name).problem ==
          "invalid 'space/" + name + "' secret data: required fields 'token'");
  CHECK(world.told_of("missing").problem ==
        "unable to read token from secret 'space/missing' error: Secret \"missing\" not found");
  CHECK_THAT(world.told_of("forbidden").problem,
             Catch::StartsWith("unable to read token from secret 'space/forbidden' error: "));
  CHECK(world.reads.get() == 0);
}

TEST_CASE("Secrets above the bound of watches are read", "[engine][controllers][token_watches]") {
  Data data;
  for (std::size_t i = 0; i < TokenWatches::watches_max; ++i)
    data["s" + std::to_string(i)] = token_data("t" + std::to_string(i));
  data["extra"] = token_data("more");
  SecretWorld world(data);
  for (std::size_t i = 0; i < TokenWatches::watches_max; ++i)
    world.tokens.want({"space", "s" + std::to_string(i)});
  for (const char* name : {"extra", "gone"}) world.tokens.want({"space", name});
  CHECK(world.told_of("extra").token == "more");
  CHECK_FALSE(world.told_of("gone").problem.empty());
  CHECK(world.told_of("s0").token == "t0");
  CHECK(world.reads.get() == 2);
  // A watch that is let go makes room for the next.
  world.tokens.keep_only({{"space", "extra"}});
  world.tokens.want({"space", "s1"});
  CHECK(world.told_of("s1").token == "t1");
  CHECK(world.reads.get() == 2);
}
