#include "engine/controllers/unit.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::Arena;
using model::Node;
using model::Value;

void set_text(Arena& arena, Node& map, std::string_view key, std::string_view text) {
  model::set(arena, map, key, model::make_string(arena, text));
}

void set_if(Arena& arena, Node& map, std::string_view key, const std::string& text) {
  if (!text.empty()) set_text(arena, map, key, text);
}

/// The root unit's ConfigMap: plain texts for `reconcile status`.
void add_root_data(Arena& arena, Node& root, const Unit& unit) {
  Node& data = model::set(arena, root, "data", model::make_map());
  const Condition* ready = unit.conditions.find("Ready");
  set_text(arena, data, "ready", ready == nullptr ? "Unknown" : to_string(ready->status));
  set_text(arena, data, "reason", ready == nullptr ? "" : std::string_view(ready->reason));
  std::string message = ready == nullptr ? "" : ready->message;
  if (unit.admission && unit.admission->held) {
    const std::string held = "holds " + unit.admission->tip + ": " + unit.admission->message;
    message += (message.empty() ? "" : "; ") + held;
  }
  set_text(arena, data, "message", message);
  std::string notes;
  for (const char* type : {"Paused", "Drifted", "Fighting"})
    if (const Condition* found = unit.conditions.find(type))
      notes += (notes.empty() ? "" : "; ") + std::string(type) + " " + found->message;
  set_text(arena, data, "notes", notes);
  const Condition* plan = unit.conditions.find(plan_condition);
  set_text(arena, data, "plan", plan == nullptr ? "" : plan->reason + ": " + plan->message);
  set_text(arena, data, "lastTransitionTime",
           ready == nullptr ? "" : std::string_view(ready->last_transition_time));
  set_text(arena, data, "path", unit.spec.path);
  set_text(arena, data, "lastAppliedRevision", unit.applied_revision);
  set_text(arena, data, "lastAttemptedRevision", unit.attempted_revision);
  set_text(arena, data, "lastHandledReconcileAt", unit.handled);
  if (!unit.admission) return;
  set_text(arena, data, "admitted", unit.admission->commit);
  set_text(arena, data, "tip", unit.admission->tip);
  set_text(arena, data, "held", unit.admission->held ? "True" : "False");
  set_text(arena, data, "heldReason", unit.admission->held ? unit.admission->reason : "");
  set_text(arena, data, "heldMessage", unit.admission->held ? unit.admission->message : "");
}

void add_inventory(Arena& arena, Node& status, const appliers::Inventory& inventory) {
  Node& mirror = model::set(arena, status, "inventory", model::make_map());
  Node entries = model::make_list();
  for (const appliers::StatusInventoryEntry& entry : appliers::status_entries(inventory)) {
    Node item = model::make_map();
    set_text(arena, item, "id", entry.id);
    set_text(arena, item, "v", entry.v);
    model::append(arena, entries, item);
  }
  model::set(arena, mirror, "entries", entries);
}

void add_hooks(Arena& arena, Node& status, const std::vector<HookNote>& hooks) {
  Node list = model::make_list();
  for (const HookNote& hook : hooks) {
    Node item = model::make_map();
    set_text(arena, item, "object", hook.object);
    set_text(arena, item, "path", hook.path);
    set_text(arena, item, "events", hook.events);
    model::append(arena, list, item);
  }
  model::set(arena, status, "hooks", list);
}

std::vector<HookNote> read_hooks(model::Value list) {
  std::vector<HookNote> hooks;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value item = list.at(i);
    hooks.push_back({std::string(item["object"].text()), std::string(item["path"].text()),
                     std::string(item["events"].text())});
  }
  return hooks;
}

}  // namespace

model::Gvk Unit::gvk() const {
  if (is_root) return {"", "v1", "ConfigMap"};
  return key.kind == appliers::UnitKind::helm_release ? helm_release_kind : kustomization_kind;
}

StatusTarget status_target(const Unit& unit) {
  if (unit.is_root) {
    return {unit.gvk(), unit.key.namespace_name, std::string(root_config_map), ""};
  }
  return {unit.gvk(), unit.key.namespace_name, unit.key.name, "status"};
}

