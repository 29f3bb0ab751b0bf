#include "engine/controllers/seen_names.hpp"

#include <algorithm>
#include <iterator>

namespace reconcile::engine {

SeenNames::Name SeenNames::note(const kube::WatchEvent& event) {
  const model::Value metadata = event.object["metadata"];
  Name name(metadata["namespace"].text(), metadata["name"].text());
  if (event.type == kube::WatchEventType::deleted) {
    known_.erase(name);
    return name;
  }
  if (event.initial) seen_.insert(name);
  known_.insert(name);
  return name;
}

std::vector<SeenNames::Name> SeenNames::end_list() {
  std::vector<Name> gone;
  std::set_difference(known_.begin(), known_.end(), seen_.begin(), seen_.end(),
                      std::back_inserter(gone));
  known_ = std::exchange(seen_, {});
  return gone;
}

}  // namespace reconcile::engine
