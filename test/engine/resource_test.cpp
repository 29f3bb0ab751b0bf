#include "engine/api/resource.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

/// A Kustomization with `fields` (JSON members of spec) beside what is required.
model::Document kustomization(const std::string& fields) {
  return model::parse_json(R"({"metadata":{"name":"apps","namespace":"team"},"spec":{)"
                           R"("sourceRef":{"kind":"GitRepository","name":"repo"})" +
                           (fields.empty() ? "" : "," + fields) + "}}");
}

model::Document release(const std::string& fields) {
  return model::parse_json(
      R"({"metadata":{"name":"web","namespace":"team"},"spec":{)"
      R"("chart":{"spec":{"chart":"./charts/web","sourceRef":{"kind":"GitRepository",)"
      R"("name":"repo"}}})" +
      (fields.empty() ? "" : "," + fields) + "}}");
}

template <typename Read>
std::string message_of(Read read) {
  try {
    read();
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

std::string kustomization_error(const std::string& fields) {
  return message_of([&] { read_kustomization(kustomization(fields)); });
}

}  // namespace

TEST_CASE("reads every field of a Kustomization", "[engine][api][resource]") {
  const UnitSpec unit = read_kustomization(kustomization(
      R"("path":"./clusters/dev","interval":"10m","retryInterval":"1m","timeout":"2m",)"
      R"("prune":true,)"
      R"("suspend":true,"force":true,"wait":true,"deletionPolicy":"Orphan",)"
      R"("dependsOn":[{"name":"infra"},{"name":"crds","namespace":"base"}])"));
  CHECK(unit.source.display() == "GitRepository/team/repo");
  CHECK(unit.source_problem.empty());
  CHECK(unit.unsupported_field.empty());
  CHECK(unit.path == "clusters/dev");
  CHECK(unit.interval == 10min);
  CHECK(unit.retry_interval == 1min);
  CHECK(unit.timeout == 2min);
  CHECK(unit.prune);
  CHECK(unit.suspend);
  CHECK(unit.force);
  CHECK(unit.wait);
  CHECK(unit.deletion_policy == "Orphan");
  REQUIRE(unit.depends_on.size() == 2);
  CHECK(unit.depends_on[0].display() == "Kustomization/team/infra");
  CHECK(unit.depends_on[1].display() == "Kustomization/base/crds");
}

TEST_CASE("fills in Flux's defaults", "[engine][api][resource]") {
  const UnitSpec unit = read_kustomization(kustomization(R"("interval":"2m")"));
  CHECK(unit.path.empty());
  CHECK(unit.retry_interval == 2min);
  CHECK(unit.timeout == 90s);
  CHECK_FALSE(unit.prune);
  CHECK_FALSE(unit.wait);
  CHECK(read_kustomization(kustomization(R"("interval":"10s")")).timeout == 30s);
  CHECK(read_kustomization(kustomization("")).interval == 5min);
}

TEST_CASE("reads health checks, which wait for everything replaces", "[engine][api][resource]") {
  const std::string list =
      R"("healthChecks":[{"apiVersion":"apps/v1","kind":"Deployment","namespace":"x","name":"a"},)"
      R"({"kind":"ConfigMap","namespace":"x","name":"b"}])";
  const UnitSpec unit = read_kustomization(kustomization(list));
  CHECK_FALSE(unit.wait);
  REQUIRE(unit.health_checks.size() == 2);
  CHECK(unit.health_checks[0].gvk == model::Gvk{"apps", "v1", "Deployment"});
  CHECK(unit.health_checks[0].id.display() == "Deployment/x/a");
  CHECK(unit.health_checks[1].gvk == model::Gvk{"", "v1", "ConfigMap"});
  const UnitSpec all = read_kustomization(kustomization(R"("wait":true,)" + list));
  CHECK(all.wait);
  CHECK(all.health_checks.empty());
}

TEST_CASE("a retry interval that is named is kept to", "[engine][api][resource]") {
  CHECK_FALSE(read_kustomization(kustomization("")).retries_exactly);
  const UnitSpec unit = read_kustomization(kustomization(R"("retryInterval":"7s")"));
  CHECK(unit.retries_exactly);
  CHECK(unit.retry_interval == 7s);
}

TEST_CASE("compiles the expressions of a unit", "[engine][api][resource]") {
  const UnitSpec unit = read_kustomization(kustomization(
      R"("dependsOn":[{"name":"a"},{"name":"b","readyExpr":"dep.status.x == self.spec.y"}],)"
      R"("healthCheckExprs":[{"apiVersion":"v1","kind":"A","current":"true"}])"));
  REQUIRE(unit.ready_expressions.size() == 2);
  CHECK_FALSE(unit.ready_expressions[0]);
  CHECK(unit.ready_expressions[1]->text() == "dep.status.x == self.spec.y");
  CHECK(unit.health_expressions->supports({"", "v1", "A"}));
  CHECK(unit.invalid_expression.empty());
}

TEST_CASE("tells which expression is none", "[engine][api][resource]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"("dependsOn":[{"name":"a","readyExpr":"dep.x"}])",
       "failed to evaluate dependency a: CEL expression output type mismatch: expected bool, got "
       "dyn"},
      {R"("dependsOn":[{"name":"a","readyExpr":"other == 1"}])",
       "failed to evaluate dependency a: failed to parse the CEL expression 'other == 1': ERROR: "
       "<input>:1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^"},
      {R"("healthCheckExprs":[{"apiVersion":"v1"}])",
       "failed to create custom status evaluator for healthchecks[0]: expression Current not "
       "specified"},
  };
  for (const auto& [fields, expected] : rows) {
    INFO(fields);
    CHECK(read_kustomization(kustomization(fields)).invalid_expression == expected);
  }
}

