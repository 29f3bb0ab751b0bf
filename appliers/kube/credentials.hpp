#pragma once

#include "reconcile/kube/config.hpp"

namespace reconcile::kube {

/// Reads a small text file. Throws Error(not_found) naming `what` and the path,
/// Error(limit_exceeded) above 1 MiB.
std::string read_small_file(const std::string& path, std::string_view what);

/// Keeps what the plug-in answers until it expires or is refused.
std::shared_ptr<CredentialSource> plugin_credential(CredentialPlugin plugin, ExecCommand command,
                                                    const model::Clock& clock);

/// Puts the client certificate of `base` to what `inner` answers, where that has none.
std::shared_ptr<CredentialSource> with_base(std::shared_ptr<CredentialSource> inner,
                                            Credential base);

}  // namespace reconcile::kube
