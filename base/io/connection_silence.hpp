#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "reconcile/model/clock.hpp"

namespace reconcile::io {

/// Remembers of each connection since when it tells nothing. HTTP/2 shares connections: one whose
/// other end is gone without a word (a load balancer or a node that died) would take every later
/// request with it, and where something in between acknowledges, the kernel sees nothing wrong.
/// Connections are named by their descriptors. Not thread-safe.
class ConnectionSilence {
 public:
  /// A new connection, whatever had its descriptor before.
  void opened(int socket, model::SteadyTime now) { connections_[socket] = {now, std::nullopt}; }
  void closed(int socket) { connections_.erase(socket); }
  /// Something was asked on it.
  void asked(int socket, model::SteadyTime now);
  /// Bytes came on it.
  void heard(int socket, model::SteadyTime now);
  /// For one on which somebody waits: the first question that nothing came after, or the last
  /// bytes. Absent where the connection is closed.
  [[nodiscard]] std::optional<model::SteadyTime> silent_since(int socket) const;
  /// The connections on which no byte came after `time`.
  [[nodiscard]] std::vector<int> unheard_after(model::SteadyTime time) const;

 private:
  struct Connection {
    model::SteadyTime heard;
    std::optional<model::SteadyTime> asked;  ///< first one since `heard`
  };
  std::unordered_map<int, Connection> connections_;
};

}  // namespace reconcile::io
