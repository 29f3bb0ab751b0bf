#pragma once

#include <string>
#include <string_view>

namespace reconcile::sprig {

/// Go's base64.StdEncoding.DecodeString. Where it fails, `error` is Go's text
/// ("illegal base64 data at input byte 4") and the answer is not to be used.
std::string decode_base64(std::string_view text, std::string& error);

}  // namespace reconcile::sprig
