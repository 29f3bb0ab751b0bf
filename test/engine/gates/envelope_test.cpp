#include <catch2/catch.hpp>

#include <functional>

#include "engine/gates/envelope.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using Catch::Matchers::Contains;

namespace {

const model::SigningKey key = model::SigningKey::generate();
const model::SigningKey other_key = model::SigningKey::generate();

struct Failure {
  model::ErrorCode code = model::ErrorCode::internal;
  std::string text = "no error";
};

Failure failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const model::Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

}  // namespace

TEST_CASE("encodes what is signed as DSSE v1 does", "[engine][gates][envelope]") {
  // The example of the DSSE protocol's text.
  CHECK(pre_authentication("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(pre_authentication("", "") == "DSSEv1 0  0 ");
}

TEST_CASE("an envelope survives its text", "[engine][gates][envelope]") {
  const Envelope envelope = sign("{\"a\":1}", key);
  const Envelope read = Envelope::parse(envelope.text());
  CHECK(read.payload == "{\"a\":1}");
  CHECK(read.payload_type == statement_payload_type);
  REQUIRE(read.signatures.size() == 1);
  CHECK(read.signatures[0].key_id == key.public_key().id());
  CHECK(read.text() == envelope.text());
  CHECK(envelope.text() == R"({"payload":"eyJhIjoxfQ==","payloadType":)"
                           R"("application/vnd.in-toto+json","signatures":[{"keyid":")" +
                               key.public_key().id() + R"(","sig":")" +
                               model::base64_encode(envelope.signatures[0].bytes) + R"("}]})");
}

TEST_CASE("finds the key that signed, whatever the key id says", "[engine][gates][envelope]") {
  Envelope envelope = sign("payload", key);
  const std::vector<model::PublicKey> keys{other_key.public_key(), key.public_key()};
  CHECK(signer_of(envelope, keys) == &keys[1]);
  CHECK(signer_of(envelope, {other_key.public_key()}) == nullptr);
  CHECK(signer_of(envelope, {}) == nullptr);
  envelope.signatures[0].key_id = "unknown";
  CHECK(signer_of(envelope, keys) == &keys[1]);
  envelope.payload_type += "x";
  CHECK(signer_of(envelope, keys) == nullptr);
}

TEST_CASE("names what is wrong with an envelope", "[engine][gates][envelope]") {
  struct Row {
    std::string text, expected;
  };
  const Row rows[] = {
      {"", "unexpected end"},
      {"[]", "expected a map in the envelope, found list"},
      {"{}", "expected a text in payloadType, found nothing"},
      {R"({"payloadType":"t"})", "expected base64 in payload, found null"},
      {R"({"payloadType":"t","payload":"%"})", "illegal base64 data at input byte 0"},
      {R"({"payloadType":"t","payload":"","signatures":{}})", "expected a list in signatures"},
      {R"({"payloadType":"t","payload":"","signatures":[]})",
       "expected at least one in signatures"},
      {R"({"payloadType":"t","payload":"","signatures":[3]})", "expected a map in signatures[0]"},
      {R"({"payloadType":"t","payload":"","signatures":[{"sig":""}],"x":1})",
       "unknown field \"x\""},
      {R"({"payloadType":"t","payload":"","signatures":[{"sig":"","key":""}]})",
       "unknown field signatures[0].\"key\", did you mean keyid?"},
      {R"({"payloadType":7,"payload":"","signatures":[]})", "expected a text in payloadType"}};
  for (const Row& row : rows) {
    CHECK_THAT(failure_of([&] { (void)Envelope::parse(row.text); }).text, Contains(row.expected));
  }
  std::string many = R"({"payloadType":"t","payload":"","signatures":[{"sig":""})";
  for (int i = 0; i < 16; ++i) many += R"(,{"sig":""})";
  CHECK_THAT(failure_of([&] { (void)Envelope::parse(many + "]}"); }).text,
             Contains("expected at most 16 items in signatures, found 17"));
  const Failure large = failure_of([&] { (void)Envelope::parse(std::string(100, ' '), 99); });
  CHECK(large.code == model::ErrorCode::limit_exceeded);
  CHECK_THAT(large.text, Contains("at most 99 bytes, found 100"));
}

TEST_CASE("opens exactly what a trusted key signed", "[engine][gates][envelope]") {
  const std::string text = sign("payload", key).text();
  CHECK(open_signed(text, {other_key.public_key(), key.public_key()}).payload == "payload");
  CHECK(open_signed(text + "\n", {key.public_key()}).key == key.public_key());

  const auto refusal = [](const std::string& changed, const model::SigningKey& trusted) {
    return failure_of([&] { (void)open_signed(changed, {trusted.public_key()}); });
  };
  const Failure unknown = refusal(text, other_key);
  CHECK(unknown.code == model::ErrorCode::unauthorized);
  CHECK(unknown.text == "key " + key.public_key().id() + " is not trusted here");

  Envelope forged = sign("payload", other_key);
  forged.signatures[0].key_id = key.public_key().id();
  CHECK(refusal(forged.text(), key).text ==
        "the signature of key " + key.public_key().id() + " does not verify");

  Envelope twice = sign("payload", key);
  twice.signatures.push_back(twice.signatures[0]);
  CHECK_THAT(refusal(twice.text(), key).text, Contains("expected one in signatures, found 2"));

  CHECK_THAT(refusal(" " + text, key).text, Contains("canonical form"));
  Envelope typed = sign("payload", key);
  typed.payload_type = "text/plain";
  CHECK_THAT(refusal(typed.text(), key).text, Contains("payloadType"));
}

TEST_CASE("no changed byte of a signed file is accepted", "[engine][gates][envelope]") {
  const std::string text = sign(R"({"seq":1,"cluster":"dev"})", key).text();
  const std::vector<model::PublicKey> keys{key.public_key()};
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128}) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      CHECK(failure_of([&] { (void)open_signed(changed, keys); }).text != "no error");
    }
    CHECK(failure_of([&] { (void)open_signed(text.substr(0, at), keys); }).text != "no error");
    std::string longer = text;
    longer.insert(at, 1, text[at]);
    CHECK(failure_of([&] { (void)open_signed(longer, keys); }).text != "no error");
  }
}
