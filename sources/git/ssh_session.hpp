#pragma once

#include <libssh2.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "sources/git/git_transfer.hpp"
#include "sources/git/git_url.hpp"
#include "sources/git/known_hosts.hpp"

namespace reconcile::sources {

/// One SSH connection that runs one command (libssh2). Every wait keeps to the transfer's limits,
/// and each member throws its errors. One thread.
class SshSession {
 public:
  /// Connects, checks the host key against known_hosts and logs in with the key. Throws
  /// Error(unauthorized) for a host key that is unknown or another one, and for a refused login.
  SshSession(Transfer& transfer, const SshAddress& address);
  ~SshSession();
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  void run(const std::string& command);
  void write(std::string_view bytes);
  /// Fills `buffer` with what is there; 0 at the end.
  std::size_t read(std::span<char> buffer);
  /// The command's exit status, once `read` came to the end; -1 where the server tells none.
  int exit_status();
  /// What the command wrote to its standard error, at most 4 KiB.
  [[nodiscard]] const std::string& errors() const noexcept { return errors_; }

 private:
  /// Calls `step` until it does not ask to wait; answers what it answers, errors too.
  template <typename Step>
  auto drive(Step step) -> decltype(step());
  void wait();
  void shut() noexcept;
  void handshake();
  void prefer_known_keys();
  void check_host_key();
  void log_in();
  void take_errors();
  [[nodiscard]] model::Error failure(model::ErrorCode code, const std::string& expected) const;
  [[nodiscard]] model::Error refused_key(const std::string& user) const;
  [[nodiscard]] std::string place() const;
  [[nodiscard]] std::string origin() const;

  Transfer& transfer_;
  const SshAddress address_;
  const KnownHosts known_hosts_;
  LIBSSH2_SESSION* session_ = nullptr;
  LIBSSH2_CHANNEL* channel_ = nullptr;
  std::string errors_;
};

}  // namespace reconcile::sources
