// Plans that people saw, kept in a file and carried to the agent. Tests:
// test/engine/saved_plan_test.cpp.
#include "engine/pipeline/saved_plan.hpp"

#include <map>
#include <set>

#include "reconcile/appliers/sighting.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view format_name = "reconcile.dev/plan/v1";
/// All annotations of an object together may have 256 KiB.
constexpr std::size_t annotation_bytes_max = 200U << 10U;
constexpr std::size_t plan_bytes_max = 64U << 20U;
constexpr std::size_t moves_told_max = 10;

void member(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  model::write_json_string(name, out, false);
  out += ':';
  model::write_json_string(text, out, false);
}

void write_object(std::string& out, const SavedObject& object) {
  out += '{';
  member(out, "action", object.action);
  member(out, "group", object.id.group);
  member(out, "version", object.version);
  member(out, "kind", object.id.kind);
  member(out, "namespace", object.id.namespace_name);
  member(out, "name", object.id.name);
  member(out, "uid", object.uid);
  member(out, "resourceVersion", object.resource_version);
  member(out, "desired", object.desired);
  out += '}';
}

std::string text_of(model::Value map, std::string_view name) {
  if (!map[name].is_string())
    throw Error(ErrorCode::invalid_input, "expected a text as \"" + std::string(name) + "\"");
  return std::string(map[name].text());
}

SavedObject read_object(model::Value map) {
  SavedObject object;
  object.action = text_of(map, "action");
  object.id = {text_of(map, "group"), text_of(map, "kind"), text_of(map, "namespace"),
               text_of(map, "name")};
  object.version = text_of(map, "version");
  object.uid = text_of(map, "uid");
  object.resource_version = text_of(map, "resourceVersion");
  object.desired = text_of(map, "desired");
  return object;
}

/// Enough to say which object differs; that none does is what the plan's own digest says.
std::string short_digest(const appliers::PreparedObject& object, const std::string& unit_uid) {
  constexpr std::size_t digits = 16;
  const std::string digest = plan_digest(object, unit_uid);
  return digest.substr(0, digest.find(':') + 1 + digits);
}

/// Collects what moved, up to a bound.
class Moves {
 public:
  void add(const std::string& line) {
    if (++count_ > moves_told_max) return;
    text_ += (text_.empty() ? "" : "\n") + line;
  }
  [[nodiscard]] std::string text() const {
    if (count_ <= moves_told_max) return text_;
    return text_ + "\nand " + std::to_string(count_ - moves_told_max) + " more";
  }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

void compare_desired(const SavedPlan& plan, const appliers::PreparedUnit& unit,
                     const std::string& unit_uid, Moves& moves) {
  if (plan_digest(unit, unit_uid) == plan.desired) return;
  std::map<model::ObjectId, const appliers::PreparedObject*> wanted;
  for (const appliers::PreparedObject& object : unit.objects) wanted[object.object.id()] = &object;
  for (const SavedObject& object : plan.objects) {
    const auto found = wanted.find(object.id);
    if (object.desired.empty() != (found == wanted.end()))
      moves.add(object.id.display() +
                (object.desired.empty() ? " is rendered again" : " is rendered no more"));
    else if (found != wanted.end() && short_digest(*found->second, unit_uid) != object.desired)
      moves.add(object.id.display() + " is rendered differently");
  }
  if (moves.empty()) moves.add("objects that the plan left unchanged are rendered differently");
}

void compare_state(const SavedObject& object, const appliers::Sighting* seen, Moves& moves) {
  const bool exists = seen != nullptr && seen->exists();
  const std::string name = object.id.display();
  if (!exists) {
    if (!object.uid.empty()) moves.add(name + " is not there any more");
    return;
  }
  const model::Value metadata = seen->object["metadata"];
  if (object.uid.empty()) {
    moves.add(name + " is there now");
  } else if (metadata["uid"].text() != object.uid) {
    moves.add(name + " was made anew");
  } else if (metadata["resourceVersion"].text() != object.resource_version) {
    moves.add(name + " was changed: its resource version was " + object.resource_version +
              " and is " + std::string(metadata["resourceVersion"].text()));
  }
}

}  // namespace

std::string plan_digest(const appliers::PreparedObject& object, const std::string& unit_uid) {
  return "hmac-sha256:" + model::hmac_sha256_hex(unit_uid, object.object.json());
}

std::string plan_digest(const appliers::PreparedUnit& unit, const std::string& unit_uid) {
  std::string lines;
  for (const appliers::PreparedObject& object : unit.objects)
    lines += object.object.id().inventory_id() + " " + plan_digest(object, unit_uid) + "\n";
  return "hmac-sha256:" + model::hmac_sha256_hex(unit_uid, lines);
}

SavedPlan save_plan(const appliers::PreparedUnit& unit, const appliers::UnitPlan& plan,
                    const std::string& unit_uid) {
  SavedPlan saved;
  saved.unit = unit.unit;
  saved.desired = plan_digest(unit, unit_uid);
  std::string failing;
  for (std::size_t i = 0; i < plan.objects.size(); ++i) {
    const appliers::PlannedObject& object = plan.objects[i];
    const diff::ObjectChange& change = object.change;
    if (change.reason == diff::Reason::failed || change.reason == diff::Reason::refused)
      failing += (failing.empty() ? "" : ", ") + change.id.display();
    if (change.action == diff::Action::unchanged || change.action == diff::Action::skipped)
      continue;
    const bool is_desired = change.action != diff::Action::deleted;
    saved.objects.push_back({change.id, object.version, std::string(to_string(change.action)),
                             object.uid, object.resource_version,
                             is_desired ? short_digest(unit.objects.at(i), unit_uid) : ""});
  }
  if (!failing.empty())
    throw Error(ErrorCode::conflict, "the plan is not saved, it would fail for " + failing);
  return saved;
}

