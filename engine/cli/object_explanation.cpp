#include "engine/cli/object_explanation.hpp"

#include <algorithm>
#include <map>

#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/model/civil_time.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/printable.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t paths_shown_max = 5;
/// A pass records its end after its applies.
constexpr std::chrono::hours pass_time_max(1);

diff::FieldOwner owner_of_entry(const diff::ManagedEntry& entry) {
  return {std::string(entry.manager), entry.operation, std::string(entry.subresource),
          std::string(entry.time)};
}

bool is_ours(const diff::FieldOwner& owner) {
  return owner.manager == diff::field_manager && owner.operation == diff::Operation::apply;
}

void add_shared(const std::vector<diff::ManagedEntry>& entries, model::Value live,
                ObjectExplanation& explanation) {
  const auto own = diff::find_apply_entry(live);
  if (!own) return;
  std::map<diff::FieldOwner, SharedFields> shared;
  diff::walk_fields(own->fields, live,
                    [&](std::span<const diff::PathStep> path, model::Value trie, model::Value) {
                      if (!diff::is_leaf(trie)) return;
                      for (const diff::FieldOwner& owner : diff::owners_of(entries, path)) {
                        if (is_ours(owner)) continue;
                        SharedFields& fields = shared[owner];
                        fields.owner = owner;
                        if (++fields.count <= paths_shown_max)
                          fields.paths.push_back(diff::to_string(path));
                      }
                    });
  for (auto& [owner, fields] : shared) explanation.shared.push_back(std::move(fields));
}

/// A condition that a state of health rests on.
struct Ground {
  appliers::HealthState state;
  std::string_view type;
  std::string_view status;
};

/// The weightier ones first. A true Progressing is none: it stays true from one rollout to the
/// next.
constexpr Ground grounds[] = {
    {appliers::HealthState::failed, "Stalled", "True"},
    {appliers::HealthState::failed, "Failed", "True"},
    {appliers::HealthState::failed, "Progressing", "False"},
    {appliers::HealthState::failed, "Ready", "False"},
    {appliers::HealthState::failed, "Available", "False"},
    {appliers::HealthState::in_progress, "Reconciling", "True"},
    {appliers::HealthState::in_progress, "Ready", "False"},
    {appliers::HealthState::in_progress, "Ready", "Unknown"},
    {appliers::HealthState::in_progress, "Available", "False"},
    {appliers::HealthState::current, "Ready", "True"},
    {appliers::HealthState::current, "Available", "True"},
    {appliers::HealthState::current, "Complete", "True"},
};

/// When what the state rests on turned so; empty where no condition tells.
std::string since_of(model::Value live, appliers::HealthState state) {
  const model::Value conditions = live["status"]["conditions"];
  for (const Ground& ground : grounds) {
    for (std::size_t i = 0; ground.state == state && i < conditions.size(); ++i) {
      const model::Value condition = conditions.at(i);
      if (condition["type"].text() == ground.type && condition["status"].text() == ground.status)
        return std::string(condition["lastTransitionTime"].text());
    }
  }
  return {};
}

/// The object's own pause while it lasts, and what of it cannot be read.
void add_pause(model::Value live, model::WallTime now, ObjectExplanation& explanation) {
  const appliers::ObjectPolicy policy = appliers::read_policy(live);
  if (const appliers::Pause* pause = policy.paused(now)) explanation.paused = pause->display();
  if (!policy.problem.empty()) explanation.notes.push_back(policy.problem);
}

std::string display(const diff::FieldOwner& owner) {
  std::string text = owner.manager + " " + std::string(to_string(owner.operation));
  if (!owner.subresource.empty()) text += " of " + owner.subresource;
  if (!owner.time.empty()) text += " at " + owner.time;
  return text;
}

class Lines {
 public:
  void add(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    std::string label(name);
    label.resize(14, ' ');
    out_ += label + model::printable(text) + "\n";
  }
  void raw(const std::string& text) { out_ += text; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += separator;
    out += text;
  }
  return out;
}

void add_fights(const ObjectExplanation& explanation, bool color, Lines& lines) {
  for (const SharedFields& fields : explanation.shared) {
    std::string text = joined(fields.paths, ", ");
    if (fields.count > fields.paths.size())
      text += " and " + std::to_string(fields.count - fields.paths.size()) + " more";
    lines.add("Shared with", display(fields.owner) + ": " + text);
  }
  if (explanation.difference.fields.empty()) return;
  diff::ChangeSetFormat format;
  format.unchanged = true;
  format.color = color;
  const std::string text = diff::to_text({{explanation.difference}}, format);
  lines.raw("Differs       live -> what the unit renders\n" + text.substr(text.find('\n') + 1));
}

void member(std::string& out, std::string_view name, const std::string& text) {
  if (out.back() != '{') out += ',';
  model::write_json_string(name, out, false);
  out += ':';
  model::write_json_string(text, out, false);
}

void write_owner(std::string& out, const diff::FieldOwner& owner) {
  out += '{';
  member(out, "manager", owner.manager);
  member(out, "operation", std::string(to_string(owner.operation)));
  member(out, "subresource", owner.subresource);
  member(out, "time", owner.time);
  out += '}';
}

void write_texts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  out += ",\"" + std::string(name) + "\":[";
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    model::write_json_string(text, out, false);
  }
  out += ']';
}

}  // namespace

