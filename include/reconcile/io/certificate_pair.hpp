#pragma once

#include <string>

namespace reconcile::io {

/// Whether `key_pem` is the key of the first certificate in `cert_pem`. False where one of them
/// cannot be read, or the key is encrypted. From any thread.
bool is_certificate_pair(const std::string& cert_pem, const std::string& key_pem);

}  // namespace reconcile::io