TEST_CASE("names the field of a wrong Kustomization", "[engine][api][resource]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"("path":7)", "expected a string in spec.path, found integer"},
      {R"("path":"../other")", "in spec.path"},
      {R"("interval":"soon")", "in spec.interval"},
      {R"("interval":5)", "expected a string in spec.interval, found integer"},
      {R"("timeout":"-1m")", "in spec.timeout"},
      {R"("prune":"yes")", "expected true or false in spec.prune, found string"},
      {R"("suspend":1)", "expected true or false in spec.suspend"},
      {R"("dependsOn":[{"namespace":"x"}])", "spec.dependsOn[].name"},
  };
  for (const auto& [fields, expected] : rows) {
    INFO(fields);
    CHECK_THAT(kustomization_error(fields), Catch::Contains(expected));
  }
  CHECK_THAT(message_of([] { read_kustomization(model::parse_json(R"({"spec":{}})")); }),
             Catch::Contains("spec.sourceRef.kind"));
}

TEST_CASE("refuses fields of a Kustomization that would change what is applied",
          "[engine][api][resource]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"("serviceAccountName":"deployer")", "spec.serviceAccountName"},
      {R"("kubeConfig":{"secretRef":{"name":"x"}})", "spec.kubeConfig"},
      {R"("decryption":{"provider":"sops"})", "spec.decryption"},
      {R"("postBuild":{"substitute":{"a":"b"}},"decryption":null)", ""},
  };
  for (const auto& [fields, expected] : rows) {
    INFO(fields);
    CHECK(read_kustomization(kustomization(fields)).unsupported_field == expected);
  }
}

TEST_CASE("tells of sources that are not built", "[engine][api][resource]") {
  const UnitSpec unit = read_kustomization(
      model::parse_json(R"({"metadata":{"namespace":"team"},"spec":{"sourceRef":)"
                        R"({"kind":"OCIRepository","name":"a","namespace":"b"}}})"));
  CHECK(unit.source.display() == "OCIRepository/b/a");
  CHECK(unit.source_problem ==
        "source kind OCIRepository is not supported, expected GitRepository");
}

TEST_CASE("reads a HelmRelease", "[engine][api][resource]") {
  const UnitSpec unit =
      read_helm_release(release(R"("interval":"30m","timeout":"3m","install":{"disableWait":true},)"
                                R"("dependsOn":[{"name":"db"}])"));
  CHECK(unit.path == "charts/web");
  CHECK(unit.source.display() == "GitRepository/team/repo");
  CHECK_FALSE(unit.wait);
  CHECK(unit.prune);
  CHECK(unit.timeout == 3min);
  CHECK(unit.depends_on[0].display() == "HelmRelease/team/db");
  CHECK(read_helm_release(release("")).wait);
  const std::string fields =
      R"("healthCheckExprs":[{"apiVersion":"v1","kind":"X","current":"true"}])";
  CHECK(read_helm_release(release(fields)).health_expressions->supports({"", "v1", "X"}));
}

TEST_CASE("tells which charts are not built", "[engine][api][resource]") {
  const auto read = [](const std::string& spec) {
    return read_helm_release(
        model::parse_json(R"({"metadata":{"name":"a","namespace":"b"},"spec":)" + spec + "}"));
  };
  CHECK(
      read(R"({"chartRef":{"kind":"OCIRepository","name":"x"}})").source_problem ==
      "chartRef of kind OCIRepository is not supported, expected spec.chart with a GitRepository");
  CHECK(read(R"({"chart":{"spec":{"chart":"a","sourceRef":{"kind":"HelmRepository","name":"x"}}}})")
            .source_problem ==
        "source kind HelmRepository is not supported, expected GitRepository");
  CHECK_THAT(message_of([&] { read("{}"); }), Catch::Contains("spec.chart or spec.chartRef"));
}

TEST_CASE("reads a GitRepository", "[engine][api][resource]") {
  const model::Document spec = model::parse_json(
      R"({"url":"https://git/x","interval":"1m","timeout":"20s","suspend":true,"ignore":"*.md",)"
      R"("secretRef":{"name":"s"},"provider":"generic","recurseSubmodules":false,)"
      R"("ref":{"branch":"b","tag":"t","semver":"v","commit":"c","name":"n"}})");
  const GitRepositorySpec read = GitRepositorySpec::read(spec.root());
  CHECK(read.url == "https://git/x");
  CHECK(read.branch + read.tag + read.semver + read.commit + read.ref_name == "btvcn");
  CHECK(read.secret_name == "s");
  CHECK(read.ignore == "*.md");
  CHECK(read.interval == 1min);
  CHECK(read.timeout == 20s);
  CHECK(read.suspend);
}

