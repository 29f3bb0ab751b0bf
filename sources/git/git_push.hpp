#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/git/git_connection.hpp"
#include "sources/git/git_wire.hpp"
#include "sources/git/pkt_line.hpp"

namespace reconcile::sources {

/// What the server shall change. A zero id means that there is no such ref.
struct RefUpdate {
  std::string name;
  git_oid expected{};
  git_oid wanted{};
};

/// The refs of a server as git-receive-pack lists them.
struct PushAdvertisement {
  std::vector<RemoteHead> heads;
  std::vector<std::string> capabilities;

  [[nodiscard]] bool can(std::string_view capability) const;
};

/// Why the server did not make an update.
struct PushRefusal {
  std::string reason;  ///< of its report: "pre-receive hook declined"
  std::string words;   ///< what its hooks and Git itself printed; may be empty

  /// "reason (the server says: words)".
  [[nodiscard]] std::string text() const;
};

/// Reads an advertisement to its end. Throws Error(unavailable) where it is none and
/// Error(unsupported) for a repository of SHA-256.
PushAdvertisement read_advertisement(PacketReader& reader);
/// The request that asks for `update`, without its pack.
std::string push_request(const RefUpdate& update, const PushAdvertisement& advertised);
/// Reads the answer to its end: absent where the update was made. Throws Error(unavailable) where
/// the answer breaks off, so that nobody knows.
std::optional<PushRefusal> read_push_report(PacketReader& reader, const RefUpdate& update,
                                            const PushAdvertisement& advertised);

/// A conversation with git-receive-pack of one transfer. libgit2's own push does not let its caller
/// say which id the ref is expected to have.
class GitPush {
 public:
  explicit GitPush(Transfer& transfer);

  /// The server's refs now. Throws the transfer's error.
  const PushAdvertisement& list();
  /// Asks for `update` and sends `pack` (empty where nothing is new or the ref goes). The server
  /// makes it only where its ref is still at `update.expected`.
  std::optional<PushRefusal> send(const RefUpdate& update, std::string_view pack);

 private:
  Transfer& transfer_;
  std::unique_ptr<GitWire> wire_;
  PushAdvertisement advertised_;
};

}  // namespace reconcile::sources
