#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

/// Tests one format: absent where `text` is valid, else why not, in the words of
/// santhosh-tekuri/jsonschema 6.0.3.
using FormatTest = std::optional<std::string> (*)(std::string_view text);

/// The test of the format `name`; null for a format that is not asserted.
FormatTest find_format(std::string_view name);

}  // namespace reconcile::model
