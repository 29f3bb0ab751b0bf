#include "engine/controllers/source_credentials.hpp"

#include <optional>

#include "engine/pipeline/cluster_values.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

std::optional<model::Document> read_object(kube::Client& client, const std::string& kind,
                                           const std::string& namespace_name,
                                           const std::string& name) {
  const kube::Response response =
      client.send(kube::Request::get({"", "v1", kind}, namespace_name, name));
  if (response.status.not_found()) return std::nullopt;
  response.require_ok("reading " + kind + "/" + namespace_name + "/" + name);
  return response.document();
}

std::string decoded(model::Value data, std::string_view key) {
  const model::Value value = data[key];
  return value.is_string() ? model::base64_decode(value.text()) : std::string();
}

}  // namespace

void read_git_secret(kube::Client& client, const std::string& namespace_name,
                     const std::string& name, sources::GitOptions& options) {
  const std::optional<model::Document> secret = read_object(client, "Secret", namespace_name, name);
  if (!secret) {
    throw model::Error(model::ErrorCode::not_found, "expected the Secret/" + namespace_name + "/" +
                                                        name +
                                                        " that spec.secretRef names, found none");
  }
  const model::Value data = (*secret)["data"];
  if (options.url.starts_with("ssh://")) {
    // As source-controller 1.9.1 does: `password` opens the key, the URL names the user.
    options.ssh = {decoded(data, "identity"), decoded(data, "password"),
                   decoded(data, "known_hosts"), "Secret/" + namespace_name + "/" + name};
    io::log().add_secret(options.ssh.identity);
    io::log().add_secret(options.ssh.passphrase);
    return;
  }
  options.credentials.username = decoded(data, "username");
  options.credentials.password = decoded(data, "password");
  options.credentials.bearer_token = decoded(data, "bearerToken");
  options.tls.ca_pem = decoded(data, data.contains("ca.crt") ? "ca.crt" : "caFile");
  options.tls.client_cert_pem = decoded(data, data.contains("tls.crt") ? "tls.crt" : "certFile");
  options.tls.client_key_pem = decoded(data, data.contains("tls.key") ? "tls.key" : "keyFile");
  io::log().add_secret(options.credentials.password);
  io::log().add_secret(options.credentials.bearer_token);
}

std::optional<std::map<std::string, std::string>> read_config_data(
    kube::Client& client, const std::string& kind, const std::string& namespace_name,
    const std::string& name) {
  const std::optional<model::Document> object = read_object(client, kind, namespace_name, name);
  if (!object) return std::nullopt;
  return config_data(kind, object->root());
}

}  // namespace reconcile::engine
