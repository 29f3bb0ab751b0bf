#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reconcile::sources {

/// `text` as valid UTF-8 without control bytes (each becomes U+FFFD), at most `bytes_max` bytes,
/// cut between characters: what others wrote, fit for a message.
std::string plain_text(std::string_view text, std::size_t bytes_max);

}  // namespace reconcile::sources