void explain_live(model::Value live, const model::Gvk& gvk, model::WallTime now,
                  ObjectExplanation& explanation) {
  const std::vector<diff::ManagedEntry> entries = diff::managed_entries(live);
  for (const diff::ManagedEntry& entry : entries) {
    const diff::FieldOwner owner = owner_of_entry(entry);
    if (is_ours(owner) && owner.subresource.empty()) explanation.applied_at = owner.time;
    // Times have seconds: where two wrote in one, it is the other one that people ask for.
    const bool newer = !explanation.last_write || owner.time > explanation.last_write->time ||
                       (owner.time == explanation.last_write->time && !is_ours(owner));
    if (owner.subresource != "status" && newer) explanation.last_write = owner;
    explanation.writers.push_back(owner);
  }
  std::stable_sort(explanation.writers.begin(), explanation.writers.end(),
                   [](const auto& left, const auto& right) { return left.time > right.time; });
  add_shared(entries, live, explanation);
  explanation.health = appliers::assess_health(gvk, live);
  explanation.health_since = since_of(live, explanation.health.state);
  add_pause(live, now, explanation);
}

std::string revision_at(model::Value history, std::string_view time) {
  if (time.empty()) return {};
  std::string best_revision;
  std::optional<model::WallTime> best;
  try {
    const model::WallTime applied = model::parse_rfc3339(time);
    for (std::size_t i = 0; i < history.size(); ++i) {
      const model::Value entry = history.at(i);
      const std::string_view first = entry["firstReconciled"].text();
      if (first.empty()) continue;
      const model::WallTime recorded = model::parse_rfc3339(first);
      if (recorded < applied || recorded > applied + pass_time_max) continue;
      if (best && recorded >= *best) continue;
      best = recorded;
      best_revision = entry["metadata"]["revision"].text();
    }
  } catch (const model::Error&) {
    return {};
  }
  return best_revision;
}

std::string to_text(const ObjectExplanation& explanation, bool color) {
  Lines lines;
  lines.add("Object", explanation.id.display() + " (" + explanation.api_version + ")");
  lines.add("Owned by", joined(explanation.owners, " <- "));
  lines.add("Unit", explanation.unit.empty() ? "none: no unit applies it" : explanation.unit);
  lines.add("Unit ready",
            explanation.ready.empty() ? "" : explanation.ready + ": " + explanation.message);
  lines.add("Suspended", explanation.suspended ? "its unit: only a plan is applied" : "");
  for (const std::string& note : explanation.unit_notes) lines.add("Unit note", note);
  lines.add("Source", explanation.source);
  lines.add("Revision", explanation.revision);
  lines.add("Path", explanation.path);
  lines.add("File", explanation.file);
  std::string applied = explanation.applied_at;
  if (!explanation.applied_revision.empty()) applied += " from " + explanation.applied_revision;
  lines.add("Applied", applied);
  lines.add("Paused", explanation.paused);
  if (explanation.last_write) lines.add("Last change", display(*explanation.last_write));
  for (const diff::FieldOwner& writer : explanation.writers)
    lines.add("Written by", display(writer));
  add_fights(explanation, color, lines);
  std::string health(appliers::to_string(explanation.health.state));
  if (!explanation.health_since.empty()) health += " since " + explanation.health_since;
  if (!explanation.health.message.empty()) health += ": " + explanation.health.message;
  lines.add("Health", health);
  for (const std::string& note : explanation.notes) lines.add("Note", note);
  return lines.take();
}

std::string to_json(const ObjectExplanation& explanation) {
  std::string out = "{";
  member(out, "apiVersion", explanation.api_version);
  member(out, "kind", explanation.id.kind);
  member(out, "namespace", explanation.id.namespace_name);
  member(out, "name", explanation.id.name);
  write_texts(out, "owners", explanation.owners);
  member(out, "unit", explanation.unit);
  member(out, "unitReady", explanation.ready);
  member(out, "unitMessage", explanation.message);
  out += ",\"unitSuspended\":";
  out += explanation.suspended ? "true" : "false";
  write_texts(out, "unitNotes", explanation.unit_notes);
  member(out, "source", explanation.source);
  member(out, "revision", explanation.revision);
  member(out, "path", explanation.path);
  member(out, "file", explanation.file);
  member(out, "appliedAt", explanation.applied_at);
  member(out, "appliedRevision", explanation.applied_revision);
  member(out, "paused", explanation.paused);
  if (explanation.last_write) {
    out += ",\"lastWrite\":";
    write_owner(out, *explanation.last_write);
  }
  out += ",\"writers\":[";
  for (const diff::FieldOwner& writer : explanation.writers) {
    if (out.back() != '[') out += ',';
    write_owner(out, writer);
  }
  out += "],\"shared\":[";
  for (const SharedFields& fields : explanation.shared) {
    out += out.back() == '[' ? "{\"owner\":" : ",{\"owner\":";
    write_owner(out, fields.owner);
    out += ",\"count\":" + std::to_string(fields.count);
    write_texts(out, "paths", fields.paths);
    out += '}';
  }
  out += "],\"difference\":" + diff::to_json(explanation.difference);
  out += ",\"health\":{";
  member(out, "state", std::string(appliers::to_string(explanation.health.state)));
  member(out, "message", explanation.health.message);
  member(out, "since", explanation.health_since);
  out += '}';
  write_texts(out, "notes", explanation.notes);
  return out + "}\n";
}

}  // namespace reconcile::engine
