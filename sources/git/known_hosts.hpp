#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reconcile::sources {

/// A server's public key as SSH writes it.
struct HostKey {
  std::string type;  ///< "ssh-ed25519"
  std::string blob;  ///< raw bytes, the type included
  bool operator==(const HostKey&) const = default;
};

/// The type that a key's bytes begin with; empty where they are none.
std::string key_type(std::string_view blob);
/// "SHA256:<base64 without padding>", as ssh-keygen -l shows it.
std::string key_fingerprint(std::string_view blob);

/// The lines of an OpenSSH known_hosts file: plain, hashed ("|1|…"), with "[host]:port", patterns
/// and the marker @revoked; lines of other markers are left out, as are malformed ones.
class KnownHosts {
 public:
  /// Throws Error(invalid_input) where the text has no line of use.
  static KnownHosts parse(std::string_view text);

  /// The keys of a host. Where none is listed for "[host]:port", those of the bare host, as OpenSSH
  /// 9.2 does.
  [[nodiscard]] std::vector<HostKey> find(const std::string& host, int port) const;
  [[nodiscard]] bool is_revoked(const HostKey& key) const;

 private:
  struct Line {
    std::vector<std::string> patterns;
    HostKey key;
  };
  [[nodiscard]] std::vector<HostKey> find(const std::string& name) const;

  std::vector<Line> lines_;
  std::vector<HostKey> revoked_;
};

}  // namespace reconcile::sources
