#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

/// The names that a watch told of, to find what went while nobody watched. For the callbacks of one
/// watcher, which come one at a time.
class SeenNames {
 public:
  using Name = std::pair<std::string, std::string>;  ///< namespace and name

  /// The list begins anew.
  void begin_list() { seen_.clear(); }
  /// Takes note of an event; answers its object's name.
  Name note(const kube::WatchEvent& event);
  /// The list is complete: answers what was known and is not in it.
  std::vector<Name> end_list();

 private:
  std::set<Name> known_;
  std::set<Name> seen_;  ///< in the running list
};

}  // namespace reconcile::engine
