#include "engine/gates/admission.hpp"
#include "engine/gates/envelope.hpp"
#include "engine/gates/field_reader.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Error;
using model::ErrorCode;
using model::Node;

constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";
constexpr std::string_view predicate_type = "https://gates.reconcile.dev/policy-reset/v1";
constexpr std::size_t reset_bytes_max = 64U << 10U;
constexpr std::size_t depth_max = 16;
constexpr std::uint64_t number_max = 1ULL << 53U;

}  // namespace

std::string PolicyReset::statement() const {
  model::Arena arena;
  const auto text = [&](Node& map, std::string_view key, std::string_view value) {
    model::set(arena, map, key, model::make_string(arena, value));
  };
  Node digest = model::make_map();
  text(digest, "gitCommit", commit);
  Node subject = model::make_map();
  model::set(arena, subject, "digest", digest);
  Node subjects = model::make_list();
  model::append(arena, subjects, subject);
  Node predicate = model::make_map();
  text(predicate, "cluster", cluster);
  text(predicate, "reason", reason);
  model::set(arena, predicate, "seq", model::make_unsigned(seq));
  text(predicate, "issuedAt", model::format_rfc3339_nano(issued_at));
  if (expires_at) text(predicate, "expiresAt", model::format_rfc3339_nano(*expires_at));
  Node root = model::make_map();
  text(root, "_type", statement_type);
  model::set(arena, root, "subject", subjects);
  text(root, "predicateType", predicate_type);
  model::set(arena, root, "predicate", predicate);
  return model::write_json(model::Value(&root));
}

PolicyReset PolicyReset::parse(std::string_view statement) {
  const model::Document document = model::parse_json(statement, {reset_bytes_max, depth_max});
  if (!document.root().is_map()) {
    wrong_field("the statement", "a map", to_string(document.root().kind()));
  }
  FieldReader root(document.root(), {});
  root.word("_type", {statement_type}, {});
  if (root.word("predicateType", {predicate_type}, {}).empty()) {
    wrong_field("predicateType", predicate_type, "nothing");
  }
  FieldReader subject(root.list("subject", 1).at(0), "subject[0]");
  FieldReader digest = subject.map("digest");
  PolicyReset reset;
  reset.commit = digest.hex("gitCommit", "", 40);
  if (reset.commit.empty()) wrong_field(digest.path_of("gitCommit"), "40 hex digits", "nothing");
  digest.finish();
  subject.finish();
  FieldReader fields = root.map("predicate");
  reset.cluster = fields.required_text("cluster");
  reset.reason = fields.text("reason");
  reset.seq = fields.count("seq", number_max).value_or(0);
  if (reset.seq == 0) wrong_field(fields.path_of("seq"), "a number from 1", "0");
  const std::optional<model::WallTime> issued_at = fields.time("issuedAt");
  if (!issued_at) wrong_field(fields.path_of("issuedAt"), "a time", "nothing");
  reset.issued_at = *issued_at;
  reset.expires_at = fields.time("expiresAt");
  fields.finish();
  root.finish();
  return reset;
}

PolicyReset open_reset(std::string_view text, const std::vector<model::PublicKey>& root_keys,
                       std::string_view cluster) {
  const Signed opened = open_signed(text, root_keys, reset_bytes_max);
  PolicyReset reset = PolicyReset::parse(opened.payload);
  if (reset.cluster != cluster) {
    throw Error(ErrorCode::unauthorized, "the reset signed by key " + opened.key.id() +
                                             " is for cluster " + reset.cluster + ", expected " +
                                             std::string(cluster));
  }
  return reset;
}

}  // namespace reconcile::engine::gates