void read_status(Unit& unit, model::Value status) {
  unit.conditions = Conditions::read(status["conditions"]);
  unit.applied_revision = status["lastAppliedRevision"].text();
  unit.attempted_revision = status["lastAttemptedRevision"].text();
  unit.handled = status["lastHandledReconcileAt"].text();
  unit.hooks = read_hooks(status["hooks"]);
  const appliers::Inventory shown = appliers::from_status_entries(status["inventory"]["entries"]);
  unit.mirrored = shown.digest();
  unit.mirrored_size = shown.entries.size();
  if (unit.is_release())
    unit.release = ReleaseSnapshot::read(status["history"]);
  else
    unit.history = UnitHistory::read(status["history"]);
}

void read_root_data(Unit& unit, model::Value data) {
  if (data["path"].text() != unit.spec.path || data["ready"].text() != "True") return;
  try {
    // What the gate holds is told behind it, and anew.
    const std::string_view message = data["message"].text();
    unit.conditions.set("Ready", ConditionStatus::yes, std::string(data["reason"].text()),
                        std::string(message.substr(0, message.find("; holds "))),
                        unit.meta.generation,
                        model::parse_rfc3339(data["lastTransitionTime"].text()));
  } catch (const model::Error&) {
    return;  // written by somebody else: the first pass writes it anew
  }
  unit.applied_revision = data["lastAppliedRevision"].text();
  unit.attempted_revision = data["lastAttemptedRevision"].text();
}

void mirror_inventory(Unit& unit, const PassOutcome& outcome) {
  if (unit.is_root || !outcome.result) return;
  const appliers::PassResult& result = *outcome.result;
  const appliers::PreparedUnit& prepared = outcome.rendered->prepared;
  if (result.settled && unit.mirrored == prepared.inventory_digest) return;
  appliers::Inventory left = result.settled ? prepared.inventory() : result.inventory;
  // A unit that failed before it owned anything leaves what another program wrote there.
  if (left.entries.empty() && !result.ok()) return;
  for (appliers::InventoryEntry& entry : left.entries) entry.uid.clear();
  if (const model::Hash128 digest = left.digest(); digest != unit.mirrored) {
    unit.mirrored = digest;
    unit.new_mirror = std::move(left);
  }
}

std::string status_patch(const Unit& unit) {
  Arena arena;
  Node root = model::make_map();
  if (unit.is_root) {
    add_root_data(arena, root, unit);
    return model::write_json(model::Value(&root));
  }
  Node& status = model::set(arena, root, "status", model::make_map());
  model::set(arena, status, "conditions", unit.conditions.to_node(arena));
  const Condition* ready = unit.conditions.find("Ready");
  // As kustomize-controller 1.9.4: a generation counts as observed where it is applied, or can
  // never be.
  if (ready != nullptr && (unit.is_ready() || is_terminal(ready->reason))) {
    model::set(arena, status, "observedGeneration", model::make_integer(unit.meta.generation));
  }
  set_if(arena, status, "lastAppliedRevision", unit.applied_revision);
  set_if(arena, status, "lastAttemptedRevision", unit.attempted_revision);
  set_if(arena, status, "lastHandledReconcileAt", unit.handled);
  if (unit.is_release()) {
    add_hooks(arena, status, unit.hooks);
    if (!unit.release.digest.empty())
      model::set(arena, status, "history", unit.release.to_node(arena));
  } else if (!unit.history.entries().empty()) {
    model::set(arena, status, "history", unit.history.to_node(arena));
  }
  if (unit.new_mirror) add_inventory(arena, status, *unit.new_mirror);
  return model::write_json(model::Value(&root));
}

model::Document object_now(const Unit& unit) {
  const model::Document patch = model::parse_json(status_patch(unit));
  auto arena = std::make_shared<Arena>();
  Node* root = arena->new_node();
  const model::Document latest = unit.latest.document();
  const model::Document& object = latest.present() ? latest : unit.spec.object;
  *root = model::copy_node(*arena, object.root());
  Node* status = model::find(*root, "status");
  if (status == nullptr || status->kind != model::Kind::map)
    status = &model::set(*arena, *root, "status", model::make_map());
  const Value fresh = patch["status"];
  for (std::size_t i = 0; i < fresh.size(); ++i)
    model::set(*arena, *status, fresh.key_at(i), model::copy_node(*arena, fresh.value_at(i)));
  return {arena, Value(root)};
}

}  // namespace reconcile::engine
