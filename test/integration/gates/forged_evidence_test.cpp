// Records that nobody should believe: each is pushed to dev's ref by hand and names its problem,
// the change stays held, drift is still reverted.

#include <catch2/catch.hpp>

#include "engine/gates/envelope.hpp"
#include "test/integration/gates/held_change.hpp"

using namespace reconcile::test;
using reconcile::engine::gates::EvidenceRecord;
using reconcile::model::SigningKey;
using std::chrono::minutes;

namespace {

/// A well-formed record that follows the chain and says that dev is green on the change.
EvidenceRecord good_record(HeldChange& held, const std::string& commit) {
  held.dev().set_green(held.world().root_unit(), commit, held.world().now() - minutes(30));
  return held.dev().draft(commit, held.world().now());
}

void append(HeldChange& held, const std::string& text) {
  held.world().evidence().append(held.dev().ref(), text);
}

}  // namespace

TEST_CASE("a record signed by the key of another environment proves nothing",
          "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const EvidenceRecord record = good_record(held, held.change("2"));
  append(held, ChainWriter::envelope(record, held.world().production().key()));
  const SeenDecision seen = held.require_held("EvidenceNotTrusted");
  CHECK(seen.text.find(held.world().production().key().public_key().id().substr(0, 8)) !=
        std::string::npos);
}

TEST_CASE("a record of another environment proves nothing, whoever signed it",
          "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  EvidenceRecord record = good_record(held, held.change("2"));
  record.environment = "qa";
  append(held, ChainWriter::envelope(record, held.world().dev().key()));
  held.require_held("EvidenceNotTrusted");
}

TEST_CASE("a record signed by an unknown key proves nothing", "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const EvidenceRecord record = good_record(held, held.change("2"));
  const SigningKey stranger = SigningKey::generate();
  append(held, ChainWriter::envelope(record, stranger));
  const SeenDecision seen = held.require_held("EvidenceNotTrusted");
  CHECK(seen.text.find(stranger.public_key().id().substr(0, 8)) != std::string::npos);
}

TEST_CASE("a record with one bit flipped proves nothing", "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const EvidenceRecord record = good_record(held, held.change("2"));
  EvidenceRecord other = record;
  other.units.at(0).flaps ^= 1U;
  using reconcile::engine::gates::Envelope;
  Envelope envelope = Envelope::parse(ChainWriter::envelope(record, held.world().dev().key()));
  envelope.payload = other.statement();
  append(held, envelope.text());
  held.require_held("EvidenceNotTrusted");
}

TEST_CASE("a truncated record proves nothing", "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const EvidenceRecord record = good_record(held, held.change("2"));
  const std::string text = ChainWriter::envelope(record, held.world().dev().key());
  append(held, text.substr(0, text.size() / 2));
  held.require_held("EvidenceMalformed");
}

TEST_CASE("an oversized record proves nothing and costs no memory",
          "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const EvidenceRecord record = good_record(held, held.change("2"));
  const std::string text = ChainWriter::envelope(record, held.world().dev().key());
  append(held, text + std::string(reconcile::engine::gates::record_bytes_max, ' '));
  held.require_held("EvidenceMalformed");
}

TEST_CASE("an old green record that is pushed again proves nothing",
          "[.integration][gates][forged]") {
  HeldChange held;
  const std::string commit = held.change("2");
  const EvidenceRecord green = good_record(held, commit);
  held.dev().append(green);
  held.dev().set_failed(held.world().root_unit(), commit, "Deployment/x/web: not available");
  held.dev().append(commit, held.world().now());
  held.require_held("UpstreamNotHealthy");
  append(held, ChainWriter::envelope(green, held.world().dev().key()));
  held.require_held("EvidenceReplayed");
}

TEST_CASE("two records with one number fork the chain", "[.integration][gates][forged]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.begin_chain();
  const EvidenceRecord before = held.dev().draft(commit, held.world().now());
  held.dev().set_failed(held.world().root_unit(), commit, "Deployment/x/web: not available");
  held.dev().append(commit, held.world().now());
  held.require_held("UpstreamNotHealthy");
  // The same place in the chain, taken by another record with a good signature.
  EvidenceRecord other = before;
  other.units.at(0).revision = commit;
  other.merkle_root =
      reconcile::engine::gates::merkle_root({{other.units.at(0).unit, other.units.at(0)}});
  append(held, ChainWriter::envelope(other, held.world().dev().key()));
  held.require_held("EvidenceForked");
  // It stays so: another record that would be good does not make it good.
  held.staging().poke();
  held.require_held("EvidenceForked");
}

TEST_CASE("a chain that was rewritten is not believed", "[.integration][gates][forged]") {
  HeldChange held;
  held.begin_chain();
  const std::string commit = held.change("2");
  held.require_held("NotProven");
  held.world().evidence().set(held.dev().ref(), "");
  ChainWriter anew = held.world().simulate("dev");
  anew.set_green(held.world().root_unit(), commit, held.world().now() - minutes(30));
  anew.append(commit, held.world().now());
  held.require_held("EvidenceForked");
}

TEST_CASE("a chain that is cut back to a green record stays a fork when the agent starts again",
          "[.integration][gates][forged]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  const std::string green = held.world().evidence().tip(held.dev().ref());
  held.dev().set_failed(held.world().root_unit(), commit, "Deployment/x/web: not available");
  held.dev().append(commit, held.world().now());
  held.require_held("UpstreamNotHealthy");
  held.world().clock().advance(minutes(20));
  held.staging().stop();
  held.world().evidence().set(held.dev().ref(), green);
  held.staging().start();
  held.require_held("EvidenceForked");
}
