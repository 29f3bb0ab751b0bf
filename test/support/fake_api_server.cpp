#include "test/support/fake_api_server.hpp"

#include <algorithm>
#include <condition_variable>
#include <optional>

#include "reconcile/io/http_message.hpp"
#include "test/support/patience.hpp"

namespace reconcile::test {
namespace {

constexpr std::string_view discovery =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
    R"("items":[)"
    R"({"metadata":{"name":""},"versions":[{"version":"v1","resources":[)"
    R"({"resource":"configmaps","responseKind":{"group":"","version":"v1","kind":"ConfigMap"},)"
    R"("scope":"Namespaced","singularResource":"configmap","verbs":["get","list","watch","patch",)"
    R"("delete","create","update"],"shortNames":["cm"]}],"freshness":"Current"}]}]})";
constexpr std::string_view no_groups =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
    R"("items":[]})";

io::ServerResponse json(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body),
          .stream = {}};
}

std::string status_text(int code, const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" +
         message + R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}";
}

}  // namespace

struct FakeApiServer::State {
  struct Item {
    std::string value;
    std::uint64_t version = 0;
  };
  struct Event {
    std::uint64_t version = 0;
    std::string line;
  };

  static std::string object(const std::string& name, const Item& item, bool typed) {
    return std::string(typed ? R"({"kind":"ConfigMap","apiVersion":"v1","metadata":)"
                             : R"({"metadata":)") +
           R"({"name":")" + name + R"(","namespace":"default","uid":"uid-)" + name +
           R"(","resourceVersion":")" + std::to_string(item.version) + R"("},"data":{"v":")" +
           item.value + R"("}})";
  }

  void tell(const std::string& type, const std::string& name, const Item& item) {
    Event event{item.version,
                R"({"type":")" + type + R"(","object":)" + object(name, item, true) + "}\n"};
    for (io::BodyStream& watch : watches) watch.write(event.line);
    history.push_back(std::move(event));
  }

  io::ServerResponse list(const io::ServerRequest& request) {
    const std::size_t limit = std::stoul(request.query_value("limit").value_or("1000000"));
    const std::string from = request.query_value("continue").value_or("");
    std::string body =
        R"({"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":")" +
        std::to_string(version) + "\"";
    std::string items;
    std::size_t count = 0;
    std::string next;
    for (auto it = objects.lower_bound(from); it != objects.end(); ++it) {
      if (count++ == limit) {
        next = it->first;
        break;
      }
      items += (items.empty() ? "" : ",") + object(it->first, it->second, false);
    }
    if (!next.empty()) body += R"(,"continue":")" + next + "\"";
    return json(200, body + R"(},"items":[)" + items + "]}\n");
  }

  io::ServerResponse watch(const io::ServerRequest& request) {
    const auto from = std::stoull(request.query_value("resourceVersion").value_or("0"));
    if (from < compacted) return json(410, status_text(410, "Expired", "too old resource version"));
    io::ServerResponse response = json(200, "");
    response.stream = [this, from](io::BodyStream stream) {
      const std::lock_guard lock(mutex);
      for (const Event& event : history) {
        if (event.version > from) stream.write(event.line);
      }
      watches.push_back(std::move(stream));
      changed.notify_all();
    };
    return response;
  }

  io::ServerResponse one(const io::ServerRequest& request, const std::string& name) {
    const auto found = objects.find(name);
    if (request.method == "PATCH") {
      const auto start = request.body.find(R"("v":")");
      const std::string value =
          start == std::string::npos
              ? ""
              : request.body.substr(start + 5, request.body.find('"', start + 5) - start - 5);
      put(name, value);
      return json(200, object(name, objects[name], true));
    }
    if (found == objects.end()) {
      return json(404, status_text(404, "NotFound", "configmaps \\\"" + name + "\\\" not found"));
    }
    if (request.method == "DELETE") {
      const std::string body = object(name, found->second, true);
      remove(name);
      return json(200, body);
    }
    return json(200, object(name, found->second, true));
  }

  std::uint64_t put(const std::string& name, const std::string& value) {
    const bool known = objects.contains(name);
    Item& item = objects[name];
    if (known && item.value == value) return item.version;
    item = {value, ++version};
    tell(known ? "MODIFIED" : "ADDED", name, item);
    return version;
  }

  void remove(const std::string& name) {
    const auto found = objects.find(name);
    if (found == objects.end()) return;
    found->second.version = ++version;
    tell("DELETED", name, found->second);
    objects.erase(found);
  }

  io::ServerResponse answer(const io::ServerRequest& request) {
    constexpr std::string_view base = "/api/v1/namespaces/default/configmaps";
    if (io::find_header(request.headers, "Authorization") != "Bearer fake") {
      return json(401, status_text(401, "Unauthorized", "Unauthorized"));
    }
    if (request.path == "/api") return json(200, std::string(discovery));
    if (request.path == "/apis") return json(200, std::string(no_groups));
    if (request.path == "/api/v1/configmaps" || request.path == base) {
      return request.query_value("watch") ? watch(request) : list(request);
    }
    if (request.path.starts_with(std::string(base) + "/")) {
      return one(request, request.path.substr(base.size() + 1));
    }
    // Other kinds are a script's: their watches hear what `send_raw` says.
    if (request.query_value("watch")) return watch(request);
    return json(404, status_text(404, "NotFound", "no such path"));
  }

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::map<std::string, Item> objects;
  std::vector<Event> history;
  std::vector<io::BodyStream> watches;
  std::vector<std::string> requests;
  std::uint64_t version = 100;
  std::uint64_t compacted = 0;
  Script script;
};

