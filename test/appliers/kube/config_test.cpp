#include "reconcile/kube/config.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "reconcile/model/error.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/temporary_directory.hpp"
#include "test/support/tls_server.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

namespace {

std::string kubeconfig(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: dev\n"
         "contexts:\n- name: dev\n  context: {cluster: c, user: u, namespace: apps}\n"
         "- name: other\n  context: {cluster: missing, user: u}\n"
         "clusters:\n- name: c\n  cluster: " +
         cluster + "\nusers:\n- name: u\n  user: " + user + "\n";
}

std::string error_of(const std::string& cluster, const std::string& user,
                     kube::KubeconfigOptions options = {}) {
  try {
    kube::parse_kubeconfig(kubeconfig(cluster, user), "config.yaml", options);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

constexpr const char* server = "{server: 'https://kube.example:6443/'}";

}  // namespace

TEST_CASE("reads a kubeconfig with inline data", "[appliers][kube][config]") {
  const auto config = kube::parse_kubeconfig(
      kubeconfig("{server: 'https://kube.example:6443/', certificate-authority-data: Y2E=, "
                 "tls-server-name: kube, proxy-url: 'http://proxy:3128'}",
                 "{client-certificate-data: Y2VydA==, client-key-data: a2V5, token: t, as: admin, "
                 "as-groups: [a, b]}"),
      "config.yaml");
  CHECK(config.server == "https://kube.example:6443");
  CHECK(config.tls.ca_pem == "ca");
  CHECK(config.tls.server_name == "kube");
  CHECK(config.proxy == "http://proxy:3128");
  CHECK(config.default_namespace == "apps");
  CHECK(config.context == "dev");
  CHECK(config.impersonate_user == "admin");
  CHECK(config.impersonate_groups == std::vector<std::string>{"a", "b"});
  const auto credential = config.credentials->current();
  CHECK(credential.client_cert_pem == "cert");
  CHECK(credential.client_key_pem == "key");
  CHECK(credential.token == "t");
}

TEST_CASE("reads files relative to the kubeconfig and merges kubeconfigs",
          "[appliers][kube][config]") {
  const test::TemporaryDirectory folder;
  folder.write("ca.crt", "CA");
  folder.write("token", "from file\n");
  const auto first = folder.write("one", "users:\n- name: u\n  user: {tokenFile: token}\n");
  const auto second = folder.write(
      "two", kubeconfig("{server: 'https://a', certificate-authority: ca.crt}", "{token: second}"));
  const auto config = kube::load_kubeconfig({folder.path() + "/absent", first, second});
  CHECK(config.tls.ca_pem == "CA");
  CHECK(config.ca_file == folder.path() + "/ca.crt");
  CHECK(config.credentials->current().token == "from file");
  CHECK_THROWS_AS(kube::load_kubeconfig({folder.path() + "/absent"}), model::Error);
  CHECK_THROWS_AS(kube::load_kubeconfig({second}, {.context = "other", .credential_plugin = {}}),
                  model::Error);
}

TEST_CASE("says what is wrong with a kubeconfig", "[appliers][kube][config]") {
  CHECK(contains(error_of("{}", "{}"), "needs a server https://"));
  CHECK(contains(error_of("{server: 'ftp://a'}", "{}"), "found \"ftp://a\""));
  CHECK(contains(error_of(server, "{client-certificate-data: Y2E=}"), "and its key"));
  CHECK(contains(error_of(server, "{client-certificate-data: '*'}"), "is no base64"));
  CHECK(contains(error_of(server, "{client-certificate: /etc/x}"), "names a file"));
  CHECK(contains(error_of(server, "{tokenFile: /etc/x}"), "names a file"));
  CHECK(contains(error_of(server, "{auth-provider: {name: gcp}}"), "auth-provider"));
  CHECK(contains(error_of("[]", "{}"), "\"c\" has no \"cluster\" (config.yaml:10:3)"));
  CHECK_THROWS_AS(kube::parse_kubeconfig("a: [", "x"), model::Error);
  CHECK_THROWS_AS(kube::parse_kubeconfig("[]", "x"), model::Error);
  CHECK_THROWS_AS(kube::parse_kubeconfig("", "x"), model::Error);
}

TEST_CASE("skips the certificate check only where allowed", "[appliers][kube][config]") {
  const char* insecure = "{server: 'https://a', insecure-skip-tls-verify: true}";
  CHECK(contains(error_of(insecure, "{}"), "insecure-skip-tls-verify, which is refused"));
  kube::KubeconfigOptions options;
  options.weakest_verification = io::TlsVerification::none;
  const auto config = kube::parse_kubeconfig(kubeconfig(insecure, "{}"), "x", options);
  CHECK(config.tls.verification == io::TlsVerification::none);
}

TEST_CASE("runs a credential plug-in only through the port", "[appliers][kube][config]") {
  const char* exec =
      "{exec: {command: bin/login, args: [a], env: [{name: K, value: V}], "
      "apiVersion: client.authentication.k8s.io/v1, provideClusterInfo: true}}";
  CHECK(contains(error_of(server, exec), "programs are not run here"));
  const test::TemporaryDirectory folder;
  const auto file = folder.write("config", kubeconfig(server, exec));
  CHECK_THROWS_AS(kube::load_kubeconfig({file}), model::Error);
  test::FakeClock clock;
  int calls = 0;
  kube::ExecCommand seen;
  kube::KubeconfigOptions options;
  options.clock = &clock;
  options.credential_plugin = [&](const kube::ExecCommand& command) {
    seen = command;
    ++calls;
    kube::ExecCredential answer;
    answer.credential.token = "token " + std::to_string(calls);
    answer.expires = clock.wall_now() + 60s;
    return answer;
  };
  const auto config = kube::load_kubeconfig({file}, options);
  CHECK(calls == 0);
  CHECK(config.credentials->current().token == "token 1");
  CHECK(config.credentials->current().token == "token 1");
  clock.advance(55s);
  CHECK(config.credentials->current().token == "token 2");
  config.credentials->invalidate();
  CHECK(config.credentials->current().token == "token 3");
  CHECK(seen.command == folder.path() + "/bin/login");
  CHECK(seen.environment.at(0).second == "V");
  CHECK(contains(seen.cluster_info_json, "\"server\":\"https://kube.example:6443\""));
}

TEST_CASE("reads the token again as kubelet rotates it", "[appliers][kube][config]") {
  const test::TemporaryDirectory folder;
  test::FakeClock clock;
  const auto file = folder.write("token", "one");
  const auto source = kube::token_file(file, 60s, clock);
  CHECK(source->current().token == "one");
  folder.write("token", "two\n");
  CHECK(source->current().token == "one");
  clock.advance(61s);
  CHECK(source->current().token == "two");
  folder.write("token", "three");
  source->invalidate();
  CHECK(source->current().token == "three");
  std::filesystem::remove(file);
  clock.advance(61s);
  CHECK(source->current().token == "three");
  CHECK_THROWS_AS(kube::token_file(file, 60s, clock)->current(), model::Error);
}

TEST_CASE("reads a client certificate again as its files are replaced",
          "[appliers][kube][config]") {
  const test::TestCertificate one = test::make_certificate("one");
  const test::TestCertificate two = test::make_certificate("two");
  const test::TestCertificate three = test::make_certificate("three");
  const test::TemporaryDirectory folder;
  folder.write("tls.crt", one.cert_pem);
  folder.write("tls.key", one.key_pem);
  const auto file = folder.write(
      "config", kubeconfig(server, "{client-certificate: tls.crt, client-key: tls.key, token: t}"));
  test::FakeClock clock;
  kube::KubeconfigOptions options;
  options.clock = &clock;
  const auto config = kube::load_kubeconfig({file}, options);
  const auto is = [&](const test::TestCertificate& expected) {
    const kube::Credential now = config.credentials->current();
    CHECK(now.token == "t");
    return now.client_cert_pem == expected.cert_pem && now.client_key_pem == expected.key_pem;
  };
  CHECK(is(one));
  folder.write("tls.crt", two.cert_pem);
  clock.advance(61s);
  CHECK(is(one));  // The key is still that of the first.
  folder.write("tls.key", two.key_pem);
  CHECK(is(two));
  folder.write("tls.crt", three.cert_pem);
  folder.write("tls.key", three.key_pem);
  CHECK(is(two));
  config.credentials->invalidate();
  CHECK(is(three));
  for (const char* name : {"tls.crt", "tls.key"})
    std::filesystem::remove(folder.path() + "/" + name);
  clock.advance(61s);
  CHECK(is(three));
  folder.write("tls.crt", "no certificate");
  folder.write("tls.key", "no key");
  clock.advance(61s);
  CHECK(is(three));
}

TEST_CASE("finds the cluster around a pod", "[appliers][kube][config]") {
  const test::TemporaryDirectory folder;
  folder.write("ca.crt", "CA");
  folder.write("token", "t");
  folder.write("namespace", "gitops");
  kube::InClusterOptions options;
  options.directory = folder.path();
  CHECK_THROWS_AS(kube::in_cluster_config(options), model::Error);
  options.host = "fd00::1";
  options.port = "443";
  const auto config = kube::in_cluster_config(options);
  CHECK(config.server == "https://[fd00::1]:443");
  CHECK(config.ca_file == folder.path() + "/ca.crt");
  CHECK(config.default_namespace == "gitops");
  CHECK(config.credentials->current().token == "t");
}
