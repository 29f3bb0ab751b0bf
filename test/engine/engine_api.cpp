#include "test/engine/engine_api.hpp"

#include <algorithm>

namespace reconcile::test {
namespace {

std::string resource(const std::string& plural, const std::string& group,
                     const std::string& version, const std::string& kind) {
  return R"({"resource":")" + plural + R"(","responseKind":{"group":")" + group +
         R"(","version":")" + version + R"(","kind":")" + kind +
         R"("},"scope":"Namespaced","singularResource":"","verbs":["get","list","watch","patch",)" +
         R"("delete","create","update"]})";
}

std::string group(const std::string& name, const std::string& version,
                  const std::string& resources) {
  return R"({"metadata":{"name":")" + name + R"("},"versions":[{"version":")" + version +
         R"(","resources":[)" + resources + R"(],"freshness":"Current"}]})";
}

std::string group_list(const std::string& items) {
  return R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
         R"("items":[)" +
         items + "]}";
}

std::string core_groups() {
  return group_list(group("", "v1",
                          resource("configmaps", "", "v1", "ConfigMap") + "," +
                              resource("secrets", "", "v1", "Secret") + "," +
                              resource("events", "", "v1", "Event")));
}

std::string named_groups() {
  const std::string kustomize = "kustomize.toolkit.fluxcd.io";
  const std::string helm = "helm.toolkit.fluxcd.io";
  const std::string source = "source.toolkit.fluxcd.io";
  const std::string notification = "notification.toolkit.fluxcd.io";
  return group_list(
      group(kustomize, "v1", resource("kustomizations", kustomize, "v1", "Kustomization")) + "," +
      group(helm, "v2", resource("helmreleases", helm, "v2", "HelmRelease")) + "," +
      group(source, "v1", resource("gitrepositories", source, "v1", "GitRepository")) + "," +
      group(notification, "v1", resource("receivers", notification, "v1", "Receiver")));
}

io::ServerResponse json(int status, std::string body) {
  io::ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

EngineApi::EngineApi(io::Executor& executor) : server(executor) {
  server.set_script([this](const io::ServerRequest& request) { return answer(request); });
}

std::optional<io::ServerResponse> EngineApi::answer(const io::ServerRequest& request) {
  if (request.path == "/api") return json(200, core_groups());
  if (request.path == "/apis") return json(200, named_groups());
  if (request.method == "GET") return std::nullopt;
  // Looked up first: who heard of the write may end the refusal.
  const std::map<std::string, int> refused = refused_.get();
  writes_.change([&](std::vector<Write>& writes) {
    writes.push_back({request.method, request.path, request.body});
  });
  for (const auto& [path, code] : refused) {
    if (code == 0 || !request.path.ends_with(path)) continue;
    return json(code, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no",)"
                      R"("reason":"Refused","code":)" +
                          std::to_string(code) + "}");
  }
  return json(200, R"({"kind":"Answer","apiVersion":"v1","metadata":{}})");
}

void EngineApi::refuse(const std::string& path, int code) {
  refused_.change([&](std::map<std::string, int>& refused) { refused[path] = code; });
}

std::vector<Write> EngineApi::writes_to(const std::string& path) const {
  std::vector<Write> found;
  for (Write& write : writes_.get()) {
    if (write.path.ends_with(path)) found.push_back(std::move(write));
  }
  return found;
}

bool EngineApi::wait_writes(const std::string& path, std::size_t count) const {
  return writes_.wait([&](const std::vector<Write>& writes) {
    return static_cast<std::size_t>(std::count_if(
               writes.begin(), writes.end(),
               [&](const Write& write) { return write.path.ends_with(path); })) >= count;
  });
}

}  // namespace reconcile::test
