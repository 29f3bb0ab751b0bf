#pragma once

#include <string>
#include <string_view>

namespace reconcile::sprig {

/// Longer passwords are refused, as golang.org/x/crypto does.
inline constexpr std::size_t bcrypt_password_bytes_max = 72;

/// The bcrypt hash "$2a$COST$…" of `password` with 16 bytes of `salt`; `cost` is 4 to 31.
std::string bcrypt_hash(std::string_view password, int cost, std::string_view salt);

}  // namespace reconcile::sprig
