// What annotations say about when an object is written. Tests:
// test/appliers/apply/object_policy_test.cpp.
#include "reconcile/appliers/object_policy.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::string_view helm_drift_key = "helm.toolkit.fluxcd.io/driftDetection";
constexpr std::size_t note_bytes_max = 200;

bool equal_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string note(std::string_view text) {
  std::string out(text.substr(0, note_bytes_max));
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

void read_drift(model::Value metadata, ObjectPolicy& policy) {
  const std::string_view written = metadata["annotations"][drift_annotation].text();
  policy.drift = parse_drift_mode(written);
  if (!written.empty() && !policy.drift)
    policy.problem = "expected revert, warn or off in " + std::string(drift_annotation) +
                     ", found \"" + note(written) + "\"";
  for (const char* part : {"annotations", "labels"})
    if (!policy.drift && equal_word(metadata[part][helm_drift_key].text(), "disabled"))
      policy.drift = DriftMode::off;
}

void read_pause(model::Value annotations, ObjectPolicy& policy) {
  const std::string_view until = annotations[paused_until_annotation].text();
  if (until.empty()) return;
  try {
    policy.pause =
        Pause{model::parse_rfc3339(until), note(annotations[pause_reason_annotation].text()),
              note(annotations[pause_author_annotation].text())};
  } catch (const model::Error&) {
    policy.problem = "expected a time such as 2026-01-31T08:00:00Z in " +
                     std::string(paused_until_annotation) + ", found \"" + note(until) +
                     "\": not paused";
  }
}

}  // namespace

std::string_view to_string(DriftMode mode) {
  switch (mode) {
    case DriftMode::revert:
      return "revert";
    case DriftMode::warn:
      return "warn";
    case DriftMode::off:
      return "off";
  }
  return "";
}

std::optional<DriftMode> parse_drift_mode(std::string_view text) {
  if (equal_word(text, "revert") || equal_word(text, "enabled")) return DriftMode::revert;
  if (equal_word(text, "warn")) return DriftMode::warn;
  if (equal_word(text, "off") || equal_word(text, "disabled")) return DriftMode::off;
  return std::nullopt;
}

std::string Pause::display() const {
  std::string out = "until " + model::format_rfc3339(until);
  if (!reason.empty()) out += ": " + reason;
  if (!author.empty()) out += " (" + author + ")";
  return out;
}

const Pause* ObjectPolicy::paused(model::WallTime now) const noexcept {
  return pause && now < pause->until ? &*pause : nullptr;
}

ObjectPolicy read_policy(model::Value object) {
  ObjectPolicy policy;
  const model::Value metadata = object["metadata"];
  read_drift(metadata, policy);
  read_pause(metadata["annotations"], policy);
  return policy;
}

}  // namespace reconcile::appliers
