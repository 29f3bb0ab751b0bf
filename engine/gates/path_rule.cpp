#include "engine/gates/path_rule.hpp"

namespace reconcile::engine::gates {

std::vector<std::string> PathRule::unproven(const GraphMemo::Changes& from_attested) const {
  std::vector<std::string> paths;
  for (const auto& [path, change] : from_attested) {
    if (own.contains(path) || is_overlay(path)) continue;
    const bool carried = !from_admitted.contains(path) && !needing.contains(path);
    if (!carried) paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> PathRule::fresh_overlay() const {
  std::vector<std::string> paths;
  for (const auto& [path, change] : from_admitted) {
    if (!own.contains(path) && is_overlay(path)) paths.push_back(path);
  }
  return paths;
}

}  // namespace reconcile::engine::gates
