// derivePassword (the Master Password algorithm), bcrypt and htpasswd.
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "reconcile/model/digest.hpp"
#include "renderers/sprig/bcrypt.hpp"
#include "renderers/sprig/crypto_library.hpp"
#include "renderers/sprig/entropy.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoValue;

constexpr std::string_view seed_name = "com.lyndir.masterpassword";

constexpr std::string_view maximum_templates[] = {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"};
constexpr std::string_view long_templates[] = {
    "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
    "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
    "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
    "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
    "CvccCvcvCvccno"};
constexpr std::string_view medium_templates[] = {"CvcnoCvc", "CvcCvcno"};
constexpr std::string_view short_templates[] = {"Cvcn"};
constexpr std::string_view basic_templates[] = {"aaanaaan", "aannaaan", "aaannaaa"};
constexpr std::string_view pin_templates[] = {"nnnn"};

std::span<const std::string_view> templates_of(std::string_view type) {
  if (type == "maximum") return maximum_templates;
  if (type == "long") return long_templates;
  if (type == "medium") return medium_templates;
  if (type == "short") return short_templates;
  if (type == "basic") return basic_templates;
  if (type == "pin") return pin_templates;
  return {};
}

std::string_view characters_of(char letter) {
  switch (letter) {
    case 'V':
      return "AEIOU";
    case 'C':
      return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v':
      return "aeiou";
    case 'c':
      return "bcdfghjklmnpqrstvwxyz";
    case 'a':
      return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n':
      return "0123456789";
    case 'o':
      return "@&%?,=[]_:-+*$#!'^~;()/.";
    default:
      return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

std::string big_endian(std::uint32_t number) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out += static_cast<char>((number >> shift) & 0xFFU);
  return out;
}

std::string with_size(std::string_view text) {
  return big_endian(static_cast<std::uint32_t>(text.size())) + std::string(text);
}

/// derivePassword(counter, type, password, user, site)
GoValue derive_password(Call& call) {
  const std::span<const std::string_view> templates = templates_of(call.text(1));
  if (templates.empty()) {
    return call.heap().string("cannot find password template " + std::string(call.text(1)));
  }
  call.context.work += derived_password_steps;
  const std::string_view password = call.text(2);
  const std::string salt = std::string(seed_name) + with_size(call.text(3));
  std::array<unsigned char, 64> key{};
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), 32768, 8, 2,
                     std::uint64_t{128} << 20U, key.data(), key.size()) != 1) {
    throw FunctionError("failed to derive password");
  }
  const std::string seed =
      model::hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()},
                         std::string(seed_name) + with_size(call.text(4)) +
                             big_endian(static_cast<std::uint32_t>(call[0].as_unsigned())));
  const auto byte = [&](std::size_t index) {
    return static_cast<std::size_t>(static_cast<unsigned char>(seed[index]));
  };
  const std::string_view chosen = templates[byte(0) % templates.size()];
  std::string out;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::string_view characters = characters_of(chosen[i]);
    out += characters[byte(i + 1) % characters.size()];
  }
  return call.heap().string(out);
}

constexpr int bcrypt_cost = 10;

std::string hashed(Call& call, std::string_view password) {
  if (password.size() > bcrypt_password_bytes_max) {
    return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  }
  call.context.work += password_hash_steps;
  return bcrypt_hash(password, bcrypt_cost, Entropy(call.context).bytes(16));
}

GoValue bcrypt(Call& call) {
  return call.heap().string(hashed(call, call.text(0)));
}

GoValue htpasswd(Call& call) {
  const std::string user(call.text(0));
  if (user.find(':') != std::string::npos) {
    return call.heap().string("invalid username: " + user);
  }
  return call.heap().string(user + ':' + hashed(call, call.text(1)));
}

constexpr Function functions[] = {
    {"derivePassword", "ussss", derive_password},
    {"bcrypt", "s", bcrypt},
    {"htpasswd", "ss", htpasswd},
};

}  // namespace

std::span<const Function> password_functions() {
  return functions;
}

}  // namespace reconcile::sprig
