#include "base/io/connection_silence.hpp"

namespace reconcile::io {

void ConnectionSilence::asked(int socket, model::SteadyTime now) {
  const auto found = connections_.find(socket);
  if (found != connections_.end() && !found->second.asked) found->second.asked = now;
}

void ConnectionSilence::heard(int socket, model::SteadyTime now) {
  const auto found = connections_.find(socket);
  if (found != connections_.end()) found->second = {now, std::nullopt};
}

std::optional<model::SteadyTime> ConnectionSilence::silent_since(int socket) const {
  const auto found = connections_.find(socket);
  if (found == connections_.end()) return std::nullopt;
  return found->second.asked.value_or(found->second.heard);
}

std::vector<int> ConnectionSilence::unheard_after(model::SteadyTime time) const {
  std::vector<int> sockets;
  for (const auto& [socket, connection] : connections_) {
    if (connection.heard <= time) sockets.push_back(socket);
  }
  return sockets;
}

}  // namespace reconcile::io
