#pragma once

#include <string>

#include "reconcile/kube/client.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Fills credentials and TLS of `options` from the Secret that a GitRepository names: username and
/// password, bearerToken, ca.crt (or caFile), tls.crt and tls.key. Blocks. Throws Error(not_found)
/// where the Secret is missing, Error(unsupported) for an SSH identity.
void read_git_secret(kube::Client& client, const std::string& namespace_name,
                     const std::string& name, sources::GitOptions& options);

/// One decoded value of a ConfigMap's or Secret's data; absent where object or key are missing.
/// Blocks. Throws Error where the server refuses.
std::optional<std::string> read_config_value(kube::Client& client, const std::string& kind,
                                             const std::string& namespace_name,
                                             const std::string& name, const std::string& key);

}  // namespace reconcile::engine
