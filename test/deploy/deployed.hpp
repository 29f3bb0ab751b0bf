#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::test {

/// Path of a file or folder below deploy/.
std::string deploy_path(const std::string& path);

/// What `reconcile build deploy/<folder>` prints; throws with its errors where it fails.
std::string built(const std::string& folder);
/// What `reconcile template` prints for the packaged chart with these further arguments.
std::string templated(const std::vector<std::string>& arguments = {});

/// "Kind/namespace/name" → object.
std::map<std::string, model::Document> objects_of(const std::string& yaml);
/// The one named `id`; throws naming it.
const model::Document& object_in(const std::map<std::string, model::Document>& objects,
                                 const std::string& id);

/// kubectl with the administrator's kubeconfig; `input` is its standard input. Throws with what it
/// printed where it fails.
std::string kubectl(const std::vector<std::string>& arguments, const std::string& input = "");

/// `text` with each `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& with);

}  // namespace reconcile::test
