#include "sources/git/ssh_key.hpp"

#include <algorithm>
#include <optional>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "sources/git/known_hosts.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view openssh_magic{"openssh-key-v1\0", 15};
constexpr std::size_t key_bytes_max = 64U << 10U;

Error bad_key(const std::string& found) {
  return {ErrorCode::invalid_input,
          "expected an SSH private key in PEM or OpenSSH's form, found " + found};
}

std::string body_of(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t start = text.find(begin) + begin.size();
  const std::size_t stop = text.find(end, start);
  if (stop == std::string_view::npos) throw bad_key("one without its last line");
  std::string body(text.substr(start, stop - start));
  body.erase(std::remove_if(body.begin(), body.end(),
                            [](char c) { return c == '\n' || c == '\r' || c == ' '; }),
             body.end());
  return body;
}

/// A field of four bytes of length and as many bytes; absent where the rest is too short.
std::optional<std::string_view> next_field(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length = length * 256 + static_cast<unsigned char>(bytes[i]);
  }
  if (length > bytes.size() - 4) return std::nullopt;
  const std::string_view field = bytes.substr(4, length);
  bytes.remove_prefix(4 + length);
  return field;
}

/// openssh-key-v1: cipher, key derivation and its options, number of keys, the public key, …
SshKeyFacts inspect_openssh(const std::string& base64) {
  std::string bytes;
  try {
    bytes = model::base64_decode(base64);
  } catch (const Error&) {
    throw bad_key("broken base64");
  }
  if (!bytes.starts_with(openssh_magic)) throw bad_key("another content");
  std::string_view rest = std::string_view(bytes).substr(openssh_magic.size());
  const std::optional<std::string_view> cipher = next_field(rest);
  const bool derived = next_field(rest).has_value() && next_field(rest).has_value();
  rest.remove_prefix(std::min<std::size_t>(4, rest.size()));
  const std::optional<std::string_view> public_key = next_field(rest);
  if (!cipher || !derived || !public_key) throw bad_key("one that breaks off");
  return {key_type(*public_key), key_fingerprint(*public_key), *cipher != "none"};
}

}  // namespace

SshKeyFacts inspect_ssh_key(std::string_view text) {
  if (text.empty()) throw bad_key("none");
  if (text.size() > key_bytes_max) throw bad_key("one larger than 64 KiB");
  if (text.find("-----BEGIN OPENSSH PRIVATE KEY-----") != std::string_view::npos) {
    return inspect_openssh(
        body_of(text, "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"));
  }
  if (text.starts_with("PuTTY-User-Key-File")) throw bad_key("one in PuTTY's form");
  if (text.find("PRIVATE KEY-----") == std::string_view::npos) {
    const bool is_public = text.starts_with("ssh-") || text.find("BEGIN PUBLIC KEY") != text.npos;
    throw bad_key(is_public ? "a public key" : "something else");
  }
  SshKeyFacts facts;
  facts.encrypted = text.find("ENCRYPTED") != std::string_view::npos;
  if (text.find("BEGIN RSA PRIVATE KEY") != std::string_view::npos) facts.type = "ssh-rsa";
  if (text.find("BEGIN EC PRIVATE KEY") != std::string_view::npos) facts.type = "ecdsa";
  return facts;
}

}  // namespace reconcile::sources
