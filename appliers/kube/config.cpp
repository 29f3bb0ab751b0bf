#include "reconcile/kube/config.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>

#include "appliers/kube/credentials.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

using model::Error;
using model::ErrorCode;

/// Whether a configuration may name other files and programs.
enum class Trust {
  file,  ///< written by who runs us
  text,  ///< came out of a cluster
};

struct Entry {
  YAML::Node node;
  std::string file;
};

/// The merged configuration, kept as the nodes that the files hold.
struct Merged {
  std::map<std::string, Entry> clusters;
  std::map<std::string, Entry> contexts;
  std::map<std::string, Entry> users;
  std::string current_context;
  std::string names;  ///< of the files, for messages
  Trust trust = Trust::file;
};

[[noreturn]] void fail(const Entry& entry, const std::string& message) {
  const YAML::Mark mark = entry.node.Mark();
  throw Error(ErrorCode::invalid_input, message)
      .in_file(entry.file,
               {mark.is_null() ? 0 : mark.line + 1, mark.is_null() ? 0 : mark.column + 1});
}

std::string text_at(const Entry& entry, const char* key) {
  const YAML::Node value = entry.node[key];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar()) fail(entry, std::string("expected text at \"") + key + "\"");
  return value.Scalar();
}

bool flag_at(const Entry& entry, const char* key) {
  return text_at(entry, key) == "true";
}

void merge_named(const YAML::Node& list, const char* inner, const std::string& file,
                 std::map<std::string, Entry>& into) {
  if (!list || !list.IsSequence()) return;
  for (const YAML::Node& item : list) {
    const YAML::Node name = item["name"];
    if (!name || !name.IsScalar()) fail({item, file}, "expected an entry with a name");
    if (!item[inner] || !item[inner].IsMap()) {
      fail({item, file}, std::string("\"") + name.Scalar() + "\" has no \"" + inner + "\"");
    }
    into.emplace(name.Scalar(), Entry{item[inner], file});
  }
}

void merge_text(const std::string& text, const std::string& file, Merged& into) {
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return;
    if (!root.IsMap()) fail({root, file}, "expected a kubeconfig, found no map");
    merge_named(root["clusters"], "cluster", file, into.clusters);
    merge_named(root["contexts"], "context", file, into.contexts);
    merge_named(root["users"], "user", file, into.users);
    const YAML::Node current = root["current-context"];
    if (into.current_context.empty() && current && current.IsScalar()) {
      into.current_context = current.Scalar();
    }
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::invalid_input, error.msg)
        .in_file(file, {error.mark.line + 1, error.mark.column + 1});
  }
}

const Entry& named(const std::map<std::string, Entry>& entries, const std::string& name,
                   const char* what, const Merged& merged) {
  const auto found = entries.find(name);
  if (found != entries.end()) return found->second;
  throw Error(ErrorCode::not_found,
              std::string(what) + " \"" + name + "\" is not in " + merged.names);
}

/// The path of a file that an entry names, relative to the kubeconfig.
std::string full_path(const Entry& entry, const std::string& path) {
  return (std::filesystem::path(entry.file).parent_path() / path).string();
}

/// Inline base64 data, else the file it names, else empty.
std::string data_or_file(const Entry& entry, const std::string& key, Trust trust) {
  const std::string data = text_at(entry, (key + "-data").c_str());
  if (!data.empty()) {
    try {
      return model::base64_decode(data);
    } catch (const Error&) {
      fail(entry, "\"" + key + "-data\" is no base64");
    }
  }
  const std::string path = text_at(entry, key.c_str());
  if (path.empty()) return {};
  if (trust == Trust::text) fail(entry, "\"" + key + "\" names a file, which is not allowed here");
  return read_small_file(full_path(entry, path), key);
}

