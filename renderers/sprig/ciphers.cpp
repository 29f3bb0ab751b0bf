// encryptAES and decryptAES: AES-256-CBC, the password padded with zeros to 32 bytes.
#include <array>
#include <memory>
#include <string>

#include "reconcile/model/digest.hpp"
#include "renderers/sprig/crypto_library.hpp"
#include "renderers/sprig/encoding.hpp"
#include "renderers/sprig/entropy.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoValue;

constexpr std::size_t block_bytes = 16;
constexpr std::size_t key_bytes = 32;

enum class Direction : int { decrypt = 0, encrypt = 1 };

/// Whole blocks of `text` through the cipher.
std::string ciphered(std::string_view password, std::string_view vector, std::string_view text,
                     Direction direction) {
  std::array<unsigned char, key_bytes> key{};
  for (std::size_t i = 0; i < key.size() && i < password.size(); ++i) {
    key[i] = static_cast<unsigned char>(password[i]);
  }
  const std::unique_ptr<EVP_CIPHER_CTX, CryptoFree<EVP_CIPHER_CTX_free>> context(
      EVP_CIPHER_CTX_new());
  std::string out(text.size() + block_bytes, '\0');
  int written = 0;
  const bool done = context != nullptr &&
                    EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(),
                                      reinterpret_cast<const unsigned char*>(vector.data()),
                                      static_cast<int>(direction)) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                    EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                     &written, reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size())) == 1;
  if (!done) throw FunctionError("AES failed");
  out.resize(static_cast<std::size_t>(written));
  return out;
}

/// encryptAES(password, text): base64 of the vector and the blocks.
GoValue encrypt_aes(Call& call) {
  if (call.text(1).empty()) return GoValue::string("");
  check_result_bytes("encryptAES", call.text(1).size(), 2);
  std::string text(call.text(1));
  const std::size_t padding = block_bytes - text.size() % block_bytes;
  text.append(padding, static_cast<char>(padding));
  const std::string vector = Entropy(call.context).bytes(block_bytes);
  return call.heap().string(
      model::base64_encode(vector + ciphered(call.text(0), vector, text, Direction::encrypt)));
}

GoValue decrypt_aes(Call& call) {
  if (call.text(1).empty()) return GoValue::string("");
  check_result_bytes("decryptAES", call.text(1).size());
  std::string error;
  const std::string whole = decode_base64(call.text(1), error);
  if (!error.empty()) throw FunctionError(error);
  if (whole.size() < block_bytes) {
    throw FunctionError("runtime error: slice bounds out of range [:16] with capacity " +
                        std::to_string(call.text(1).size() / 4 * 3));
  }
  const std::string_view text = std::string_view(whole).substr(block_bytes);
  if (text.size() % block_bytes != 0) {
    throw FunctionError("crypto/cipher: input not full blocks");
  }
  if (text.empty()) throw FunctionError("runtime error: index out of range [-1]");
  std::string plain = ciphered(call.text(0), whole, text, Direction::decrypt);
  const std::size_t padding = static_cast<unsigned char>(plain.back());
  if (padding > plain.size()) {
    throw FunctionError("runtime error: slice bounds out of range [:-" +
                        std::to_string(padding - plain.size()) + "]");
  }
  plain.resize(plain.size() - padding);
  return call.heap().string(plain);
}

constexpr Function functions[] = {
    {"encryptAES", "ss", encrypt_aes},
    {"decryptAES", "ss", decrypt_aes},
};

}  // namespace

std::span<const Function> cipher_functions() {
  return functions;
}

}  // namespace reconcile::sprig
