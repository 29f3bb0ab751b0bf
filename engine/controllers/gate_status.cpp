#include "engine/controllers/gate_status.hpp"

#include "engine/gates/explanation.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::Arena;
using model::Node;

void set_text(Arena& arena, Node& map, std::string_view key, std::string_view text) {
  model::set(arena, map, key, text.empty() ? model::make_null() : model::make_string(arena, text));
}

void set_time(Arena& arena, Node& map, std::string_view key,
              const std::optional<model::WallTime>& time) {
  set_text(arena, map, key, time ? model::format_rfc3339(*time) : std::string());
}

Node upstream_node(Arena& arena, const std::vector<UpstreamState>& upstream) {
  Node list = model::make_list();
  for (const UpstreamState& state : upstream) {
    Node item = model::make_map();
    const auto text = [&](std::string_view key, std::string_view value) {
      if (!value.empty()) set_text(arena, item, key, value);
    };
    text("environment", state.environment);
    text("cluster", state.cluster);
    model::set(arena, item, "seq", model::make_unsigned(state.seq));
    text("commit", state.commit);
    if (state.observed_at) set_time(arena, item, "observedAt", state.observed_at);
    text("problem", state.problem);
    text("detail", state.problem.empty() ? std::string() : state.detail);
    model::append(arena, list, item);
  }
  return list;
}

Node warnings_node(Arena& arena, const std::vector<std::string>& warnings) {
  Node list = model::make_list();
  for (const std::string& warning : warnings)
    model::append(arena, list, model::make_string(arena, warning));
  return list;
}

Node evidence_node(Arena& arena, const GateOutcome& outcome) {
  Node map = model::make_map();
  model::set(arena, map, "seq", model::make_unsigned(outcome.seq));
  set_time(arena, map, "observedAt", outcome.recorded_at);
  set_text(arena, map, "lastError", outcome.evidence_error);
  return map;
}

}  // namespace

const model::Gvk environment_kind{"gates.reconcile.dev", "v1alpha1", "Environment"};

void GateStatus::set_conditions(const GateOutcome& outcome, model::WallTime now) {
  const Admission& admission = outcome.admission;
  const auto set = [&](const char* type, ConditionStatus status, const std::string& reason,
                       const std::string& message) {
    conditions_.set(type, status, reason, message, 0, now);
  };
  const bool runs = !admission.commit.empty();
  set("Ready", runs ? ConditionStatus::yes : ConditionStatus::no,
      runs ? "Admitted" : admission.reason, runs ? "runs " + admission.commit : admission.message);
  if (admission.held)
    set("Held", ConditionStatus::yes, admission.reason, admission.message);
  else
    set("Held", ConditionStatus::no, "UpToDate", "the tip is admitted");
  if (outcome.foreign.empty())
    conditions_.remove("EvidenceForeign");
  else
    set("EvidenceForeign", ConditionStatus::yes, "ForeignCommit", outcome.foreign);
  if (outcome.policy_rejected.empty())
    conditions_.remove("PolicyRejected");
  else
    set("PolicyRejected", ConditionStatus::yes, "LintFailed", outcome.policy_rejected);
}

std::string GateStatus::patch(const GateOutcome& outcome, model::WallTime now) {
  set_conditions(outcome, now);
  Arena arena;
  Node root = model::make_map();
  Node& status = model::set(arena, root, "status", model::make_map());
  model::set(arena, status, "conditions", conditions_.to_node(arena));
  set_text(arena, status, "admitted", outcome.admission.commit);
  set_text(arena, status, "tip", outcome.admission.tip);
  set_time(
      arena, status, "since",
      outcome.admission.held ? outcome.decision.waiting_since : outcome.decision.running_since);
  set_text(arena, status, "policyDigest", outcome.policy_digest);
  model::set(arena, status, "decision", gates::decision_node(outcome.decision, arena));
  model::set(arena, status, "evidence", evidence_node(arena, outcome));
  model::set(arena, status, "upstream", upstream_node(arena, outcome.upstream));
  model::set(arena, status, "warnings", warnings_node(arena, outcome.warnings));
  std::string text = model::write_json(model::Value(&root));
  if (text == written_) return {};
  written_ = text;
  return text;
}

}  // namespace reconcile::engine
