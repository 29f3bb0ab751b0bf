#include "test/integration/platform/platform_table.hpp"

#include <array>
#include <cstdio>

#include "test/integration/drift_clock.hpp"

namespace reconcile::test {
namespace {

std::string decimal(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string health_text(const RowResult& result) {
  if (!result.health.wrong.empty()) return "**wrong**";
  std::string text = std::to_string(result.health.current) + " current";
  for (const auto& [kind, count] : result.health.waiting)
    text += ", " + std::to_string(count) + " " + kind + " in progress";
  return text;
}

std::string drift_text(const RowResult& result) {
  if (result.drift_milliseconds.empty()) return "0 of " + std::to_string(result.drifts);
  return std::to_string(result.drift_milliseconds.size()) + " of " + std::to_string(result.drifts) +
         ", " + decimal(percentile(result.drift_milliseconds, 0.5), 0) + " ms";
}

std::string notes(const RowResult& result) {
  std::string text;
  if (result.webhooks > 0) text += std::to_string(result.webhooks) + " webhooks not called";
  for (const auto& [kind, reason] : result.row.waiting)
    text += (text.empty() ? "" : "; ") + kind + ": " + reason;
  if (!result.row.because.empty()) text += (text.empty() ? "" : "; ") + result.row.because;
  return text;
}

std::string line(const RowResult& result) {
  const std::string begin = "| " + result.row.name + " " + result.version + " | ";
  if (result.is_absent) return "| " + result.row.name + " | not in the corpus | | | | | | | |\n";
  return begin + std::to_string(result.objects) + " | " + std::to_string(result.kinds) + " | " +
         decimal(result.apply_seconds, 1) + " s, " + std::to_string(result.apply_requests) + " | " +
         health_text(result) + " | " + std::to_string(result.quiet_requests) + " in " +
         std::to_string(result.quiet_passes) + " | " + drift_text(result) + " | " +
         (result.prune_seconds ? decimal(*result.prune_seconds, 1) + " s" : "**incomplete**") +
         " | " + notes(result) + " |\n";
}

RowResult total(const std::vector<RowResult>& results) {
  RowResult sum;
  sum.row.name = "all";
  double longest = 0;
  for (const RowResult& result : results) {
    sum.objects += result.objects;
    sum.apply_requests += result.apply_requests;
    sum.apply_seconds = std::max(sum.apply_seconds, result.apply_seconds);
    sum.health.current += result.health.current;
    for (const auto& [kind, count] : result.health.waiting) sum.health.waiting[kind] += count;
    sum.quiet_requests += result.quiet_requests;
    sum.quiet_passes += result.quiet_passes;
    sum.drifts += result.drifts;
    sum.drift_milliseconds.insert(sum.drift_milliseconds.end(), result.drift_milliseconds.begin(),
                                  result.drift_milliseconds.end());
    sum.webhooks += result.webhooks;
    longest = std::max(longest, result.prune_seconds.value_or(0));
  }
  sum.prune_seconds = longest;
  return sum;
}

}  // namespace

std::string markdown(const std::vector<RowResult>& results) {
  std::string table =
      "| row | objects | kinds | first apply, requests | health | requests in passes without "
      "change | drift of one field a kind, median | prune | |\n|---|---|---|---|---|---|---|---|---"
      "|\n";
  for (const RowResult& result : results) table += line(result);
  return table + line(total(results));
}

}  // namespace reconcile::test
