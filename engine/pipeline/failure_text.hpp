#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcile/appliers/unit_pass.hpp"

namespace reconcile::engine {

/// The server's message about an object as people may see it. `secret_values` are what the unit
/// took from Secrets; they are masked, and so is the value that a validation error repeats where
/// there are any or the object is a Secret itself.
std::string shown_message(const model::ObjectId& id, std::string message,
                          const std::vector<std::string>& secret_values);

/// Brings every message of the result into the form of `shown_message`.
void mask_messages(appliers::PassResult& result, const std::vector<std::string>& secret_values);

/// A line for each of the first ten failures, and how many more there are.
std::string describe(const std::vector<appliers::ObjectFailure>& failures);

}  // namespace reconcile::engine
