#pragma once

#include <optional>
#include <string_view>

#include "reconcile/model/digest.hpp"

namespace reconcile::diff {

/// Hash of a live object's JSON text as the API server writes it, without what the write of a
/// status changes: `status`, the resourceVersion and the times of managed fields. Of two texts of
/// one object with equal digests `fold` answers the same but for the resourceVersion, as long as
/// FoldOptions::left names no field of the status, which nothing applies. Absent where
/// that is not sure: a field of the status is applied, or the text is none of an object. A tenth of
/// what reading and folding the object costs. Not for Secrets: it is not keyed.
std::optional<model::Hash128> body_digest(std::string_view json);

}  // namespace reconcile::diff
