#include <catch2/catch.hpp>

#include "test/integration/appliers/cluster_connection.hpp"
#include "test/support/tls_server.hpp"

using namespace reconcile;
using test::ClusterConnection;
using test::config_map_kind;

TEST_CASE("knows the kinds of a real server", "[.integration][appliers][kube]") {
  ClusterConnection cluster("kube-discovery");
  const auto resources = cluster.client.resources();
  const auto* deployment = resources->find({"apps", "v1", "Deployment"});
  REQUIRE(deployment != nullptr);
  CHECK(deployment->plural == "deployments");
  CHECK(deployment->scope == kube::Scope::namespaced);
  CHECK(resources->find({"", "v1", "Namespace"})->scope == kube::Scope::cluster);
  CHECK(resources->find_by_name("deploy") == deployment);
  CHECK(resources->find_preferred("apps", "Deployment") == deployment);
  CHECK(cluster.client.server_version().git_version.starts_with("v1."));
  CHECK(cluster.client.count(kube::RequestPurpose::discovery) == 3);
}

TEST_CASE("applies, and an identical apply changes nothing", "[.integration][appliers][kube]") {
  ClusterConnection cluster("kube-apply");
  auto& client = cluster.client;
  const auto request = kube::Request::apply(cluster.config_map("a", "1"), "reconcile");
  const auto first = client.send(request);
  INFO(first.status.display());
  REQUIRE(first.status.code == 201);
  const auto second = client.send(request);
  CHECK(second.status.code == 200);
  CHECK(second.object().resource_version() == first.object().resource_version());
  const auto dry = client.send(kube::Request::apply(cluster.config_map("a", "2"), "reconcile",
                                                    kube::Conflicts::force, kube::DryRun::all));
  CHECK(dry.object()["data"]["v"].text() == "2");
  const auto live = client.send(kube::Request::get(config_map_kind, cluster.space, "a"));
  CHECK(live.object()["data"]["v"].text() == "1");
}

TEST_CASE("reports conflicts with their fields", "[.integration][appliers][kube]") {
  ClusterConnection cluster("kube-conflict");
  auto& client = cluster.client;
  client.send(kube::Request::apply(cluster.config_map("a", "1"), "somebody")).require_ok("apply");
  const auto conflict = client.send(
      kube::Request::apply(cluster.config_map("a", "2"), "reconcile", kube::Conflicts::report));
  CHECK(conflict.status.conflict());
  REQUIRE(conflict.status.has_cause("FieldManagerConflict"));
  CHECK(conflict.status.causes.at(0).field == ".data.v");
  CHECK(client.send(kube::Request::apply(cluster.config_map("a", "2"), "reconcile")).ok());
}

TEST_CASE("deletes only the object that is meant", "[.integration][appliers][kube]") {
  ClusterConnection cluster("kube-delete");
  auto& client = cluster.client;
  const auto made = client.send(kube::Request::apply(cluster.config_map("a", "1"), "reconcile"));
  const auto wrong =
      client.send(kube::Request::remove(config_map_kind, cluster.space, "a", "not-the-uid"));
  CHECK(wrong.status.code == 409);
  const std::string uid(made.object().uid());
  CHECK(client.send(kube::Request::remove(config_map_kind, cluster.space, "a", uid)).ok());
  CHECK(client.send(kube::Request::remove(config_map_kind, cluster.space, "a")).status.not_found());
}

TEST_CASE("updates, patches and writes status", "[.integration][appliers][kube]") {
  ClusterConnection cluster("kube-update");
  auto& client = cluster.client;
  client.send(kube::Request::create(cluster.config_map("a", "1"), "m")).require_ok("create");
  CHECK(client.send(kube::Request::create(cluster.config_map("a", "1"), "m")).status.reason ==
        "AlreadyExists");
  CHECK(client.send(kube::Request::update(cluster.config_map("a", "2"), "m")).ok());
  const auto merged = client.send(kube::Request::patch(
      kube::Verb::merge_patch, config_map_kind, cluster.space, "a", R"({"data":{"w":"3"}})", "m"));
  CHECK(merged.object()["data"].size() == 2);
  const auto invalid = client.send(kube::Request::apply(
      ClusterConnection::json(
          R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":")" +
          cluster.space + R"("},"spec":{"ports":[{"port":99999}]}})"),
      "m"));
  CHECK(invalid.status.code == 422);
  CHECK(invalid.status.has_cause("FieldValueInvalid"));
}

TEST_CASE("says that the certificate authority is wrong", "[.integration][appliers][kube][tls]") {
  io::Executor executor;
  io::HttpClient http(executor);
  auto config = ClusterConnection::config();
  config.tls.ca_pem = test::make_certificate("other").cert_pem;
  kube::Client client(executor, http, config);
  try {
    client.resources();
    FAIL("the server was trusted");
  } catch (const model::Error& error) {
    INFO(error.what());
    CHECK(error.code() == model::ErrorCode::unauthorized);
    CHECK(error.message().find("not trusted by the given certificate authorities") !=
          std::string::npos);
  }
}
