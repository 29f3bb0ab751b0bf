#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::model {

/// Bytes that a seal adds.
inline constexpr std::size_t seal_bytes = 16;

/// A number that this process has not given out before, for `seal`.
std::uint64_t next_seal_number();

/// Appends `plain` to `out`, encrypted and authenticated (AES-256-GCM) with a key that this process
/// drew and never shows. No pair of `number` and `place` may be used twice. From any thread.
void seal(std::uint64_t number, std::uint32_t place, std::string_view plain, std::string& out);

/// The reverse. Throws Error(internal) where the bytes are not what was sealed there.
std::string unseal(std::uint64_t number, std::uint32_t place, std::string_view sealed);

}  // namespace reconcile::model