std::string cluster_info(const ClusterConfig& config) {
  std::string json = R"({"server":)";
  model::write_json_string(config.server, json);
  if (!config.tls.ca_pem.empty()) {
    json += R"(,"certificate-authority-data":)";
    model::write_json_string(model::base64_encode(config.tls.ca_pem), json);
  }
  if (!config.tls.server_name.empty()) {
    json += R"(,"tls-server-name":)";
    model::write_json_string(config.tls.server_name, json);
  }
  if (config.tls.verification == io::TlsVerification::none)
    json += R"(,"insecure-skip-tls-verify":true)";
  return json + "}";
}

ExecCommand exec_command(const Entry& user, const ClusterConfig& config) {
  const Entry exec{user.node["exec"], user.file};
  ExecCommand out;
  out.command = text_at(exec, "command");
  if (out.command.empty()) fail(exec, "\"exec\" has no command");
  // A relative path is meant from the kubeconfig; a bare name is looked up in the path.
  if (out.command.find('/') != std::string::npos && out.command.front() != '/') {
    out.command = (std::filesystem::path(user.file).parent_path() / out.command).string();
  }
  for (const YAML::Node& argument : exec.node["args"]) out.arguments.push_back(argument.Scalar());
  for (const YAML::Node& variable : exec.node["env"]) {
    out.environment.emplace_back(variable["name"].Scalar(), variable["value"].Scalar());
  }
  out.api_version = text_at(exec, "apiVersion");
  out.install_hint = text_at(exec, "installHint");
  if (flag_at(exec, "provideClusterInfo")) out.cluster_info_json = cluster_info(config);
  return out;
}

ClientCertificate certificate_of(const Entry& user, const std::string& name, Trust trust) {
  const auto file = [&](const char* key) {
    const std::string path = text_at(user, key);
    return path.empty() || !text_at(user, (std::string(key) + "-data").c_str()).empty()
               ? std::string()
               : full_path(user, path);
  };
  ClientCertificate certificate{data_or_file(user, "client-certificate", trust),
                                data_or_file(user, "client-key", trust), file("client-certificate"),
                                file("client-key")};
  if (certificate.cert_pem.empty() != certificate.key_pem.empty()) {
    fail(user, "user \"" + name + "\" needs a client certificate and its key, found one of them");
  }
  return certificate;
}

std::shared_ptr<CredentialSource> credential_of(const Entry& user, const std::string& name,
                                                const ClusterConfig& config, Trust trust,
                                                const KubeconfigOptions& options) {
  const model::Clock& clock = *options.clock;
  const ClientCertificate certificate = certificate_of(user, name, trust);
  if (user.node["exec"]) {
    const ExecCommand command = exec_command(user, config);
    if (trust == Trust::text || !options.credential_plugin) {
      throw Error(ErrorCode::unsupported,
                  "user \"" + name + "\" wants the credential plug-in \"" + command.command +
                      "\", and programs are not run here: use a token or a client certificate")
          .in_file(user.file);
    }
    return with_certificate(plugin_credential(options.credential_plugin, command, clock),
                            certificate, clock);
  }
  if (user.node["auth-provider"]) {
    throw Error(ErrorCode::unsupported,
                "user \"" + name + "\" uses \"auth-provider\", which Kubernetes 1.26 removed")
        .in_file(user.file);
  }
  if (const std::string path = text_at(user, "tokenFile"); !path.empty()) {
    if (trust == Trust::text) fail(user, "\"tokenFile\" names a file, which is not allowed here");
    return with_certificate(token_file(full_path(user, path), std::chrono::seconds(60), clock),
                            certificate, clock);
  }
  Credential fixed;
  fixed.token = text_at(user, "token");
  fixed.username = text_at(user, "username");
  fixed.password = text_at(user, "password");
  return with_certificate(fixed_credential(std::move(fixed)), certificate, clock);
}

