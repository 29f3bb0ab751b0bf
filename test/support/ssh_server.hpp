#pragma once

#include <string>

#include "test/support/temporary_directory.hpp"

namespace reconcile::test {

/// A key pair of ssh-keygen.
struct SshKeyPair {
  std::string private_key;
  std::string public_key;   ///< "ssh-ed25519 AAAA…", without comment
  std::string fingerprint;  ///< "SHA256:…"
};

/// `type`: "ed25519", "ecdsa", "rsa"; `format`: "RFC4716" (OpenSSH's own), "PEM" or "PKCS8".
SshKeyPair make_ssh_key(const std::string& type = "ed25519", const std::string& passphrase = "",
                        const std::string& format = "RFC4716");

/// OpenSSH's server on a free loopback port, for the user of this process, with Git's own commands.
class SshServer {
 public:
  /// Lets `client` in. `host_key` is the type of its own key. Throws std::runtime_error where sshd
  /// does not start.
  explicit SshServer(const SshKeyPair& client, const std::string& host_key = "ed25519");
  ~SshServer();
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;

  /// ssh://<user>@127.0.0.1:<port><path>; `path` begins with '/'.
  [[nodiscard]] std::string url(const std::string& path) const;
  /// "127.0.0.1:<port>".
  [[nodiscard]] std::string place() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] const SshKeyPair& host_key() const noexcept { return host_key_; }
  /// The line that makes the host known.
  [[nodiscard]] std::string known_hosts() const;
  /// What runs in place of the asked command from now on, a shell script that finds it in
  /// $SSH_ORIGINAL_COMMAND; "" = the command itself.
  void order(const std::string& script) const;

 private:
  [[nodiscard]] bool start();

  TemporaryDirectory state_;
  SshKeyPair host_key_;
  std::string user_;
  int port_ = 0;
  int pid_ = -1;
  int output_ = -1;
};

}  // namespace reconcile::test
