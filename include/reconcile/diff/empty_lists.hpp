#pragma once

#include <string>
#include <string_view>

#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// Where one desired object has empty lists, as JSON: the object without all that does not lead to
/// one. Empty where there are none, and for Kubernetes' own kinds, which drop them. The server
/// records no owner of an empty list that is merged by keys or is a set, while it keeps the list:
/// nothing that we own tells that somebody removed it (structured-merge-diff 6.3.3).
std::string empty_lists(model::Value desired);

/// Appends, for each of these places that our `trie` does not own, whether `live` has a list there:
/// what others put into it is theirs. `places` is an answer of the above.
void fold_empty_lists(std::string_view places, model::Value trie, model::Value live,
                      std::string& bytes);

}  // namespace reconcile::diff
