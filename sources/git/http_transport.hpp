#pragma once

#include <git2.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "reconcile/io/blocking_http.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::sources {

/// One fetch: its bounds, what it moved, and the error that the callbacks of libgit2 could not
/// throw.
struct Transfer {
  const GitOptions& options;
  io::BlockingHttp& http;
  const std::atomic<bool>& cancelled;
  model::SteadyTime deadline;
  std::string base_url;  ///< where the repository is, after redirects
  bool own_host = true;  ///< false: redirected away, credentials stay behind
  GitTransfer moved;
  std::optional<model::Error> error;

  /// Time left; throws Error(unavailable) where there is none and Error(cancelled).
  [[nodiscard]] std::chrono::milliseconds remaining() const;
};

/// A factory of libgit2 transports that speak Git's smart protocol (version 0) over
/// io::BlockingHttp; `payload` is a Transfer. libgit2's own HTTP has no CA, certificate, proxy,
/// time-out or cancel of one source, and its TLS settings are process-wide.
int make_http_transport(git_transport** out, git_remote* owner, void* payload);

}  // namespace reconcile::sources
