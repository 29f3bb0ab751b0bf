#include "test/fuzz/verdict/verdict_run.hpp"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/fuzz/verdict/definition.hpp"
#include "test/fuzz/verdict/foreign_write.hpp"

namespace reconcile::fuzz {

namespace {

using kube::Request;
using kube::Response;
using model::Value;

constexpr std::size_t in_flight = 16;
constexpr std::size_t looks_max = 6;
const diff::FoldOptions fold_options{.manager = diff::field_manager, .secret_key = "verdicts"};

/// One object while it is judged.
struct Subject {
  Choices choices;
  std::size_t kind = 0;
  ObjectName name;
  std::optional<appliers::PreparedObject> desired = {};
  std::string applied_text = {};                      ///< what was applied last
  model::Hash128 applied = {};                        ///< digest of what was applied last
  std::optional<diff::Fingerprint> fingerprint = {};  ///< of that apply's answer
  ForeignWrite foreign = {};
  model::Document live = {};
};

/// `object` without what a dry run may not be judged by; our Apply entry stands in their place.
std::string judged_form(Value object) {
  model::Arena arena;
  model::Node copy = model::copy_node(arena, object);
  model::Node& about = *model::find(copy, "metadata");
  const auto entry = diff::find_apply_entry(object);
  for (const char* key : {"managedFields", "resourceVersion", "generation"})
    model::erase(about, key);
  model::erase(copy, "status");
  std::string result = model::write_json(Value(&copy));
  if (entry) {
    result += "\nours: " + std::string(entry->api_version) + " ";
    model::write_json(entry->fields, result);
  }
  return result;
}

class Run {
 public:
  Run(kube::Client& client, const VerdictOptions& options,
      const std::function<void(const WrongVerdict&)>& wrong)
      : client_(client), port_(client), options_(options), wrong_(wrong), random_(options.seed) {
    space_ = "verdict-" + std::to_string(options.seed);
    must(Request::apply(model::Object(model::parse_json(
                            R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" +
                            space_ + "\"}}")),
                        "test"),
         "making the namespace");
    make_definitions();
  }

