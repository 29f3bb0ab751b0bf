#include <catch2/catch.hpp>

#include <functional>

#include "engine/gates/admission.hpp"
#include "engine/gates/envelope.hpp"
#include "reconcile/model/error.hpp"
#include "test/engine/gates/chain_writer.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

PolicyReset reset() {
  PolicyReset reset;
  reset.cluster = "staging-1";
  reset.commit = test::commit_id("s3");
  reset.reason = "incident 42";
  reset.seq = 3;
  reset.issued_at = model::WallTime(1'767'225'600s);
  reset.expires_at = reset.issued_at + 1h;
  return reset;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a reset survives its statement", "[engine][gates][policy_reset]") {
  const PolicyReset read = PolicyReset::parse(reset().statement());
  CHECK(read.statement() == reset().statement());
  CHECK(read.cluster == "staging-1");
  CHECK(read.commit == test::commit_id("s3"));
  CHECK(read.reason == "incident 42");
  CHECK(read.seq == 3);
  CHECK(read.expires_at == reset().expires_at);
  PolicyReset endless = reset();
  endless.expires_at.reset();
  CHECK_FALSE(PolicyReset::parse(endless.statement()).expires_at);
}

TEST_CASE("a reset is a root key's word for one cluster", "[engine][gates][policy_reset]") {
  const model::SigningKey root = model::SigningKey::generate();
  const model::SigningKey other = model::SigningKey::generate();
  const std::vector<model::PublicKey> keys{root.public_key()};
  const std::string text = sign(reset().statement(), root).text();
  CHECK(open_reset(text, keys, "staging-1").seq == 3);
  CHECK_THAT(error_of([&] { (void)open_reset(text, keys, "production-1"); }),
             Contains("is for cluster staging-1, expected production-1"));
  CHECK_THAT(error_of([&] {
               (void)open_reset(sign(reset().statement(), other).text(), keys, "staging-1");
             }),
             Contains("key " + other.public_key().id() + " is not trusted here"));
  CHECK_THAT(error_of([&] { (void)open_reset(text, {}, "staging-1"); }), Contains("not trusted"));
  CHECK_THAT(error_of([&] { (void)open_reset(std::string(70'000, ' '), keys, "x"); }),
             Contains("at most 65536 bytes"));
  // Evidence signed by the same key is no reset.
  CHECK_THAT(error_of([&] {
               (void)open_reset(sign(EvidenceRecord{}.statement(), root).text(), keys, "x");
             }),
             Contains("in predicateType"));
}

TEST_CASE("names what is wrong with a reset", "[engine][gates][policy_reset]") {
  const std::string good = reset().statement();
  struct Row {
    std::string from, to, expected;
  };
  const Row rows[] = {{"\"seq\":3", "\"seq\":0", "a number from 1 in predicate.seq"},
                      {"\"cluster\":\"staging-1\",", "", "a text in predicate.cluster"},
                      {"\"issuedAt\"", "\"isuedAt\"", "a time in predicate.issuedAt"},
                      {"\"gitCommit\":\"", "\"gitCommit\":\"x", "40 hex digits"},
                      {"\"reason\"", "\"more\":1,\"reason\"", "unknown field predicate.\"more\""}};
  for (const Row& row : rows) {
    std::string text = good;
    text.replace(text.find(row.from), row.from.size(), row.to);
    CHECK_THAT(error_of([&] { (void)PolicyReset::parse(text); }), Contains(row.expected));
  }
}