std::string to_json(const SavedPlan& plan) {
  std::string out = "{";
  member(out, "format", format_name);
  out += ",\"unit\":{";
  member(out, "kind", to_string(plan.unit.kind));
  member(out, "namespace", plan.unit.namespace_name);
  member(out, "name", plan.unit.name);
  out += '}';
  member(out, "revision", plan.revision);
  out += ",\"generation\":" + std::to_string(plan.generation);
  member(out, "madeAt", plan.made_at);
  member(out, "desired", plan.desired);
  out += ",\"objects\":[";
  for (const SavedObject& object : plan.objects) {
    out += out.back() == '[' ? "\n" : ",\n";
    write_object(out, object);
  }
  return out + "]}\n";
}

SavedPlan read_saved_plan(std::string_view json) {
  if (json.size() > plan_bytes_max)
    throw Error(ErrorCode::limit_exceeded, "expected a plan of at most 64 MiB");
  const model::Document document = model::parse_json(json);
  if (document["format"].text() != format_name) {
    throw Error(ErrorCode::invalid_input, "expected a plan with the format \"" +
                                              std::string(format_name) + "\", found \"" +
                                              std::string(document["format"].text()) + "\"");
  }
  SavedPlan plan;
  const model::Value unit = document["unit"];
  const std::string kind = text_of(unit, "kind");
  const bool is_release = kind == to_string(appliers::UnitKind::helm_release);
  if (!is_release && kind != to_string(appliers::UnitKind::kustomization))
    throw Error(ErrorCode::invalid_input, "expected a unit's kind, found \"" + kind + "\"");
  plan.unit = {is_release ? appliers::UnitKind::helm_release : appliers::UnitKind::kustomization,
               text_of(unit, "namespace"), text_of(unit, "name")};
  plan.revision = text_of(document.root(), "revision");
  plan.generation = document["generation"].integer().value_or(0);
  plan.made_at = text_of(document.root(), "madeAt");
  plan.desired = text_of(document.root(), "desired");
  for (std::size_t i = 0; i < document["objects"].size(); ++i)
    plan.objects.push_back(read_object(document["objects"].at(i)));
  return plan;
}

std::string plan_annotation(const std::string& request, const SavedPlan& plan) {
  std::string value = request + " " + model::base64_encode(model::zstd_compress(to_json(plan), 19));
  if (value.size() > annotation_bytes_max) {
    throw Error(ErrorCode::limit_exceeded,
                "the plan touches " + std::to_string(plan.objects.size()) +
                    " objects, more than an annotation holds: apply them in several revisions, or "
                    "without a plan");
  }
  return value;
}

std::optional<SavedPlan> plan_of_annotation(std::string_view value, std::string_view request) {
  const std::size_t space = value.find(' ');
  if (request.empty() || space == std::string_view::npos || value.substr(0, space) != request)
    return std::nullopt;
  model::ArchiveLimits limits;
  limits.total_bytes_max = plan_bytes_max;
  return read_saved_plan(
      model::zstd_decompress(model::base64_decode(value.substr(space + 1)), limits));
}

std::string moved_since(const SavedPlan& plan, const appliers::PreparedUnit& unit,
                        const appliers::Inventory& pruned_from, appliers::ClusterPort& port,
                        const std::string& unit_uid) {
  Moves moves;
  compare_desired(plan, unit, unit_uid, moves);
  if (!moves.empty()) return moves.text();
  std::vector<appliers::SightingTarget> targets;
  std::set<model::ObjectId> planned;
  for (const SavedObject& object : plan.objects) {
    targets.emplace_back(object.id, object.gvk());
    planned.insert(object.id);
  }
  appliers::Inventory wanted;
  for (const appliers::PreparedObject& object : unit.objects)
    wanted.entries.push_back({object.object.id(), object.object.version(), {}});
  std::vector<appliers::InventoryEntry> unplanned = pruned_from.without(wanted);
  std::erase_if(unplanned, [&](const auto& entry) { return planned.contains(entry.id); });
  for (const appliers::InventoryEntry& entry : unplanned)
    targets.emplace_back(entry.id, entry.gvk());
  const std::map<model::ObjectId, appliers::Sighting> seen = appliers::look_up(port, targets);
  const auto find = [&](const model::ObjectId& id) {
    const auto found = seen.find(id);
    return found == seen.end() ? nullptr : &found->second;
  };
  for (const SavedObject& object : plan.objects) compare_state(object, find(object.id), moves);
  for (const appliers::InventoryEntry& entry : unplanned) {
    const appliers::Sighting* sighting = find(entry.id);
    if (sighting != nullptr && sighting->exists())
      moves.add(entry.id.display() + " would be deleted, which the plan does not say");
  }
  return moves.text();
}

appliers::ExpectedObjects expected_objects(const SavedPlan& plan) {
  appliers::ExpectedObjects expected;
  for (const SavedObject& object : plan.objects)
    if (!object.desired.empty()) expected[object.id] = {object.uid, object.resource_version};
  return expected;
}

}  // namespace reconcile::engine
