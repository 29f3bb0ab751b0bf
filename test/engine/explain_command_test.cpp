#include "engine/cli/explain_command.hpp"

#include <catch2/catch.hpp>

#include "reconcile/io/executor.hpp"
#include "test/engine/command_run.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

std::string discovered(const std::string& group, const std::string& resource,
                       const std::string& kind) {
  return R"({"metadata":{"name":")" + group +
         R"("},"versions":[{"version":"v1","resources":[{"resource":")" + resource +
         R"(","responseKind":{"group":")" + group + R"(","version":"v1","kind":")" + kind +
         R"("},"scope":"Namespaced","verbs":["get"]}]}]})";
}

/// A suspended unit with a paused object, whose Git server nobody listens at.
struct Cluster {
  Cluster() {
    api.set_script([](const io::ServerRequest& request) { return answer(request); });
    directory.write("kubeconfig",
                    "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                    "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
                    "clusters: [{name: k, cluster: {server: '" +
                        api.config().server + "'}}]\nusers: [{name: u, user: {token: fake}}]\n");
  }

  static std::optional<io::ServerResponse> answer(const io::ServerRequest& request) {
    const std::map<std::string, std::string> bodies = {
        {"/apis",
         R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
         R"("items":[)" +
             discovered("kustomize.toolkit.fluxcd.io", "kustomizations", "Kustomization") + "," +
             discovered("source.toolkit.fluxcd.io", "gitrepositories", "GitRepository") + "]}"},
        {"/api/v1/namespaces/shop/configmaps/a",
         R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop",)"
         R"("labels":{"kustomize.toolkit.fluxcd.io/name":"app",)"
         R"("kustomize.toolkit.fluxcd.io/namespace":"shop"},"annotations":)"
         R"({"reconcile.dev/pausedUntil":"2199-01-01T00:00:00Z",)"
         R"("reconcile.dev/pauseReason":"incident 7","reconcile.dev/pauseAuthor":"ann"}}})"},
        {"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/shop/kustomizations/app",
         R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization",)"
         R"("metadata":{"name":"app","namespace":"shop"},"spec":{"path":"./deploy","prune":true,)"
         R"("interval":"5m","suspend":true,"sourceRef":{"kind":"GitRepository","name":"r"}},)"
         R"("status":{"conditions":[{"type":"Ready","status":"True","reason":"Done",)"
         R"("message":"ok"},{"type":"Fighting","status":"True","reason":"FieldFight",)"
         R"("message":"ConfigMap/shop/a data.v: evil sets 9"}]}})"},
        {"/apis/source.toolkit.fluxcd.io/v1/namespaces/shop/gitrepositories/r",
         R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":)"
         R"({"name":"r","namespace":"shop"},"spec":{"url":"http://127.0.0.1:1/x.git",)"
         R"("interval":"1m","ref":{"branch":"main"}}})"}};
    const auto found = bodies.find(request.path);
    if (found == bodies.end()) return std::nullopt;
    io::ServerResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = found->second;
    return response;
  }

  io::Executor executor{{.workers = 2}};
  test::FakeApiServer api{executor};
  test::TemporaryDirectory directory;
};

}  // namespace

TEST_CASE("tells who holds an object also where its Git server does not answer",
          "[engine][cli][explain]") {
  const Cluster cluster;
  const test::CommandRun run(
      run_explain_command,
      {"--kubeconfig", cluster.directory.path() + "/kubeconfig", "ConfigMap/shop/a"});
  CHECK(run.thrown.empty());
  CHECK_THAT(run.out,
             Catch::Contains("Unit          Kustomization/shop/app\n"
                             "Unit ready    True Done: ok\n"
                             "Suspended     its unit: only a plan is applied\n"
                             "Unit note     Fighting ConfigMap/shop/a data.v: evil sets 9\n"
                             "Source        GitRepository/shop/r\n"
                             "Path          ./deploy\n"
                             "Paused        until 2199-01-01T00:00:00Z: incident 7 (ann)\n") &&
                 Catch::Contains("Note          what the unit renders is not known: "));
}
