#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reconcile::io {

constexpr std::size_t secret_bytes_min = 6;
/// The oldest secret is forgotten above this.
constexpr std::size_t secrets_max = 256;

/// Whether a log key names something that is never printed: token, password, authorization, secret,
/// private_key, alone or as the last part of a longer key ("webhook_token").
bool names_secret(std::string_view key);

/// `text` with each of `secrets`, and the user part of URLs, replaced by "***".
std::string mask_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace reconcile::io