  ~Run() {
    for (const model::Object& definition : definitions_)
      client_.send(Request::remove(definition.gvk(), "", definition.id().name));
    client_.send(Request::remove({"", "v1", "Namespace"}, "", space_));
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  VerdictTotals run() {
    while (totals_.cases < options_.cases) {
      std::vector<Subject> subjects;
      for (std::size_t i = 0; i < options_.objects_at_once; ++i) {
        subjects.push_back({.choices = Choices(random_.next()),
                            .kind = random_.below(grammar_.kinds() + definitions_.size()),
                            .name = {space_, next_number_++}});
      }
      for (std::size_t round = 0; round <= options_.rounds; ++round) {
        if (round > 0) judge(subjects, round);
        apply(subjects);
      }
      remove(subjects);
    }
    return totals_;
  }

 private:
  void must(const Request& request, const char* what) { client_.send(request).require_ok(what); }

  void make_definitions() {
    for (std::size_t i = 0; i < options_.definitions; ++i) {
      Choices choices(random_.next());
      definitions_.push_back(make_definition(i, choices));
      const auto answer = client_.send(Request::apply(definitions_.back(), "test"));
      if (!answer.ok()) {
        throw model::Error(model::ErrorCode::internal,
                           "a generated definition is refused: " + answer.status.display() + "\n" +
                               model::write_json(definitions_.back().root()));
      }
    }
    for (const model::Object& definition : definitions_) wait_until_served(definition);
  }

  void wait_until_served(const model::Object& definition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const model::Gvk gvk{definition_group, "v1",
                         std::string(definition["spec"]["names"]["kind"].text())};
    for (;;) {
      client_.invalidate_discovery();
      if (client_.resource(gvk) &&
          client_.send(Request::get(gvk, space_, "none")).status.code == 404)
        return;
      if (std::chrono::steady_clock::now() > end)
        throw model::Error(model::ErrorCode::unavailable,
                           definition.id().display() + " is not served");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  model::Object make(const Subject& subject, Choices& choices) const {
    if (subject.kind < grammar_.kinds()) return grammar_.make(subject.kind, subject.name, choices);
    return make_instance(definitions_[subject.kind - grammar_.kinds()].root(), grammar_,
                         subject.name, choices);
  }

  appliers::PreparedObject prepared(const model::Object& object) {
    appliers::PrepareOptions options;
    options.default_namespace = space_;
    options.secret_key = fold_options.secret_key;
    auto unit = appliers::prepare({appliers::UnitKind::kustomization, space_, "verdicts"},
                                  std::span(&object, 1), port_, options);
    return std::move(unit.objects.at(0));
  }

  /// Applies what is desired, and remembers what the agent would.
  void apply(std::vector<Subject>& subjects) {
    std::vector<Request> requests;
    for (Subject& subject : subjects) {
      if (!subject.desired) subject.desired = prepared(make(subject, subject.choices));
      requests.push_back(Request::apply(subject.desired->object, std::string(diff::field_manager)));
    }
    auto answers = client_.send_all(std::move(requests), in_flight);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const model::Object& wanted = subjects[i].desired->object;
      if (answers[i].ok() && diff::lacks_empty(wanted.root(), answers[i].document().root()))
        answers[i] = client_.send(Request::apply(wanted, std::string(diff::field_manager)));
      if (!answers[i].ok()) continue;  // what was applied before stays
      subjects[i].live = answers[i].document();
      subjects[i].applied = subjects[i].desired->digest;
      subjects[i].applied_text = model::write_json(subjects[i].desired->object.root());
      subjects[i].fingerprint = diff::fold(subjects[i].live.root(), fold_options);
    }
  }

  void remove(std::vector<Subject>& subjects) {
    std::vector<Request> requests;
    for (const Subject& subject : subjects) {
      const model::Object& object = subject.desired->object;
      requests.push_back(
          Request::remove(object.gvk(), object.id().namespace_name, object.id().name));
    }
    client_.send_all(std::move(requests), in_flight);
  }

  /// Others write, desired moves on, and both sides say what an apply would do.
  void judge(std::vector<Subject>& subjects, std::size_t round) {
    for (Subject& subject : subjects) {
      subject.foreign = {};
      if (!subject.live.present()) continue;
      Choices varied = subject.choices;
      make(subject, varied);
      varied.vary(random_, false);
      subject.foreign = foreign_write(random_, model::Object(subject.live), make(subject, varied));
      if (random_.chance(50)) continue;
      subject.choices.vary(random_, random_.chance(40));
      subject.desired = prepared(make(subject, subject.choices));
    }
    write_as_others(subjects);
    compare(subjects, round);
  }

  void write_as_others(const std::vector<Subject>& subjects) {
    for (std::size_t step = 0;; ++step) {
      std::vector<Request> requests;
      for (const Subject& subject : subjects)
        if (step < subject.foreign.requests.size())
          requests.push_back(subject.foreign.requests[step]);
      if (requests.empty()) return;
      client_.send_all(std::move(requests), in_flight);
    }
  }

  Request look(const Subject& subject) const {
    const model::Object& object = subject.desired->object;
    return Request::get(object.gvk(), object.id().namespace_name, object.id().name);
  }
  static Request dry_run(const Subject& subject) {
    return Request::apply(subject.desired->object, std::string(diff::field_manager),
                          kube::Conflicts::force, kube::DryRun::all);
  }

  void compare(std::vector<Subject>& subjects, std::size_t round) {
    std::vector<Request> looks;
    std::vector<Request> dry_runs;
    for (const Subject& subject : subjects) {
      looks.push_back(look(subject));
      dry_runs.push_back(dry_run(subject));
    }
    const auto seen = client_.send_all(std::move(looks), in_flight);
    const auto answers = client_.send_all(std::move(dry_runs), in_flight);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (!subjects[i].live.present()) continue;
      ++totals_.cases;
      settle(subjects[i], seen[i], answers[i], round);
    }
  }

  /// Looks again while the object moves between the look and the dry run (controllers write too).
  void settle(Subject& subject, Response seen, Response answer, std::size_t round) {
    for (std::size_t looks = 1;; ++looks) {
      if (!seen.ok() || !answer.ok()) {
        ++totals_.refused;
        return;
      }
      subject.live = seen.document();
      const model::Document after = answer.document();
      if (subject.live["metadata"]["deletionTimestamp"].present()) {  // waited for, not judged
        ++totals_.moving;
        return;
      }
      const bool moved = subject.live["metadata"]["resourceVersion"].text() !=
                         after["metadata"]["resourceVersion"].text();
      const std::string live_form = judged_form(subject.live.root());
      const std::string after_form = judged_form(after.root());
      const bool is_unchanged = live_form == after_form;
      const bool known =
          subject.fingerprint && subject.desired->digest == subject.applied &&
          subject.fingerprint->same_content(diff::fold(subject.live.root(), fold_options));
      const bool proven =
          diff::proves_unchanged(subject.desired->object.root(), subject.live.root());
      const bool ours = known || proven;
      const bool is_wrong = ours != is_unchanged;
      if (is_wrong && moved && looks < looks_max) {
        seen = client_.send(look(subject));
        answer = client_.send(dry_run(subject));
        continue;
      }
      if (is_wrong && moved) {
        ++totals_.moving;
        return;
      }
      ++totals_.kinds[subject.desired->object.gvk().kind];
      totals_.unchanged += is_unchanged;
      totals_.by_memory += is_unchanged && known;
      totals_.proven += is_unchanged && proven;
      if (is_wrong) report(subject, ours, known, live_form, after_form, round);
      return;
    }
  }

  void report(const Subject& subject, bool ours, bool known, const std::string& live_form,
              const std::string& after_form, std::size_t round) {
    ++(ours ? totals_.false_unchanged : totals_.false_changed);
    const model::Object& object = subject.desired->object;
    std::string text = object.id().display() + ", round " + std::to_string(round) +
                       ", others: " + std::string(subject.foreign.name) +
                       (known ? ", by memory" : "");
    text += ours ? "\nwe say unchanged, an apply changes it\n" : "\nan apply changes nothing\n";
    text += "desired: " + model::write_json(object.root()) + "\nlive:    " + live_form;
    if (ours) text += "\nafter:   " + after_form;
    if (known) text += "\napplied: " + subject.applied_text;
    wrong_({ours, text});
  }

  kube::Client& client_;
  appliers::KubeClusterPort port_;
  const VerdictOptions& options_;
  const std::function<void(const WrongVerdict&)>& wrong_;
  Random random_;
  Grammar grammar_;
  std::string space_;
  std::vector<model::Object> definitions_;
  std::size_t next_number_ = 0;
  VerdictTotals totals_;
};

}  // namespace

VerdictTotals compare_verdicts(kube::Client& client, const VerdictOptions& options,
                               const std::function<void(const WrongVerdict&)>& wrong) {
  return Run(client, options, wrong).run();
}

}  // namespace reconcile::fuzz