TEST_CASE("refuses what a GitRepository asks that is not built", "[engine][api][resource]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"({})", "expected a text in spec.url, found nothing"},
      {R"({"url":["x"]})", "expected a string in spec.url, found list"},
      {R"({"url":"u","verify":{"mode":"HEAD"}})", "spec.verify is not supported yet"},
      {R"({"url":"u","include":[{"repository":{"name":"x"}}]})", "spec.include is not"},
      {R"({"url":"u","recurseSubmodules":true})", "spec.recurseSubmodules is not"},
      {R"({"url":"u","provider":"azure"})", "spec.provider azure is not"},
      {R"({"url":"u","proxySecretRef":{"name":"x"}})", "spec.proxySecretRef is not"},
  };
  for (const auto& [spec, expected] : rows) {
    INFO(spec);
    const model::Document document = model::parse_json(spec);
    CHECK_THAT(message_of([&] { GitRepositorySpec::read(document.root()); }),
               Catch::Contains(expected));
  }
}

TEST_CASE("reads what drives an object from its metadata", "[engine][api][resource]") {
  const model::Document object = model::parse_json(
      R"({"metadata":{"name":"a","namespace":"b","uid":"u","resourceVersion":"5","generation":3,)"
      R"("deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["x","finalizers.fluxcd.io"],)"
      R"("annotations":{"reconcile.fluxcd.io/requestedAt":"now",)"
      R"("reconcile.dev/allowPrune":"now"}},)"
      R"("status":{"lastHandledReconcileAt":"before"}})");
  const ResourceMeta meta = ResourceMeta::read(object.root());
  CHECK(meta.deleting);
  CHECK(meta.has_finalizer);
  CHECK(meta.finalizers.size() == 2);
  CHECK(meta.generation == 3);
  CHECK(meta.requested_at == "now");
  CHECK(meta.last_handled == "before");
  CHECK(meta.prune_allowed);
  const ResourceMeta empty = ResourceMeta::read(model::parse_json("{}").root());
  CHECK_FALSE(empty.prune_allowed);
  CHECK_FALSE(empty.has_finalizer);
}

TEST_CASE("reads when a unit is written from its annotations", "[engine][api][resource]") {
  const model::Document object = model::parse_json(
      R"({"metadata":{"annotations":{"reconcile.dev/driftDetection":"warn",)"
      R"("reconcile.dev/atomic":"true","reconcile.dev/pausedUntil":"2026-01-01T00:00:00Z"}}})");
  const ResourceMeta meta = ResourceMeta::read(object.root());
  CHECK(meta.policy.drift == appliers::DriftMode::warn);
  CHECK(meta.policy.pause);
  CHECK(meta.atomic);
  CHECK_FALSE(ResourceMeta::read(model::parse_json("{}").root()).atomic);
}

TEST_CASE("reads which fields are ignored and what becomes of drift", "[engine][api][resource]") {
  CHECK(read_kustomization(kustomization("")).ignore == nullptr);
  CHECK(read_kustomization(kustomization(R"("ignore":[{"paths":["/spec/replicas"]}])")).ignore !=
        nullptr);
  CHECK_THAT(message_of([] { read_kustomization(kustomization(R"("ignore":[{"paths":["x"]}])")); }),
             Catch::StartsWith("spec.ignore: ignore rule 1: expected a JSON pointer"));
  const auto release = [](const std::string& drift) {
    return read_helm_release(model::parse_json(
        R"({"metadata":{"name":"a","namespace":"b"},"spec":{"chart":{"spec":{"chart":"c",)"
        R"("sourceRef":{"kind":"GitRepository","name":"r"}}},"driftDetection":)" +
        drift + "}}"));
  };
  CHECK(release("{}").drift_mode == appliers::DriftMode::revert);
  CHECK(release(R"({"mode":"enabled"})").drift_mode == appliers::DriftMode::revert);
  CHECK(release(R"({"mode":"warn"})").drift_mode == appliers::DriftMode::warn);
  CHECK(release(R"({"mode":"disabled"})").drift_mode == appliers::DriftMode::off);
  CHECK(release(R"({"ignore":[{"paths":["/a"]}]})").ignore != nullptr);
  CHECK_THAT(message_of([&] { release(R"({"mode":"maybe"})"); }),
             Catch::Contains("expected enabled, warn or disabled in spec.driftDetection.mode"));
}

TEST_CASE("an approval of an older request counts no more", "[engine][api][resource]") {
  const model::Document object =
      model::parse_json(R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"2",)"
                        R"("reconcile.dev/allowPrune":"1"}}})");
  CHECK_FALSE(ResourceMeta::read(object.root()).prune_allowed);
}
