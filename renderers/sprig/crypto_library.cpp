#include "renderers/sprig/crypto_library.hpp"

#include <dlfcn.h>

#include <string>

#include "reconcile/gotemplate/function.hpp"

#define RECONCILE_TEXT(value) #value
#define RECONCILE_TEXT_OF(macro) RECONCILE_TEXT(macro)

namespace reconcile::sprig {
namespace {

/// Of the version whose headers are compiled here.
constexpr const char* library_name = "libcrypto.so." RECONCILE_TEXT_OF(OPENSSL_SHLIB_VERSION);

[[noreturn]] void fail() {
  const char* const reason = ::dlerror();
  throw gotemplate::FunctionError(std::string("cannot use ") + library_name + ": " +
                                  (reason == nullptr ? "unknown reason" : reason));
}

}  // namespace

void* crypto_symbol(const char* name) {
  // Never closed: addresses are kept.
  static void* const library = ::dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) fail();
  void* const address = ::dlsym(library, name);
  if (address == nullptr) fail();
  return address;
}

}  // namespace reconcile::sprig
