#pragma once

#include "reconcile/kube/config.hpp"

namespace reconcile::kube {

/// Reads a small text file. Throws Error(not_found) naming `what` and the path,
/// Error(limit_exceeded) above 1 MiB.
std::string read_small_file(const std::string& path, std::string_view what);

/// Keeps what the plug-in answers until it expires or is refused.
std::shared_ptr<CredentialSource> plugin_credential(CredentialPlugin plugin, ExecCommand command,
                                                    const model::Clock& clock);

/// A client certificate and the files that its parts were read from; an empty path: from none.
struct ClientCertificate {
  std::string cert_pem;
  std::string key_pem;
  std::string cert_file;
  std::string key_file;
};

/// Puts `certificate` to what `inner` answers, where that has none. Its files are read again at
/// most every minute, and after 401; while they are no pair, the last pair stays.
std::shared_ptr<CredentialSource> with_certificate(std::shared_ptr<CredentialSource> inner,
                                                   ClientCertificate certificate,
                                                   const model::Clock& clock);

}  // namespace reconcile::kube
