#include "engine/gates/evidence.hpp"

#include <algorithm>
#include <set>

#include "engine/gates/field_reader.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Arena;
using model::Node;
using model::Value;

constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";
constexpr std::string_view predicate_type = "https://gates.reconcile.dev/health-evidence/v1";
constexpr std::size_t depends_on_max = 1000;
constexpr std::size_t depth_max = 16;
constexpr std::size_t commit_digits = 40;
constexpr std::uint64_t number_max = 1ULL << 53U;  ///< what every JSON reader holds exactly

constexpr std::string_view state_names[] = {"green", "pending", "failed", "unknown"};

void put(Arena& arena, Node& map, std::string_view key, std::string_view text) {
  if (!text.empty()) model::set(arena, map, key, model::make_string(arena, text));
}

void put(Arena& arena, Node& map, std::string_view key, std::uint64_t number) {
  model::set(arena, map, key, model::make_unsigned(number));
}

void put(Arena& arena, Node& map, std::string_view key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  Node list = model::make_list();
  for (const std::string& text : texts) model::append(arena, list, model::make_string(arena, text));
  model::set(arena, map, key, list);
}

/// Bytes of the UTF-8 character at the start of `text`; 0 where there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool beyond = (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) >= 0x90);
  return lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3) && !beyond ? 4 : 0;
}

std::string clean_text(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = size == 0 ? "\uFFFD" : text.substr(0, size);
    if (clean.size() + character.size() > record_text_bytes_max) break;
    clean += character;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return clean;
}

Node unit_node(Arena& arena, const UnitEvidence& unit) {
  Node node = model::make_map();
  put(arena, node, "unit", unit.unit);
  put(arena, node, "label", unit.label);
  put(arena, node, "revision", unit.revision);
  put(arena, node, "readSet", unit.read_set_digest);
  put(arena, node, "render", unit.render_digest);
  put(arena, node, "changeSet", unit.change_set_digest);
  put(arena, node, "dependsOn", unit.depends_on);
  model::set(arena, node, "applied", model::make_boolean(unit.applied));
  put(arena, node, "state", to_string(unit.state));
  if (unit.healthy_since) {
    put(arena, node, "healthySince", model::format_rfc3339_nano(*unit.healthy_since));
  }
  put(arena, node, "unhealthySeconds",
      static_cast<std::uint64_t>(std::max<std::int64_t>(unit.unhealthy.count(), 0)));
  put(arena, node, "flaps", std::uint64_t{unit.flaps});
  put(arena, node, "failing", clean_text(unit.failing));
  return node;
}

UnitState state_of(FieldReader& fields) {
  const std::string word =
      fields.word("state", {std::begin(state_names), std::end(state_names)}, state_names[3]);
  const auto* const found = std::find(std::begin(state_names), std::end(state_names), word);
  return static_cast<UnitState>(found - std::begin(state_names));
}

UnitEvidence read_unit(Value value, const std::string& path) {
  FieldReader fields(value, path);
  UnitEvidence unit;
  unit.unit = fields.required_text("unit");
  unit.label = fields.text("label");
  unit.revision = fields.hex("revision", "", commit_digits);
  unit.read_set_digest = fields.hex("readSet", "sha256:", 64);
  unit.render_digest = fields.hex("render", "hmac-sha256:", 64);
  unit.change_set_digest = fields.hex("changeSet", "hmac-sha256:", 64);
  unit.depends_on = fields.texts("dependsOn", depends_on_max);
  unit.applied = fields.flag("applied", false);
  unit.state = state_of(fields);
  unit.healthy_since = fields.time("healthySince");
  unit.unhealthy = std::chrono::seconds(fields.count("unhealthySeconds", UINT32_MAX).value_or(0));
  unit.flaps = static_cast<std::uint32_t>(fields.count("flaps", UINT32_MAX).value_or(0));
  unit.failing = fields.text("failing");
  fields.finish();
  if (unit.healthy_since.has_value() != (unit.state == UnitState::green)) {
    wrong_field(fields.path_of("healthySince"), "a time exactly where the state is green",
                unit.healthy_since ? "one" : "none");
  }
  return unit;
}

void read_units(FieldReader& fields, EvidenceRecord& record) {
  const Value list = fields.list("units", record_units_max);
  std::set<std::string, std::less<>> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = fields.path_of("units[" + std::to_string(i) + "]");
    record.units.push_back(read_unit(list.at(i), path));
    if (!seen.insert(record.units.back().unit).second) {
      wrong_field(path, "each unit once", record.units.back().unit + " again");
    }
  }
  record.removed = fields.texts("removed", record_units_max);
  for (const std::string& unit : record.removed) {
    if (!seen.insert(unit).second) {
      wrong_field(fields.path_of("removed"), "each unit once", unit + " again");
    }
  }
}

template <class T>
T required(std::optional<T> value, const FieldReader& fields, std::string_view key) {
  if (!value) wrong_field(fields.path_of(key), "a value", "nothing");
  return *value;
}

std::string required_hex(FieldReader& fields, std::string_view key, std::string_view prefix,
                         std::size_t digits) {
  std::string text = fields.hex(key, prefix, digits);
  if (text.empty()) wrong_field(fields.path_of(key), "hex digits", "nothing");
  return text;
}

