#include "engine/gates/envelope.hpp"

#include <algorithm>

#include "engine/gates/field_reader.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

constexpr std::size_t signatures_max = 16;
constexpr std::size_t depth_max = 8;

std::string decoded(FieldReader& fields, std::string_view key) {
  const Value value = fields.value(key);
  if (!value.is_string()) wrong_field(fields.path_of(key), "base64", to_string(value.kind()));
  try {
    return model::base64_decode(value.text());
  } catch (const Error& error) {
    wrong_field(fields.path_of(key), "base64", error.message());
  }
}

}  // namespace

Envelope Envelope::parse(std::string_view json, std::size_t bytes_max) {
  if (json.size() > bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected an envelope of at most " +
                                               std::to_string(bytes_max) + " bytes, found " +
                                               std::to_string(json.size()));
  }
  const model::Document document = model::parse_json(json, {bytes_max, depth_max});
  if (!document.root().is_map()) {
    wrong_field("the envelope", "a map", to_string(document.root().kind()));
  }
  FieldReader fields(document.root(), {});
  Envelope envelope;
  envelope.payload_type = fields.required_text("payloadType");
  envelope.payload = decoded(fields, "payload");
  const Value list = fields.list("signatures", signatures_max);
  for (std::size_t i = 0; i < list.size(); ++i) {
    FieldReader signature(list.at(i), "signatures[" + std::to_string(i) + "]");
    envelope.signatures.push_back({signature.text("keyid"), decoded(signature, "sig")});
    signature.finish();
  }
  if (envelope.signatures.empty()) wrong_field("signatures", "at least one", "none");
  fields.finish();
  return envelope;
}

std::string Envelope::text() const {
  std::string text = "{\"payload\":\"" + model::base64_encode(payload) + "\",\"payloadType\":";
  model::write_json_string(payload_type, text);
  text += ",\"signatures\":[";
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    text += i == 0 ? "{\"keyid\":" : ",{\"keyid\":";
    model::write_json_string(signatures[i].key_id, text);
    text += ",\"sig\":\"" + model::base64_encode(signatures[i].bytes) + "\"}";
  }
  return text + "]}";
}

std::string pre_authentication(std::string_view payload_type, std::string_view payload) {
  std::string bytes = "DSSEv1 " + std::to_string(payload_type.size()) + " ";
  bytes += payload_type;
  bytes += " " + std::to_string(payload.size()) + " ";
  bytes += payload;
  return bytes;
}

Envelope sign(std::string payload, const model::SigningKey& key) {
  Envelope envelope{std::string(statement_payload_type), std::move(payload), {}};
  const std::string signed_bytes = pre_authentication(envelope.payload_type, envelope.payload);
  envelope.signatures.push_back({key.public_key().id(), key.sign(signed_bytes)});
  return envelope;
}

const model::PublicKey* signer_of(const Envelope& envelope,
                                  const std::vector<model::PublicKey>& keys) {
  const std::string signed_bytes = pre_authentication(envelope.payload_type, envelope.payload);
  for (const model::PublicKey& key : keys) {
    for (const Envelope::Signature& signature : envelope.signatures) {
      if (key.verify(signed_bytes, signature.bytes)) return &key;
    }
  }
  return nullptr;
}

Signed open_signed(std::string_view text, const std::vector<model::PublicKey>& keys,
                   std::size_t bytes_max) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  Envelope envelope = Envelope::parse(text, bytes_max);
  if (envelope.signatures.size() != 1) {
    wrong_field("signatures", "one", std::to_string(envelope.signatures.size()));
  }
  if (envelope.payload_type != statement_payload_type) {
    wrong_field("payloadType", statement_payload_type, "another type");
  }
  const std::string& key_id = envelope.signatures.front().key_id;
  const auto named = std::find_if(keys.begin(), keys.end(),
                                  [&](const model::PublicKey& key) { return key.id() == key_id; });
  if (named == keys.end()) {
    throw Error(ErrorCode::unauthorized, "key " + key_id.substr(0, 64) + " is not trusted here");
  }
  if (signer_of(envelope, {*named}) == nullptr) {
    throw Error(ErrorCode::unauthorized, "the signature of key " + key_id + " does not verify");
  }
  if (envelope.text() != text) {
    wrong_field("the envelope", "its canonical form", "another writing of the same content");
  }
  return {std::move(envelope.payload), *named};
}

}  // namespace reconcile::engine::gates
