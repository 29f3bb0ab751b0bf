// When rounds of the gate run, and what becomes of their outcomes. The rounds themselves are
// GateJudge's.

#include "engine/controllers/gate_controller.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

constexpr std::chrono::seconds tick_interval(1);
/// Changes that come together are one record.
constexpr std::chrono::seconds record_debounce(1);
constexpr std::chrono::minutes heartbeat_interval(15);
constexpr std::chrono::seconds retry_first(5);
constexpr std::chrono::minutes retry_max(5);
constexpr std::chrono::seconds status_limit(10);

std::chrono::nanoseconds record_retry(std::size_t failures) {
  std::chrono::nanoseconds delay = retry_first;
  for (std::size_t i = 1; i < failures && delay < retry_max; ++i) delay *= 2;
  return std::min<std::chrono::nanoseconds>(delay, retry_max);
}

}  // namespace

GateController::GateController(GateServices services, io::SerialQueue& control,
                               GateJudgeOptions options, const model::SigningKey& key)
    : services_(std::move(services)),
      control_(control),
      options_(options),
      root_key_(SourceController::root_key(options.agent_namespace)),
      judge_(std::move(options), key),
      witness_({services_.live, services_.hears, render_digest_key(key)}),
      status_(options_.gate.environment) {
}

GateController::~GateController() {
  stop();
}

bool GateController::governs(const sources::GitOptions& options) const {
  return follow_same_branch(options, options_.root);
}

std::optional<sources::Artifact> GateController::restore(
    const sources::Revision& revision, const sources::IgnoreOptions& ignore) const {
  return judge_.restore(revision, ignore);
}

void GateController::start() {
  schedule_tick();
}

void GateController::schedule_tick() {
  if (stopping_) return;
  timer_ = services_.executor.schedule_after(tick_interval,
                                             [this] { control_.post([this] { tick(); }); });
}

void GateController::tick() {
  if (stopping_) return;
  const model::WallTime now = options_.gate.clock->wall_now();
  const bool hears = services_.hears();
  witness_.observe_unsettled(now, std::exchange(heard_, hears) != hears);
  const gates::Decision& decision = outcome_.decision;
  if (decision.look_again && now >= *decision.look_again) {
    outcome_.decision.look_again.reset();
    wanted_ = true;
  }
  pump();
  measure();
  schedule_tick();
}

void GateController::on_fetched(const SourceKey& source,
                                const std::optional<sources::Revision>& tip, bool branch_gone) {
  if (source != root_key_) {
    // Another source saw the branch move before the root source did: that one decides.
    if (tip && tip->hash() != tip_) {
      services_.sources.trigger(root_key_);
      return;
    }
  } else {
    if (branch_gone) tip_.clear();
    if (tip) tip_ = tip->hash();
    std::move(pokes_waiting_.begin(), pokes_waiting_.end(), std::back_inserter(pokes_next_));
    pokes_waiting_.clear();
  }
  wanted_ = true;
  pump();
}

void GateController::on_pass(const Unit& unit, const PassOutcome& outcome) {
  if (!unit.is_root && !services_.sources.is_gated(unit.spec.source)) return;
  if (unit.is_root && outcome.end == PassOutcome::End::applied) status_.forget();
  witness_.on_pass(unit, outcome, options_.gate.clock->wall_now());
  pump();
}

void GateController::on_health(const appliers::UnitKey& key) {
  if (witness_.observe(key, options_.gate.clock->wall_now())) pump();
}

void GateController::on_drift(const appliers::UnitKey& key) {
  witness_.on_write(key, options_.gate.clock->wall_now());
}

void GateController::on_removed(const appliers::UnitKey& key) {
  witness_.remove(key);
  pump();
}

bool GateController::record_is_due(model::WallTime now) {
  if (admission_.commit.empty()) return false;
  const bool changed =
      witness_.changes() != recorded_changes_ || recorded_commit_ != admission_.commit;
  if (changed && !changed_at_) changed_at_ = now;
  if (!pokes_next_.empty())
    return changed || !outcome_.recorded_at || now - *outcome_.recorded_at >= heartbeat_interval;
  if (tried_at_ && now - *tried_at_ < record_retry(failures_)) return false;
  if (changed && now - *changed_at_ >= record_debounce) return true;
  return outcome_.recorded_at && now - *outcome_.recorded_at >= heartbeat_interval;
}

GateRound GateController::make_round(bool records) {
  const model::WallTime now = options_.gate.clock->wall_now();
  GateRound round;
  round.tip = tip_;
  round.judges = wanted_;
  round.live_sources = services_.sources.gated_repositories();
  std::set<std::string> known;
  services_.units.for_each([&](const Unit& unit) {
    const bool gated = unit.is_root || services_.sources.is_gated(unit.spec.source);
    if (!gated || unit.meta.deleting) return;
    known.insert(unit.key.display());
    if (unit.is_root || !unit.spec_error.empty()) return;
    const auto source =
        round.live_sources.find({unit.spec.source.namespace_name, unit.spec.source.name});
    LiveUnit live{unit.key, unit.spec, "", "", unit.meta.generation};
    live.label = unit.spec.object["metadata"]["labels"]["gates.reconcile.dev/unit"].text();
    if (source != round.live_sources.end()) live.ignore = source->second;
    round.live.push_back(std::move(live));
  });
  witness_.forget_others(known);
  round.records = records;
  round.units = witness_.evidence(now);
  return round;
}