void read_predicate(FieldReader fields, EvidenceRecord& record) {
  record.cluster = fields.required_text("cluster");
  record.environment = fields.required_text("environment");
  record.seq = required(fields.count("seq", number_max), fields, "seq");
  record.prev = fields.hex("prev", "sha256:", 64);
  record.tree = required_hex(fields, "tree", "", commit_digits);
  record.policy_digest = fields.hex("policy", "sha256:", 64);
  record.agent_version = fields.text("agentVersion");
  record.observed_at = required(fields.time("observedAt"), fields, "observedAt");
  record.valid_until = required(fields.time("validUntil"), fields, "validUntil");
  record.whole = fields.flag("whole", false);
  read_units(fields, record);
  record.merkle_root = required_hex(fields, "merkleRoot", "sha256:", 64);
  record.unit_count = required(fields.count("unitCount", record_units_max), fields, "unitCount");
  fields.finish();
  if (record.seq == 0) wrong_field("predicate.seq", "a number from 1", "0");
  if ((record.seq == 1) != record.prev.empty()) {
    wrong_field("predicate.prev", "nothing exactly in the first record",
                "seq " + std::to_string(record.seq));
  }
}

std::string node_hash(std::string_view left, std::string_view right) {
  return model::sha256("\x01" + std::string(left) + std::string(right));
}

}  // namespace

std::string_view to_string(UnitState state) {
  return state_names[static_cast<std::size_t>(state)];
}

UnitEvidence cleaned(UnitEvidence unit) {
  unit.failing = clean_text(unit.failing);
  return unit;
}

std::string EvidenceRecord::statement() const {
  Arena arena;
  Node digest = model::make_map();
  put(arena, digest, "gitCommit", commit);
  Node subject = model::make_map();
  put(arena, subject, "name", branch);
  model::set(arena, subject, "digest", digest);
  Node subjects = model::make_list();
  model::append(arena, subjects, subject);

  Node predicate = model::make_map();
  put(arena, predicate, "cluster", cluster);
  put(arena, predicate, "environment", environment);
  put(arena, predicate, "seq", seq);
  put(arena, predicate, "prev", prev);
  put(arena, predicate, "tree", tree);
  put(arena, predicate, "policy", policy_digest);
  put(arena, predicate, "agentVersion", agent_version);
  put(arena, predicate, "observedAt", model::format_rfc3339_nano(observed_at));
  put(arena, predicate, "validUntil", model::format_rfc3339_nano(valid_until));
  model::set(arena, predicate, "whole", model::make_boolean(whole));
  Node list = model::make_list();
  for (const UnitEvidence& unit : units) model::append(arena, list, unit_node(arena, unit));
  model::set(arena, predicate, "units", list);
  put(arena, predicate, "removed", removed);
  put(arena, predicate, "merkleRoot", merkle_root);
  put(arena, predicate, "unitCount", unit_count);

  Node root = model::make_map();
  put(arena, root, "_type", statement_type);
  model::set(arena, root, "subject", subjects);
  put(arena, root, "predicateType", predicate_type);
  model::set(arena, root, "predicate", predicate);
  return model::write_json(Value(&root));
}

EvidenceRecord EvidenceRecord::parse(std::string_view statement) {
  const model::Document document = model::parse_json(statement, {record_bytes_max, depth_max});
  if (!document.root().is_map()) {
    wrong_field("the statement", "a map", to_string(document.root().kind()));
  }
  FieldReader fields(document.root(), {});
  fields.word("_type", {statement_type}, {});
  if (fields.word("predicateType", {predicate_type}, {}).empty()) {
    wrong_field("predicateType", predicate_type, "nothing");
  }
  EvidenceRecord record;
  const Value subjects = fields.list("subject", 1);
  FieldReader subject(subjects.at(0), "subject[0]");
  record.branch = subject.text("name");
  FieldReader digest = subject.map("digest");
  record.commit = required_hex(digest, "gitCommit", "", commit_digits);
  digest.finish();
  subject.finish();
  read_predicate(fields.map("predicate"), record);
  fields.finish();
  return record;
}

std::string merkle_leaf(const UnitEvidence& unit) {
  Arena arena;
  const Node node = unit_node(arena, unit);
  return model::sha256(std::string(1, '\0') + model::write_json(Value(&node)));
}

std::string merkle_root(const std::vector<std::string_view>& leaves) {
  std::vector<std::string> level(leaves.begin(), leaves.end());
  if (level.empty()) level.push_back(model::sha256({}));
  while (level.size() > 1) {
    // A last node without a partner rises unchanged, as in RFC 6962.
    std::vector<std::string> above;
    above.reserve((level.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      above.push_back(node_hash(level[i], level[i + 1]));
    }
    if (level.size() % 2 == 1) above.push_back(std::move(level.back()));
    level = std::move(above);
  }
  return "sha256:" + model::hex_encode(level.front());
}

std::string merkle_root(const std::map<std::string, UnitEvidence>& units) {
  std::vector<std::string> leaves;
  leaves.reserve(units.size());
  for (const auto& [name, unit] : units) leaves.push_back(merkle_leaf(unit));
  return merkle_root(std::vector<std::string_view>(leaves.begin(), leaves.end()));
}

std::string read_set_digest(const std::vector<TypedRead>& entries) {
  std::vector<TypedRead> sorted = entries;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  // Lengths before texts, so that no two lists have the same bytes.
  std::string bytes;
  for (const TypedRead& entry : sorted) {
    for (const std::string* text : {&entry.type, &entry.name, &entry.value}) {
      bytes += std::to_string(text->size()) + ":" + *text;
    }
  }
  return "sha256:" + model::sha256_hex(bytes);
}

}  // namespace reconcile::engine::gates