void read_cluster(const Entry& cluster, const std::string& name, Trust trust,
                  const KubeconfigOptions& options, ClusterConfig& config) {
  config.server = text_at(cluster, "server");
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
    fail(cluster,
         "cluster \"" + name + "\" needs a server https://…, found \"" + config.server + "\"");
  }
  while (config.server.ends_with('/')) config.server.pop_back();
  config.tls.ca_pem = data_or_file(cluster, "certificate-authority", trust);
  const std::string ca_path = text_at(cluster, "certificate-authority");
  const bool has_data = !text_at(cluster, "certificate-authority-data").empty();
  if (!ca_path.empty() && !has_data) config.ca_file = full_path(cluster, ca_path);
  config.tls.server_name = text_at(cluster, "tls-server-name");
  config.proxy = text_at(cluster, "proxy-url");
  if (!flag_at(cluster, "insecure-skip-tls-verify")) return;
  if (options.weakest_verification != io::TlsVerification::none) {
    throw Error(
        ErrorCode::unauthorized,
        "cluster \"" + name +
            "\" sets insecure-skip-tls-verify, which is refused: give its certificate authority")
        .in_file(cluster.file);
  }
  config.tls.verification = io::TlsVerification::none;
}

ClusterConfig resolve(const Merged& merged, const KubeconfigOptions& options) {
  ClusterConfig config;
  config.context = options.context.empty() ? merged.current_context : options.context;
  if (config.context.empty()) {
    throw Error(ErrorCode::invalid_input, merged.names + " has no current-context");
  }
  const Entry& context = named(merged.contexts, config.context, "context", merged);
  const std::string cluster_name = text_at(context, "cluster");
  const Entry& cluster = named(merged.clusters, cluster_name, "cluster", merged);
  read_cluster(cluster, cluster_name, merged.trust, options, config);
  if (const std::string space = text_at(context, "namespace"); !space.empty()) {
    config.default_namespace = space;
  }
  const std::string user_name = text_at(context, "user");
  if (user_name.empty()) {
    config.credentials = fixed_credential({});
    return config;
  }
  const Entry& user = named(merged.users, user_name, "user", merged);
  config.credentials = credential_of(user, user_name, config, merged.trust, options);
  config.impersonate_user = text_at(user, "as");
  for (const YAML::Node& group : user.node["as-groups"]) {
    config.impersonate_groups.push_back(group.Scalar());
  }
  return config;
}

/// yaml-cpp's own exceptions (a list where a map is expected) become ours.
ClusterConfig resolve_guarded(const Merged& merged, const KubeconfigOptions& options) {
  try {
    return resolve(merged, options);
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::invalid_input, error.msg)
        .in_file(merged.names, {error.mark.line + 1, error.mark.column + 1});
  }
}

}  // namespace

ClusterConfig load_kubeconfig(const std::vector<std::string>& paths,
                              const KubeconfigOptions& options) {
  Merged merged;
  for (const std::string& path : paths) {
    merged.names += (merged.names.empty() ? "" : ":") + path;
    if (paths.size() > 1 && !std::filesystem::exists(path)) continue;
    merge_text(read_small_file(path, "the kubeconfig"), path, merged);
  }
  if (paths.empty()) throw Error(ErrorCode::not_found, "no kubeconfig is given");
  return resolve_guarded(merged, options);
}

ClusterConfig parse_kubeconfig(const std::string& text, const std::string& name,
                               const KubeconfigOptions& options) {
  Merged merged;
  merged.names = name;
  merged.trust = Trust::text;
  merge_text(text, name, merged);
  return resolve_guarded(merged, options);
}

ClusterConfig in_cluster_config(const InClusterOptions& options) {
  if (options.host.empty() || options.port.empty()) {
    throw Error(
        ErrorCode::not_found,
        "not inside a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  ClusterConfig config;
  const bool v6 = options.host.find(':') != std::string::npos;
  config.server = "https://" + (v6 ? "[" + options.host + "]" : options.host) + ":" + options.port;
  config.ca_file = options.directory + "/ca.crt";
  config.tls.ca_pem = read_small_file(config.ca_file, "the service account's CA");
  const std::string token = options.directory + "/token";
  config.credentials = token_file(token, std::chrono::seconds(60), *options.clock);
  config.credentials->current();
  config.context = "in-cluster";
  try {
    config.default_namespace = read_small_file(options.directory + "/namespace", "the namespace");
  } catch (const Error&) {  // Only some volumes carry it; "default" stands.
  }
  return config;
}

}  // namespace reconcile::kube