void GateController::pump() {
  if (running_ || stopping_ || (services_.may_write && !services_.may_write())) return;
  const bool records = record_is_due(options_.gate.clock->wall_now());
  if (!wanted_ && !records && pokes_next_.empty()) return;
  running_ = true;
  GateRound round = make_round(records);
  wanted_ = false;
  std::vector<Promise> pokes = std::exchange(pokes_next_, {});
  thread_.post([this, round = std::move(round), changes = witness_.changes(), records,
                pokes = std::move(pokes)]() mutable {
    GateOutcome outcome = judge_.run(round);
    control_.post(
        [this, outcome = std::move(outcome), changes, records, pokes = std::move(pokes)]() mutable {
          finish(std::move(outcome), changes, records);
          answer(std::move(pokes));
        });
  });
}

void GateController::finish(GateOutcome outcome, std::uint64_t changes, bool records) {
  running_ = false;
  if (!resumed_ && outcome.judged) {
    if (outcome.own != nullptr) witness_.resume(*outcome.own);
    resumed_ = true;
  }
  if (outcome.recorded) {
    recorded_changes_ = changes;
    recorded_commit_ = outcome.recorded_commit;
    changed_at_.reset();
    tried_at_.reset();
    failures_ = 0;
    services_.metrics.counter("reconcile_gate_evidence_records_total", "Evidence records pushed")
        .add();
  } else if (records) {
    ++failures_;
    tried_at_ = options_.gate.clock->wall_now();
    services_.metrics
        .counter("reconcile_gate_evidence_failures_total", "Evidence records that were not pushed")
        .add();
  }
  if (!outcome.foreign.empty() && outcome_.foreign.empty()) {
    services_.metrics
        .counter("reconcile_gate_evidence_foreign_total",
                 "Times that the own evidence ref held what this agent did not write")
        .add();
    io::log().error("Evidence ref written by others", {{"err", outcome.foreign}});
  }
  if (outcome.judged) {
    wanted_ = wanted_ || outcome.admitted_new;
    const bool changed = !(admission_ == outcome.admission);
    admission_ = outcome.admission;
    outcome_ = std::move(outcome);
    if (changed && admission_.held) {
      io::log().warning("Commit held", {{"tip", admission_.tip},
                                        {"commit", admission_.commit},
                                        {"reason", admission_.reason},
                                        {"note", admission_.message}});
    }
    services_.sources.on_admission();
  } else {
    outcome_.seq = outcome.seq;
    outcome_.recorded_at = outcome.recorded_at;
    outcome_.evidence_error = outcome.evidence_error;
    outcome_.foreign = outcome.foreign;
  }
  services_.units.show_admission(admission_);
  publish();
  measure();
  pump();
}

void GateController::publish() {
  std::string patch = status_.patch(outcome_, options_.gate.clock->wall_now());
  if (!patch.empty()) services_.statuses.write(status_.target(), std::move(patch));
}

void GateController::measure() {
  const io::MetricLabels labels{{"environment", options_.gate.environment}};
  services_.metrics.gauge("reconcile_gate_held", "1 where the tip of the branch is held", labels)
      .set(admission_.held ? 1 : 0);
  if (!outcome_.recorded_at) return;
  services_.metrics
      .gauge("reconcile_gate_evidence_age_seconds", "Time since the newest evidence record", labels)
      .set(std::chrono::duration<double>(options_.gate.clock->wall_now() - *outcome_.recorded_at)
               .count());
}

void GateController::answer(std::vector<Promise> pokes) {
  if (pokes.empty()) return;
  thread_.post([this, pokes = std::move(pokes)] {
    services_.statuses.drain(status_limit);
    for (const Promise& poke : pokes) poke->set_value();
  });
}

std::shared_future<void> GateController::poke() {
  const auto promise = std::make_shared<std::promise<void>>();
  std::shared_future<void> future = promise->get_future().share();
  control_.post([this, promise] {
    if (stopping_) {
      promise->set_value();
      return;
    }
    witness_.observe_unsettled(options_.gate.clock->wall_now(), true);
    pokes_waiting_.push_back(promise);
    services_.sources.trigger(root_key_);
  });
  return future;
}

void GateController::stop() {
  if (ended_.exchange(true)) return;
  control_.post([this] {
    stopping_ = true;
    timer_.cancel();
    for (std::vector<Promise>* pokes : {&pokes_waiting_, &pokes_next_}) {
      for (const Promise& poke : *pokes) poke->set_value();
      pokes->clear();
    }
  });
  judge_.cancel();
  thread_.stop();
}

}  // namespace reconcile::engine
