// What a pass tells people: log lines, metrics, Events with Flux's reasons and texts.

#include <utility>

#include "engine/controllers/unit_controller.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

using diff::Action;

constexpr std::size_t event_lines_max = 50;

std::string_view end_name(PassOutcome::End end) {
  switch (end) {
    case PassOutcome::End::applied:
      return "applied";
    case PassOutcome::End::waiting:
      return "waiting";
    case PassOutcome::End::paused:
      return "paused";
    case PassOutcome::End::refused:
      return "refused";
    case PassOutcome::End::render_failed:
      return "render_failed";
    case PassOutcome::End::awaits_owners:
      return "awaits_owners";
    case PassOutcome::End::apply_failed:
      return "apply_failed";
    case PassOutcome::End::interrupted:
      return "interrupted";
  }
  return "applied";
}

const std::vector<double> seconds_buckets = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                             0.5,   1,    2.5,   5,    10,  30};

double to_seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string changed_lines(const std::vector<diff::ObjectChange>& changes) {
  std::string lines;
  std::size_t count = 0;
  for (const diff::ObjectChange& change : changes) {
    if (change.action == Action::unchanged || change.action == Action::skipped) continue;
    if (++count > event_lines_max) continue;
    lines += change.id.display() + " " + std::string(diff::to_string(change.action)) + "\n";
  }
  if (count > event_lines_max)
    lines += "and " + std::to_string(count - event_lines_max) + " more\n";
  if (!lines.empty()) lines.pop_back();
  return lines;
}

void UnitController::announce(const Unit& unit, EventType type, const std::string& message) {
  const Condition* ready = unit.conditions.find("Ready");
  announce(unit, type, ready == nullptr ? "Progressing" : ready->reason, message);
}

void UnitController::announce(const Unit& unit, EventType type, const std::string& reason,
                              const std::string& message) {
  const StatusTarget target = status_target(unit);
  EventNote note{
      target.gvk, target.namespace_name,    target.name, unit.meta.uid, type == EventType::warning,
      reason,     io::log().masked(message)};
  const bool is_release = unit.is_release() && !unit.rendered_release.chart_version.empty();
  const std::string& revision =
      is_release ? unit.rendered_release.chart_version : unit.attempted_revision;
  const std::string& group = unit.is_release() ? helm_release_kind.group : kustomization_kind.group;
  if (!revision.empty()) note.annotations[group + "/revision"] = revision;
  if (reason == "ReconciliationSucceeded") note.annotations[group + "/commit_status"] = "update";
  services_.statuses.event(note);
}

void UnitController::report(const Unit& unit, const PassOutcome& outcome,
                            std::chrono::nanoseconds duration, const std::string& trace) {
  const std::string shown = unit.key.display();
  const std::string_view end = end_name(outcome.end);
  services_.metrics
      .counter("reconcile_passes_total", "Passes by their end", {{"end", std::string(end)}})
      .add();
  services_.metrics.histogram("reconcile_pass_seconds", "Duration of passes", seconds_buckets)
      .observe(to_seconds(duration));
  const bool failed = outcome.failed();
  if (outcome.result) report_objects(unit, *outcome.result, trace);
  const std::size_t requests = outcome.result ? outcome.result->requests : 0;
  io::log().write(failed ? io::LogLevel::error : io::LogLevel::info, "Pass finished",
                  {{"unit", shown},
                   {"revision", unit.attempted_revision},
                   {"end", end},
                   {"trace", trace},
                   {"rendered", outcome.render_stored && !outcome.render_reused},
                   {"requests", requests},
                   {"seconds", to_seconds(duration)},
                   {"err", outcome.error}});
}

void UnitController::report_objects(const Unit& unit, const appliers::PassResult& result,
                                    const std::string& trace) {
  const std::string shown = unit.key.display();
  for (const diff::ObjectChange& change : result.changes.objects) {
    if (change.action == Action::unchanged) continue;
    io::log().info("Object " + std::string(diff::to_string(change.action)),
                   {{"unit", shown},
                    {"object", change.id.display()},
                    {"revision", unit.attempted_revision},
                    {"trace", trace},
                    {"reason", diff::to_string(change.reason)},
                    {"note", change.message}});
  }
  for (const appliers::Warning& warning : result.warnings) {
    io::log().warning("Object noted", {{"unit", shown},
                                       {"object", warning.id.display()},
                                       {"trace", trace},
                                       {"note", warning.message}});
  }
  const std::string lines = changed_lines(result.changes.objects);
  if (!lines.empty() && !options_.observe_only)
    announce(unit, EventType::normal, "Progressing", lines);
}

}  // namespace reconcile::engine
