#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "sources/git/git_transfer.hpp"

namespace reconcile::sources {

enum class GitService { upload_pack, receive_pack };

/// "git-upload-pack" or "git-receive-pack".
std::string_view to_string(GitService service);

/// A conversation with one service of a Git server (gitprotocol-pack, version 0): first the list of
/// refs, then requests and their answers. Every member throws the Error of a transfer and waits
/// within its limits.
class GitWire {
 public:
  virtual ~GitWire() = default;
  /// Asks `service` for its refs; `read` answers them.
  virtual void list(GitService service) = 0;
  /// Adds to the request. After an answer was read it begins the next one, where the wire has
  /// requests at all.
  virtual void write(std::string_view bytes) = 0;
  /// Waits for at least one byte of the answer and fills `buffer` with what is there; 0 at the end.
  virtual std::size_t read(std::span<char> buffer) = 0;
};

/// Whether each request travels alone, with all that the server must know.
bool is_stateless(const std::string& url);

/// The wire that the scheme of the transfer's URL asks for: http, https, ssh.
std::unique_ptr<GitWire> make_wire(Transfer& transfer);

}  // namespace reconcile::sources
