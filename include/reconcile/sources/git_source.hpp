#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "reconcile/io/http_message.hpp"
#include "reconcile/sources/commit_graph.hpp"
#include "reconcile/sources/ignore.hpp"
#include "reconcile/sources/source.hpp"

namespace reconcile::sources {

/// Which revision is wanted. Where several are set the first of commit, name, semver, tag, branch
/// counts, as in Flux's GitRepository; none means the branch "master".
struct GitReference {
  std::string branch{};  ///< "staging"; beside `commit` it only bounds what is fetched
  std::string tag{};     ///< "v1.2.3"
  std::string semver{};  ///< not built: Error(unsupported)
  std::string commit{};  ///< 40 hex digits
  std::string name{};    ///< "refs/pull/7/head"
};

/// Username with password, or a bearer token; all empty = none. Sent to the URL's host only.
struct GitCredentials {
  std::string username{};
  std::string password{};
  std::string bearer_token{};
};

/// How to log in over SSH. The user is the URL's, else "git".
struct SshOptions {
  /// The private key, PEM or OpenSSH's form: ed25519 or ECDSA. RSA keys sign with SHA-1 (libssh2
  /// before 1.11), which servers of today refuse.
  std::string identity{};
  std::string passphrase{};   ///< of the key; empty = none
  std::string known_hosts{};  ///< text of OpenSSH's known_hosts, hashed and "[host]:port" lines too
  /// Where these are kept, for messages: "Secret/apps/deploy-key"; empty = "known_hosts".
  std::string origin{};
};

/// Bounds of one transfer; beyond them Error(limit_exceeded) or, for time, Error(unavailable).
struct GitLimits {
  std::uint64_t objects_max = 5'000'000;
  std::uint64_t transfer_bytes_max = 2ULL << 30U;
  std::uint64_t push_bytes_max = 512ULL << 20U;          ///< of one push, held in memory
  std::uint64_t advertisement_bytes_max = 64ULL << 20U;  ///< of the list of refs
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds silence_timeout{30'000};  ///< without any byte
  std::chrono::milliseconds total_timeout{60'000};  ///< everything, waiting for the mirror included
  int redirects_max = 3;
  std::size_t packs_max = 40;  ///< more are repacked into one
};

/// Whether file paths are accepted as URL. Never in the controller: a user could read its files.
enum class LocalRepositories { refused, allowed };

struct GitOptions {
  /// http://…, https://…, ssh://[user@]host[:port]/path; a path or file://… where `local` allows.
  std::string url;
  LocalRepositories local = LocalRepositories::refused;
  GitReference reference;
  GitCredentials credentials;
  SshOptions ssh;
  io::TlsOptions tls;  ///< CA, client certificate and key of this source alone
  std::string proxy;   ///< "http://[user:password@]host:port" or "socks5://…"; empty = none
  GitLimits limits;
  IgnoreOptions ignore;
  model::FileLimits files;
  /// Sources share a mirror on disk where URL and scope are equal. The namespace of the source, so
  /// that no tenant writes into another's mirror.
  std::string scope;
};

/// What one fetch moved over the network.
struct GitTransfer {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

/// A branch, tag, commit or ref of a Git repository, mirrored incrementally below a data directory.
/// Every fetch asks the server for its refs, so credentials are proven each time; objects travel
/// only where the wanted commit is not yet in the mirror. A mirror that is damaged or was left half
/// written is rebuilt. See sources/git/git_mirror.hpp for the form on disk.
class GitSource final : public Source {
 public:
  /// Creates `<data_dir>/git/…` when first needed; no network. Throws Error(invalid_input) naming
  /// what is wrong in the options; Error(unsupported) for semver.
  GitSource(GitOptions options, std::string data_dir);
  ~GitSource() override;

  std::optional<Artifact> fetch(const std::optional<Revision>& known) override;
  void cancel() noexcept override;

  /// The artifact of a revision that the mirror already holds: after a restart without network, or
  /// where a gate admits an older commit. Absent where the mirror lacks it.
  [[nodiscard]] std::optional<Artifact> open(const Revision& revision);
  /// The commits of the mirror as it is now; later fetches may add to them. Stays readable while
  /// it is held. Absent before the first fetch. No network.
  [[nodiscard]] std::shared_ptr<const CommitGraph> graph() const;
  /// Of the last `fetch`, failed ones too.
  [[nodiscard]] GitTransfer last_transfer() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::sources
