#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// A value that template functions draw anew at each render (randAlphaNum, genCA, htpasswd, now),
/// where the one that is there already stands now.
struct GeneratedField {
  model::ObjectId id;
  std::string path;  ///< "data.password", "spec.list[0].name"
};

/// The forms of objects that are there; an absent document: it is not there.
using FindLive = std::function<std::vector<model::Document>(const std::vector<model::Object>&)>;

/// Puts the values that are there in place of those that are drawn anew: what differs between
/// `objects` and `again`, two renders of the same, by which both have the same objects. Of a text
/// that is drawn in part, the rest has to be what is there; what does not fit, and objects that are
/// not there, keep their drawn values. `find` is asked once, for the objects that differ, and not
/// at all where none does.
std::vector<GeneratedField> keep_generated(std::vector<model::Object>& objects,
                                           std::span<const model::Object> again,
                                           const FindLive& find);

/// Reads them from a cluster. Throws Error(unavailable) where that cannot be said of one.
FindLive find_in_cluster(appliers::ClusterPort& port);
/// Takes them from other objects, which must outlive the function.
FindLive find_among(std::span<const model::Object> objects);

}  // namespace reconcile::engine