FakeApiServer::FakeApiServer(io::Executor& executor)
    : state_(std::make_shared<State>()), server_(executor, {.address = "127.0.0.1"}) {
  server_.route_prefix(
      "", "/", [state = state_](const io::ServerRequest& request, const io::Reply& reply) {
        std::optional<io::ServerResponse> response;
        Script script;
        {
          const std::lock_guard lock(state->mutex);
          state->requests.push_back(request.method + " " + request.path +
                                    (request.query.empty() ? "" : "?" + request.query));
          script = state->script;
        }
        if (script) response = script(request);
        if (!response) {
          const std::lock_guard lock(state->mutex);
          response = state->answer(request);
        }
        reply(std::move(*response));
      });
  server_.start();
}

FakeApiServer::~FakeApiServer() {
  set_script(nullptr);
  cut_watches();
  server_.stop();
}

kube::ClusterConfig FakeApiServer::config() const {
  kube::ClusterConfig config;
  config.server = "http://127.0.0.1:" + std::to_string(server_.port());
  config.credentials = kube::fixed_credential({.token = "fake",
                                               .username = {},
                                               .password = {},
                                               .client_cert_pem = {},
                                               .client_key_pem = {}});
  return config;
}

std::uint64_t FakeApiServer::put(const std::string& name, const std::string& value) {
  const std::lock_guard lock(state_->mutex);
  return state_->put(name, value);
}

void FakeApiServer::remove(const std::string& name) {
  const std::lock_guard lock(state_->mutex);
  state_->remove(name);
}

void FakeApiServer::bookmark() {
  std::string line = R"({"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1",)";
  {
    const std::lock_guard lock(state_->mutex);
    line += R"("metadata":{"resourceVersion":")" + std::to_string(state_->version) + "\"}}}\n";
  }
  send_raw(line);
}

void FakeApiServer::send_raw(const std::string& line) {
  const std::lock_guard lock(state_->mutex);
  for (io::BodyStream& watch : state_->watches) watch.write(line);
}

void FakeApiServer::cut_watches() {
  const std::lock_guard lock(state_->mutex);
  for (io::BodyStream& watch : state_->watches) watch.abort();
  state_->watches.clear();
}

void FakeApiServer::end_watches() {
  const std::lock_guard lock(state_->mutex);
  for (io::BodyStream& watch : state_->watches) watch.finish();
  state_->watches.clear();
}

void FakeApiServer::compact() {
  const std::lock_guard lock(state_->mutex);
  state_->history.clear();
  state_->compacted = state_->version + 1;
  ++state_->version;
}

void FakeApiServer::set_version(std::uint64_t version) {
  const std::lock_guard lock(state_->mutex);
  state_->version = version;
}

void FakeApiServer::set_script(Script script) {
  const std::lock_guard lock(state_->mutex);
  state_->script = std::move(script);
}

std::vector<std::string> FakeApiServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t FakeApiServer::watches() const {
  const std::lock_guard lock(state_->mutex);
  return state_->watches.size();
}

bool FakeApiServer::wait_watches(std::size_t count) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(20) * patience(),
                                  [&] { return state_->watches.size() >= count; });
}

}  // namespace reconcile::test
