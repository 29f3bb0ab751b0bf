#pragma once

#include <git2.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "reconcile/io/blocking_http.hpp"
#include "reconcile/io/blocking_socket.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::sources {

/// The ways to a server that the transfers of one source share, and how to end them.
struct GitEdges {
  io::BlockingHttp http;
  io::BlockingSocket socket;
  std::atomic<bool> cancelled{false};

  void cancel() noexcept {
    cancelled = true;
    http.cancel();
    socket.cancel();
  }
};

/// One fetch or push: its bounds, what it moved, and the error that the callbacks of libgit2 could
/// not throw.
struct Transfer {
  const GitOptions& options;
  GitEdges& edges;
  model::SteadyTime deadline;
  std::string base_url;  ///< where the repository is, after redirects
  bool own_host = true;  ///< false: redirected away, credentials stay behind
  GitTransfer moved{};
  std::optional<model::Error> error{};

  /// A transfer of `url` that begins now.
  Transfer(const GitOptions& options, GitEdges& edges, std::string url);

  /// Time left; throws Error(unavailable) where there is none and Error(cancelled).
  [[nodiscard]] std::chrono::milliseconds remaining() const;
};

/// Runs `work` inside a callback of libgit2: the first error is kept in the transfer, as no
/// exception may pass through C.
template <typename Work>
int guarded(Transfer& transfer, Work work) noexcept {
  std::optional<model::Error> failure;
  try {
    work();
    return 0;
  } catch (const model::Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = model::Error(model::ErrorCode::internal, error.what());
  }
  if (!transfer.error) transfer.error = std::move(failure);
  git_error_set_str(GIT_ERROR_NET, "the transfer failed");
  return GIT_EUSER;
}

}  // namespace reconcile::sources
