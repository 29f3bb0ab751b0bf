#pragma once

#include <map>
#include <optional>
#include <string>

#include "reconcile/kube/client.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Fills credentials and TLS of `options` from the Secret that a GitRepository names: username and
/// password, bearerToken, ca.crt (or caFile), tls.crt and tls.key; for an SSH URL identity,
/// known_hosts and the key's password. `options.url` must be set. Blocks. Throws Error(not_found)
/// where the Secret is missing.
void read_git_secret(kube::Client& client, const std::string& namespace_name,
                     const std::string& name, sources::GitOptions& options);

/// The decoded data of a ConfigMap or Secret; absent where there is no such object. Blocks. Throws
/// Error where the server refuses.
std::optional<std::map<std::string, std::string>> read_config_data(
    kube::Client& client, const std::string& kind, const std::string& namespace_name,
    const std::string& name);

}  // namespace reconcile::engine
