#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/io/http_message.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::kube {

/// What proves who we are, at one moment. Empty members are not used.
struct Credential {
  std::string token;  ///< bearer token
  std::string username;
  std::string password;
  std::string client_cert_pem;
  std::string client_key_pem;
};

/// The `exec` section of a kubeconfig user.
struct ExecCommand {
  std::string command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string api_version;
  std::string install_hint;
  std::string
      cluster_info_json;  ///< ExecCredential with spec.cluster, where provideClusterInfo says so
};

/// What a plug-in answered, with the time from which it must be asked again (absent: never).
struct ExecCredential {
  Credential credential;
  std::optional<model::WallTime> expires;
};

/// Runs a kubeconfig's credential plug-in. Only the command for people passes one.
using CredentialPlugin = std::function<ExecCredential(const ExecCommand&)>;

/// Where the credential comes from. Safe from any thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// The credential to use now; files are read again at most once a minute, plug-ins when expired.
  /// May block. Throws model::Error.
  virtual Credential current() = 0;
  /// The server answered 401: forget what is cached.
  virtual void invalidate() {}
};

/// How to reach one cluster.
struct ClusterConfig {
  std::string server;  ///< "https://host:port[/prefix]" without trailing slash
  /// Everything but client certificates, which the credential carries.
  io::TlsOptions tls;
  /// The file that `tls.ca_pem` was read from; read again as it is replaced. Empty: none.
  std::string ca_file = {};
  std::string proxy;
  std::string default_namespace = "default";
  std::string context;  ///< the kubeconfig's context; "in-cluster" inside a pod
  std::shared_ptr<CredentialSource> credentials;
  /// Impersonation (kubeconfig `as`, `as-groups`); empty = none.
  std::string impersonate_user;
  std::vector<std::string> impersonate_groups;
};

struct KubeconfigOptions {
  std::string context;  ///< empty = current-context
  CredentialPlugin
      credential_plugin;  ///< empty: `exec` users are refused with a message that says so
  /// `none` accepts insecure-skip-tls-verify; otherwise it is refused.
  io::TlsVerification weakest_verification = io::TlsVerification::full;
  const model::Clock* clock = &model::system_clock();
};

/// Reads kubeconfig files as kubectl 1.36 merges them: the first file that names a thing wins;
/// `paths` as in $KUBECONFIG, missing files are skipped unless there is only one.
/// Throws Error(not_found, invalid_input, unsupported, unauthorized) naming the file and the entry.
ClusterConfig load_kubeconfig(const std::vector<std::string>& paths,
                              const KubeconfigOptions& options = {});

/// The same from text (a Secret's `value`); `name` stands for the file in messages. Files and
/// `exec` are refused: such a text comes from a cluster's user.
ClusterConfig parse_kubeconfig(const std::string& text, const std::string& name,
                               const KubeconfigOptions& options = {});

struct InClusterOptions {
  std::string directory = "/var/run/secrets/kubernetes.io/serviceaccount";
  std::string host;  ///< $KUBERNETES_SERVICE_HOST, given by the caller
  std::string port;  ///< $KUBERNETES_SERVICE_PORT
  const model::Clock* clock = &model::system_clock();
};

/// The configuration that kubelet gives to a pod. The token is read again as it rotates.
/// Throws Error(not_found) naming the file that is missing.
ClusterConfig in_cluster_config(const InClusterOptions& options);

/// A source that always answers `credential`.
std::shared_ptr<CredentialSource> fixed_credential(Credential credential);
/// A token file that is read again at most every `interval`, and after 401.
std::shared_ptr<CredentialSource> token_file(
    std::string path, std::chrono::seconds interval = std::chrono::seconds(60),
    const model::Clock& clock = model::system_clock());

}  // namespace reconcile::kube
