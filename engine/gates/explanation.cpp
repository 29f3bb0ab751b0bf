#include "engine/gates/explanation.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "engine/gates/wording.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Value;
using model::WallTime;

constexpr std::string_view root_key_way =
    "a root key can let it through: reconcile gate reset CLUSTER --commit ";

/// What to do about a reason. `{env}` is the environment upstream, `{tip}` the commit that waits.
struct Advice {
  std::string_view reason;
  std::string_view text;
};

constexpr Advice advice_table[] = {
    {"UpstreamNotHealthy",
     "Fix it in {env}. A newer commit that works there passes in place of this one."},
    {"UpstreamPending", "It can pass once {env} is done with it and it has stayed healthy there."},
    {"UpstreamUnknown", "It can pass once {env} sees its cluster again."},
    {"UpstreamUnstable",
     "It came up and went down too often in {env}. A newer commit that stays up there passes."},
    {"SoakNotReached", "It has to stay healthy in {env} for the whole soak."},
    {"NotProven",
     "Bring the change to {env} first, and rebase this branch on what has run there. A git revert "
     "to what ran here healthy passes at once."},
    {"UnitAbsentUpstream",
     "Run it in {env} first. What belongs to this environment alone has all its files below "
     "overlayPaths."},
    {"OverlayNeedsApproval",
     "Approvals are not built in this version. Until then {root}{tip}. With overlayOnly: apply the "
     "policy lets plain settings through by itself."},
    {"EvidenceMissing", "It can pass once the agent of {env} reports to the evidence repository."},
    {"EvidenceStale",
     "It can pass once the agent of {env} reports again. Is it running, and can "
     "it push?"},
    {"EvidenceNotTrusted",
     "Nothing that {env} says counts until its records verify. Compare its key with the policy's "
     "trust, and the clocks."},
    {"EvidenceMalformed",
     "Nothing that {env} says counts until its records verify. Compare the versions of both "
     "agents, and find out who else writes its ref."},
    {"EvidenceReplayed",
     "Old records turned up again behind newer ones. Find out who else writes the ref of {env}."},
    {"EvidenceForked",
     "The records of {env} were rewritten. Find out who did it. A reset by a root key acknowledges "
     "it."},
    {"HistoryDropped", "Bring these changes back onto the branch. If they are to go, {root}{tip}."},
    {"Rewind",
     "Move the branch forward again. To go back, use git revert: what ran here healthy passes at "
     "once."},
    {"BranchGone", "Push the branch again. Nothing is removed meanwhile."},
    {"UnrelatedHistory", "Put the branch back. If it is meant to be so, {root}{tip}."},
    {"AdmittedUnknown", "Push the commit that runs under any branch, or {root}{tip}."},
    {"BootstrapNeeded", "Start the agent with --gate-bootstrap COMMIT, or {root}{tip}."},
    {"BuildFailed", "Fix the build: reconcile build shows the same error."},
    {"NotJudged", "The agent's log says more."},
    {"RepositoryUnreadable", "The agent's log says more."}};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::optional<WallTime> time_of(Value value) {
  if (value.text().empty()) return std::nullopt;
  try {
    return model::parse_rfc3339(value.text());
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

/// Control characters out, so that no status can steer a terminal.
std::string line_of(Value value) {
  return shortened(value.text(), 1000);
}

class Explainer {
 public:
  Explainer(Value environment, WallTime now)
      : name_(line_of(environment["metadata"]["name"])),
        status_(environment["status"]),
        decision_(status_["decision"]),
        now_(now) {}

  std::string text() {
    if (!decision_.is_map() || decision_["outcome"].text().empty()) {
      return name_ + ": no agent has decided about it yet.\n" +
             "Is an agent running here with --environment " + name_ + "?\n";
    }
    running();
    waiting();
    notices();
    return std::move(text_);
  }

 private:
  void say(const std::string& line) { text_ += line + "\n"; }

  /// "01:53 UTC" on the day of `now`, else with its date.
  [[nodiscard]] std::string clock_text(WallTime time) const {
    const std::string text = model::format_rfc3339(time);
    const std::string today = model::format_rfc3339(now_).substr(0, 10);
    const std::string hour = text.substr(11, 5) + " UTC";
    return text.substr(0, 10) == today ? hour : text.substr(0, 10) + " " + hour;
  }
  [[nodiscard]] std::string since_text(WallTime time) const {
    return "since " + clock_text(time) + " (" + short_duration(now_ - time) + ")";
  }

  /// Puts every RFC 3339 time of a message the way people say it.
  [[nodiscard]] std::string with_clock_times(const std::string& message) const {
    constexpr std::size_t size = 20;
    std::string text;
    for (std::size_t i = 0; i < message.size();) {
      const std::string_view word = std::string_view(message).substr(i, size);
      const bool like_time = word.size() == size && word[4] == '-' && word[10] == 'T' &&
                             word.back() == 'Z' && word[0] >= '0' && word[0] <= '9';
      std::optional<WallTime> time;
      if (like_time) {
        try {
          time = model::parse_rfc3339(word);
        } catch (const model::Error&) {
          time.reset();
        }
      }
      if (time) {
        text += clock_text(*time);
        i += size;
      } else {
        text += message[i++];
      }
    }
    return text;
  }

  [[nodiscard]] static std::string commit_text(Value commit, Value id) {
    const std::string shown =
        short_id(commit["id"].text().empty() ? id.text() : commit["id"].text());
    const std::string subject = line_of(commit["subject"]);
    return subject.empty() ? shown : shown + " \"" + subject + "\"";
  }

  void running() {
    if (decision_["commit"].text().empty()) {
      say(name_ + " runs nothing yet.");
      return;
    }
    std::string line = name_ + " runs " + commit_text(decision_["running"], decision_["commit"]);
    if (const auto since = time_of(decision_["runningSince"])) line += ", " + since_text(*since);
    say(line + ".");
    const bool now = decision_["outcome"].text() == "admit";
    const std::string because = line_of(decision_[now ? "message" : "runningBecause"]);
    if (!because.empty()) {
      say("It was let through because " + with_clock_times(because) + ".");
    }
  }

  void waiting() {
    const bool holds = decision_["outcome"].text() == "hold";
    const bool behind =
        !decision_["tip"].text().empty() && decision_["tip"].text() != decision_["commit"].text();
    if (!holds && !behind) {
      say("Nothing waits: it is the newest commit of its branch.");
      return;
    }
    if (decision_["tip"].text().empty()) {
      say("\nIts branch does not exist. What runs stays as it is.");
      advise(line_of(decision_["reason"]), {});
      return;
    }
    std::string line = "\n" + commit_text(decision_["waiting"], decision_["tip"]);
    const std::string author = line_of(decision_["waiting"]["author"]);
    if (!author.empty()) line += " by " + author;
    line += " waits";
    if (const auto since = time_of(decision_["waitingSince"])) line += " " + since_text(*since);
    say(line + ".");
    const Value tip = decision_["skipped"].at(0);
    const bool judged = tip["units"].size() > 0;
    if (judged) {
      units(tip);
    } else {
      const Value said = tip["message"].text().empty() ? decision_["message"] : tip["message"];
      say("Why: " + with_clock_times(line_of(said)) + ".");
    }
    way_through(tip);
    older();
  }

  /// Units that say the same stand on one line.
  void units(Value verdict) {
    std::vector<std::string> messages;
    std::map<std::string, std::vector<std::string>> by_message;
    const Value units = verdict["units"];
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Value unit = units.at(i);
      if (unit["proof"].text() != "none") continue;
      const std::string message = with_clock_times(line_of(unit["message"]));
      std::vector<std::string>& names = by_message[message];
      if (names.empty()) messages.push_back(message);
      const std::string name = line_of(unit["unit"]);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      const std::string environment = line_of(unit["environment"]);
      if (!environment.empty() &&
          std::find(upstreams_.begin(), upstreams_.end(), environment) == upstreams_.end()) {
        upstreams_.push_back(environment);
      }
    }
    if (messages.empty()) {
      say("Why: " + with_clock_times(line_of(verdict["message"])) + ".");
      return;
    }
    say("Why:");
    for (const std::string& message : messages) {
      say("- " + listed(by_message[message]) + ": " + message + ".");
    }
    const std::int64_t all = verdict["unitsJudged"].integer().value_or(0);
    const auto shown = static_cast<std::int64_t>(units.size());
    if (all > shown) {
      say("- and " + counted(static_cast<std::size_t>(all - shown), "more unit") + ".");
    }
  }

  void way_through(Value tip) {
    std::string reason = line_of(tip["reason"]);
    if (reason.empty()) reason = line_of(decision_["reason"]);
    const std::string commit = short_id(decision_["tip"].text());
    const std::optional<WallTime> earliest = time_of(tip["earliest"]);
    const std::string upstream = upstreams_.empty() ? "" : listed(upstreams_);
    if (earliest) {
      const std::string when = *earliest <= now_ ? "any moment now"
                                                 : "at " + clock_text(*earliest) + " (in " +
                                                       short_duration(*earliest - now_) + ")";
      say("It passes by itself " + when +
          (upstream.empty() ? "." : ", if " + upstream + " stays healthy."));
    } else {
      advise(reason, commit);
    }
    if (!decision_["commit"].text().empty()) {
      say("Until then " + short_id(decision_["commit"].text()) +
          " stays, and drift is put back to it.");
    }
    for (const std::string& environment : upstreams_) {
      say("Look at " + environment + ": reconcile gate explain " + environment +
          " --context CONTEXT-OF-" + environment);
    }
  }

  void advise(const std::string& reason, const std::string& commit) {
    const auto* const found =
        std::find_if(std::begin(advice_table), std::end(advice_table),
                     [&](const Advice& advice) { return advice.reason == reason; });
    if (found == std::end(advice_table)) return;
    std::string text(found->text);
    text = replaced(std::move(text), "{root}", root_key_way);
    text = replaced(std::move(text), "{tip}", commit);
    text = replaced(std::move(text), "{env}",
                    upstreams_.empty() ? "the environment before" : listed(upstreams_));
    say(text);
  }

  /// Commits below the tip that wait for themselves. Those that a rebase brings along from upstream
  /// lack this environment's own changes; they are nobody's to wait for.
  void older() {
    constexpr std::size_t shown_max = 5;
    const Value skipped = decision_["skipped"];
    std::vector<std::string> lines;
    for (std::size_t i = 1; i < skipped.size(); ++i) {
      const Value verdict = skipped.at(i);
      if (verdict["reason"].text() == "HistoryDropped") continue;
      lines.push_back("- " + commit_text(verdict["commit"], {}) + ": " +
                      with_clock_times(line_of(verdict["message"])) + ".");
    }
    if (lines.empty()) return;
    say("\nOlder commits that wait as well:");
    for (std::size_t i = 0; i < lines.size() && i < shown_max; ++i) say(lines[i]);
    const auto all = static_cast<std::size_t>(decision_["skippedCount"].integer().value_or(0));
    const std::size_t unseen = all > skipped.size() ? all - skipped.size() : 0;
    const std::size_t left = unseen + lines.size() - std::min(lines.size(), shown_max);
    if (left > 0) say("- and " + std::to_string(left) + " more.");
  }

  /// What else a colleague would mention.
  void notices() {
    const Value conditions = status_["conditions"];
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const Value condition = conditions.at(i);
      if (condition["status"].text() != "True") continue;
      const std::string message = with_clock_times(line_of(condition["message"]));
      if (condition["type"].text() == "PolicyRejected") {
        say("\nThe policy of the newest commits is not accepted, the one before stays in force: " +
            message + ".");
      } else if (condition["type"].text() == "EvidenceForeign") {
        say("\nSomebody else writes this environment's evidence: " + message + ".");
      }
    }
    const std::string unsent = line_of(status_["evidence"]["lastError"]);
    if (!unsent.empty()) {
      say("\nThis environment's own evidence does not get out: " + with_clock_times(unsent) + ".");
    }
    const Value warnings = status_["warnings"];
    for (std::size_t i = 0; i < warnings.size() && i < 10; ++i) {
      say((i == 0 ? "\nWarning: " : "Warning: ") + with_clock_times(line_of(warnings.at(i))) + ".");
    }
  }

  std::string name_;
  Value status_;
  Value decision_;
  WallTime now_;
  std::vector<std::string> upstreams_;
  std::string text_;
};

}  // namespace

std::string explain(Value environment, WallTime now) {
  return Explainer(environment, now).text();
}

}  // namespace reconcile::engine::gates
