#pragma once

#include <string>
#include <string_view>

namespace reconcile::sources {

/// What a private key's text says about itself without being opened.
struct SshKeyFacts {
  std::string type;         ///< "ssh-ed25519"; empty where the form does not show it
  std::string fingerprint;  ///< of the public key; empty where the form does not show it
  bool encrypted = false;
};

/// Throws Error(invalid_input) where `text` is no private key in PEM or OpenSSH's form, without
/// quoting it.
SshKeyFacts inspect_ssh_key(std::string_view text);

}  // namespace reconcile::sources
