#include "base/model/seal.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <atomic>
#include <cstring>
#include <memory>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

constexpr std::size_t key_bytes = 32;
enum class Direction : int { open = 0, close = 1 };

struct Freed {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Freed>;
using Nonce = std::array<unsigned char, sizeof(std::uint64_t) + sizeof(std::uint32_t)>;

unsigned char* octets(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void failed(const char* what) {
  ERR_clear_error();
  throw Error(ErrorCode::internal, what);
}

/// With the process's key; one a thread and direction, since the key's set-up is most of the work.
Context keyed(Direction direction) {
  static const std::string key = random_bytes(key_bytes);
  Context context(EVP_CIPHER_CTX_new());
  if (context == nullptr ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets(std::string_view(key)),
                        nullptr, static_cast<int>(direction)) != 1)
    failed("AES-256-GCM is not to be had");
  return context;
}

void set_nonce(EVP_CIPHER_CTX* context, std::uint64_t number, std::uint32_t place,
               Direction direction) {
  Nonce nonce;
  std::memcpy(nonce.data(), &number, sizeof number);
  std::memcpy(nonce.data() + sizeof number, &place, sizeof place);
  if (EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.data(),
                        static_cast<int>(direction)) != 1)
    failed("AES-256-GCM failed");
}

}  // namespace

std::uint64_t next_seal_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

void seal(std::uint64_t number, std::uint32_t place, std::string_view plain, std::string& out) {
  thread_local const Context context = keyed(Direction::close);
  set_nonce(context.get(), number, place, Direction::close);
  const std::size_t begin = out.size();
  out.resize(begin + plain.size() + seal_bytes);
  int written = 0;
  int last = 0;
  if (EVP_EncryptUpdate(context.get(), octets(out.data() + begin), &written, octets(plain),
                        static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), octets(out.data() + begin) + written, &last) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, seal_bytes,
                          out.data() + begin + plain.size()) != 1)
    failed("AES-256-GCM failed");
}

std::string unseal(std::uint64_t number, std::uint32_t place, std::string_view sealed) {
  thread_local const Context context = keyed(Direction::open);
  if (sealed.size() < seal_bytes) failed("sealed bytes are too few");
  set_nonce(context.get(), number, place, Direction::open);
  std::string plain(sealed.size() - seal_bytes, '\0');
  std::array<char, seal_bytes> tag{};
  std::memcpy(tag.data(), sealed.data() + plain.size(), tag.size());
  int written = 0;
  int last = 0;
  if (EVP_DecryptUpdate(context.get(), octets(plain.data()), &written, octets(sealed),
                        static_cast<int>(plain.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, seal_bytes, tag.data()) != 1 ||
      EVP_DecryptFinal_ex(context.get(), octets(plain.data()) + written, &last) != 1)
    failed("sealed bytes are not what was sealed");
  return plain;
}

}  // namespace reconcile::model
