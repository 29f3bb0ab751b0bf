#include <arpa/inet.h>

#include <chrono>
#include <string>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/certificates.hpp"
#include "renderers/sprig/encoding.hpp"
#include "renderers/sprig/entropy.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoField;
using gotemplate::GoValue;

constexpr int rsa_bits = 2048;
constexpr GoField certificate_fields[] = {{"Cert", "Cert"}, {"Key", "Key"}};
constexpr gotemplate::GoStructType certificate_type{"sprig.certificate", certificate_fields, {}};

GoValue certificate_value(Call& call, std::string_view certificate, std::string_view key) {
  const std::span<GoValue> values = call.heap().elements(2);
  values[0] = call.heap().string(certificate);
  values[1] = call.heap().string(key);
  return GoValue::object(call.heap().make<gotemplate::GoStruct>(certificate_type, values));
}

std::vector<std::string> addresses_of(const GoValue& list) {
  std::vector<std::string> addresses;
  for (const GoValue& item : list.as_items()) {
    std::string text;
    gotemplate::append_printed(text, item);
    if (!item.is_string()) throw FunctionError("error parsing ip: " + text + " is not a string");
    char bytes[16];
    if (inet_pton(AF_INET, text.c_str(), bytes) != 1 &&
        inet_pton(AF_INET6, text.c_str(), bytes) != 1) {
      throw FunctionError("error parsing ip: " + text);
    }
    addresses.push_back(std::move(text));
  }
  return addresses;
}

std::vector<std::string> names_of(const GoValue& list) {
  std::vector<std::string> names;
  for (const GoValue& item : list.as_items()) {
    std::string text;
    gotemplate::append_printed(text, item);
    if (!item.is_string()) {
      throw FunctionError("error processing alternate dns name: " + text + " is not a string");
    }
    names.push_back(std::move(text));
  }
  return names;
}

CertificateRequest base_request(Call& call, std::int64_t days) {
  CertificateRequest request;
  request.common_name = call.text(0);
  request.serial = Entropy(call.context).bytes(16);
  request.not_before =
      std::chrono::duration_cast<std::chrono::seconds>(call.context.now.time_since_epoch()).count();
  // Durations wrap around in Go where the days do not fit.
  constexpr std::uint64_t day = 86'400'000'000'000;
  const auto length = static_cast<std::int64_t>(static_cast<std::uint64_t>(days) * day);
  request.not_after = request.not_before + length / 1'000'000'000;
  return request;
}

/// The key in argument `index`, or a new one where the call has none.
Key key_of(Call& call, std::size_t index) {
  if (call.size() <= index) {
    Entropy(call.context).bytes(1);  // a render without entropy makes no keys either
    return new_rsa_key(rsa_bits);
  }
  try {
    return parse_private_key(call.text(index));
  } catch (const FunctionError& error) {
    throw FunctionError(std::string("parsing private key: ") + error.what());
  }
}

GoValue signed_value(Call& call, const CertificateRequest& request, EVP_PKEY* key,
                     const CertificateSigner& signer) {
  call.context.work += key_steps;
  const Certificate certificate = create_certificate(request, key, signer);
  return certificate_value(call, certificate_pem(certificate.get()), private_key_pem(key));
}

/// genCA(name, days[, key])
GoValue authority(Call& call) {
  const Key key = key_of(call, 2);
  CertificateRequest request = base_request(call, call.integer(1));
  request.is_authority = true;
  return signed_value(call, request, key.get(), {});
}

CertificateRequest named_request(Call& call) {
  CertificateRequest request = base_request(call, call.integer(3));
  request.addresses = addresses_of(call[1]);
  request.dns_names = names_of(call[2]);
  return request;
}

/// genSelfSignedCert(name, addresses, names, days[, key])
GoValue self_signed(Call& call) {
  const Key key = key_of(call, 4);
  return signed_value(call, named_request(call), key.get(), {});
}

/// genSignedCert(name, addresses, names, days, authority[, key])
GoValue signed_by(Call& call) {
  const Key key = key_of(call, 5);
  const auto authority_fields = call[4].as_object()->values();
  Certificate issuer;
  Key issuer_key;
  issuer = parse_certificate(authority_fields[0].as_text());
  try {
    issuer_key = parse_private_key(authority_fields[1].as_text());
  } catch (const FunctionError& error) {
    throw FunctionError(std::string("error parsing private key: ") + error.what());
  }
  return signed_value(call, named_request(call), key.get(), {issuer.get(), issuer_key.get()});
}

/// buildCustomCert(certificate, key), both base64 of PEM
GoValue custom(Call& call) {
  std::string error;
  const std::string certificate = decode_base64(call.text(0), error);
  if (!error.empty()) throw FunctionError("unable to decode base64 certificate");
  const std::string key = decode_base64(call.text(1), error);
  if (!error.empty()) throw FunctionError("unable to decode base64 private key");
  parse_certificate(certificate);
  try {
    parse_private_key(key);
  } catch (const FunctionError& failure) {
    throw FunctionError(std::string("error parsing private key: ") + failure.what());
  }
  return certificate_value(call, certificate, key);
}

GoValue private_key(Call& call) {
  const std::string_view type = call.text(0);
  Key (*const make)() = type == "ecdsa"     ? &new_ec_key
                        : type == "dsa"     ? &new_dsa_key
                        : type == "ed25519" ? &new_ed25519_key
                                            : nullptr;
  if (make == nullptr && !type.empty() && type != "rsa") {
    return call.heap().string("Unknown type " + std::string(type));
  }
  Entropy(call.context).bytes(1);
  const bool is_long = make == nullptr || type == "dsa";
  call.context.work += is_long ? long_key_steps : key_steps / 100;
  const Key key = make == nullptr ? new_rsa_key(4096) : make();
  return call.heap().string(private_key_pem(key.get()));
}

constexpr Function functions[] = {
    {"genPrivateKey", "s", private_key},
    {"buildCustomCert", "ss", custom},
    {"genCA", "si", authority},
    {"genCAWithKey", "sis", authority},
    {"genSelfSignedCert", "slli", self_signed},
    {"genSelfSignedCertWithKey", "sllis", self_signed},
    {"genSignedCert", "sllic", signed_by},
    {"genSignedCertWithKey", "sllics", signed_by},
};

}  // namespace

std::span<const Function> certificate_functions() {
  return functions;
}

}  // namespace reconcile::sprig
