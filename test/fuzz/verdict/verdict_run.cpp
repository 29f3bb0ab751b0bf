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
#include "test/fuzz/verdict/verdict_subject.hpp"
#include "test/support/patience.hpp"

namespace reconcile::fuzz {

namespace {

using kube::Request;
using kube::Response;
using model::Value;

constexpr std::size_t in_flight = 32;
constexpr std::size_t looks_max = 6;
constexpr std::size_t custom_percent = 25;  // of the objects are of random definitions
constexpr std::size_t batches_of_definitions = 4;
constexpr std::size_t numbers_of_a_run = 65536;
constexpr std::size_t look_percent = 25;  // of the verdicts begin with a GET

class Run {
 public:
  Run(kube::Client& client, const VerdictOptions& options,
      const std::function<void(const WrongVerdict&)>& wrong)
      : client_(client), port_(client), options_(options), wrong_(wrong), random_(options.seed) {
    space_ = "verdict-" + std::to_string(options.seed);
    // Runs of different seeds can share a server.
    next_number_ = options.seed % 64 * numbers_of_a_run;
    next_definition_ = next_number_;
    list_missing_kinds();
    must(Request::apply(model::Object(model::parse_json(
                            R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" +
                            space_ + "\"}}")),
                        "test"),
         "making the namespace");
    for (const char* name : {"one", "two", "three"})
      must(Request::apply(model::Object(model::parse_json(
                              R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":")" +
                              std::string(name) + R"(","namespace":")" + space_ + "\"}}")),
                          "test"),
           "making a service account");
  }

  ~Run() {
    remove_definitions();
    client_.send(Request::remove({"", "v1", "Namespace"}, "", space_));
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  VerdictTotals run(const std::function<void(const VerdictTotals&)>& progress) {
    const auto end = std::chrono::steady_clock::now() + options_.limit;
    for (std::size_t batch = 0;
         totals_.cases < options_.cases && std::chrono::steady_clock::now() < end; ++batch) {
      if (batch % batches_of_definitions == 0) make_definitions();
      std::vector<Subject> subjects;
      for (std::size_t i = 0; i < options_.objects_at_once; ++i) {
        subjects.push_back({.choices = Choices(random_.next()),
                            .kind = pick_kind(),
                            .name = {space_, next_number_++}});
      }
      for (std::size_t round = 0; round <= options_.rounds; ++round) {
        if (round > 0) judge(subjects, round);
        apply(subjects);
      }
      remove(subjects);
      if (progress) progress(totals_);
    }
    return totals_;
  }

 private:
  void must(const Request& request, const char* what) { client_.send(request).require_ok(what); }

  std::string kind_of(const Subject& subject) const {
    return subject.kind < grammar_.kinds() ? subject.desired->object.gvk().kind : "custom";
  }

  /// As the agent knows it of a definition that it applies.
  Value schema_of(const Subject& subject) const {
    if (subject.kind < grammar_.kinds()) return {};
    return diff::definition_schema(definitions_[subject.kind - grammar_.kinds()].root(), "v1");
  }

  std::size_t pick_kind() {
    if (!random_.chance(custom_percent)) return random_.below(grammar_.kinds());
    return grammar_.kinds() + random_.below(definitions_.size());
  }

  void list_missing_kinds() {
    for (const kube::ApiResource& resource : client_.resources()->all()) {
      const bool is_older =
          client_.resources()->find_preferred(resource.gvk.group, resource.gvk.kind)->gvk !=
          resource.gvk;
      if (resource.allows("patch") && resource.allows("create") && !is_older &&
          !grammar_.describes(resource.gvk) && !is_custom(resource))
        totals_.missing_kinds.push_back(resource.gvk.api_version() + "/" + resource.gvk.kind);
    }
  }

  /// Whether a definition brought it, of this run or of whoever else uses the server.
  bool is_custom(const kube::ApiResource& resource) {
    return client_
        .send(Request::get({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "",
                           resource.plural + "." + resource.gvk.group))
        .ok();
  }

  void remove_definitions() {
    for (const model::Object& definition : definitions_)
      client_.send(Request::remove(definition.gvk(), "", definition.id().name));
    definitions_.clear();
  }

  /// New ones in the place of those before.
  void make_definitions() {
    remove_definitions();
    for (std::size_t i = 0; i < options_.definitions; ++i) {
      Choices choices(random_.next());
      definitions_.push_back(make_definition(next_definition_++, choices));
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
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60) * test::patience();
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
    options.secret_key = verdict_key;
    auto unit = appliers::prepare({appliers::UnitKind::kustomization, space_, "verdicts"},
                                  std::span(&object, 1), port_, options);
    return std::move(unit.objects.at(0));
  }

  /// Applies what is desired where it is not there yet, and remembers what the agent would.
  void apply(std::vector<Subject>& subjects) {
    std::vector<Request> requests;
    std::vector<Subject*> applied;
    for (Subject& subject : subjects) {
      if (subject.is_settled) continue;
      if (!subject.desired) subject.desired = prepared(make(subject, subject.choices));
      requests.push_back(apply_request(subject, kube::DryRun::none));
      applied.push_back(&subject);
    }
    auto answers = client_.send_all(std::move(requests), in_flight);
    for (std::size_t i = 0; i < applied.size(); ++i) {
      Subject& subject = *applied[i];
      const model::Document wanted = subject.desired->object.document();
      if (answers[i].ok() && diff::lacks_empty(wanted.root(), answers[i].document().root()))
        answers[i] = client_.send(apply_request(subject, kube::DryRun::none));
      if (!answers[i].ok()) {  // what was applied before stays
        ++totals_.refused_kinds[kind_of(subject)];
        continue;
      }
      subject.live = answers[i].document();
      remember(subject);
    }
  }

  void remove(std::vector<Subject>& subjects) {
    std::vector<Request> requests;
    for (const Subject& subject : subjects) {
      const model::PackedObject& object = subject.desired->object;
      requests.push_back(
          Request::remove(object.gvk(), object.id().namespace_name, object.id().name));
    }
    client_.send_all(std::move(requests), in_flight);
  }

  /// Others write, desired moves on, and both sides say what an apply would do.
  void judge(std::vector<Subject>& subjects, std::size_t round) {
    for (Subject& subject : subjects) {
      subject.foreign = {};
      subject.is_settled = false;
      subject.looks = random_.chance(look_percent);
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

  void write_as_others(std::vector<Subject>& subjects) {
    for (std::size_t step = 0;; ++step) {
      std::vector<Request> requests;
      std::vector<Subject*> written;
      for (Subject& subject : subjects) {
        if (step >= subject.foreign.requests.size()) continue;
        requests.push_back(subject.foreign.requests[step]);
        written.push_back(&subject);
      }
      if (requests.empty()) return;
      const auto answers = client_.send_all(std::move(requests), in_flight);
      for (std::size_t i = 0; i < written.size(); ++i) take_answer(*written[i], answers[i]);
    }
  }

  void compare(std::vector<Subject>& subjects, std::size_t round) {
    std::vector<Request> looks;
    std::vector<Request> dry_runs;
    for (const Subject& subject : subjects) {
      if (subject.live.present() && subject.looks) looks.push_back(look_request(subject));
    }
    const auto seen = client_.send_all(std::move(looks), in_flight);
    std::size_t next_seen = 0;
    for (Subject& subject : subjects) {
      if (!subject.live.present()) continue;
      if (subject.looks && seen[next_seen++].ok()) subject.live = seen[next_seen - 1].document();
      dry_runs.push_back(apply_request(subject, kube::DryRun::all));
    }
    const auto answers = client_.send_all(std::move(dry_runs), in_flight);
    std::size_t next_answer = 0;
    for (Subject& subject : subjects) {
      if (!subject.live.present()) continue;
      ++totals_.cases;
      settle(subject, answers[next_answer++], round);
    }
  }

  /// Looks again while what was seen is not what the dry run was of (controllers write too).
  void settle(Subject& subject, Response answer, std::size_t round) {
    for (std::size_t looks = 0;; ++looks) {
      if (!answer.ok()) {
        ++totals_.refused;
        return;
      }
      const model::Document after = answer.document();
      // One that is being deleted is waited for, not judged.
      const bool goes = after["metadata"]["deletionTimestamp"].present();
      const bool moved = subject.live["metadata"]["resourceVersion"].text() !=
                         after["metadata"]["resourceVersion"].text();
      if (goes || (moved && looks == looks_max)) {
        ++totals_.moving;
        return;
      }
      if (!moved) {
        judge_one(subject, after, round);
        return;
      }
      const Response seen = client_.send(look_request(subject));
      if (seen.ok()) subject.live = seen.document();
      answer = client_.send(apply_request(subject, kube::DryRun::all));
    }
  }

  void judge_one(Subject& subject, const model::Document& after, std::size_t round) {
    const std::string live_form = judged_form(subject.live.root());
    const std::string after_form = judged_form(after.root());
    const bool is_unchanged = live_form == after_form;
    const bool known = is_known(subject);
    const model::Document body = sent(subject);
    // What is proven without the definition has to be right too.
    const bool proven = diff::proves_unchanged(body.root(), subject.live.root()) ||
                        diff::proves_unchanged(body.root(), subject.live.root(),
                                               diff::field_manager, schema_of(subject));
    const bool ours = known || proven;
    ++totals_.kinds[kind_of(subject)];
    totals_.unchanged += is_unchanged;
    totals_.by_memory += is_unchanged && known;
    totals_.proven += is_unchanged && proven;
    if (ours != is_unchanged) report(subject, ours, known, live_form, after_form, round);
    subject.is_settled = ours && is_unchanged;
    // As after a restart.
    if (subject.is_settled && !known) remember(subject);
  }

  void report(const Subject& subject, bool ours, bool known, const std::string& live_form,
              const std::string& after_form, std::size_t round) {
    ++(ours ? totals_.false_unchanged : totals_.false_changed);
    const model::PackedObject& object = subject.desired->object;
    std::string text = object.id().display() + ", round " + std::to_string(round) +
                       ", others: " + std::string(subject.foreign.name) +
                       (known ? ", by memory" : "");
    text += ours ? "\nwe say unchanged, an apply changes it\n" : "\nan apply changes nothing\n";
    text += "desired: " + object.json() + "\nlive:    " + live_form;
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
  std::size_t next_definition_ = 0;
  VerdictTotals totals_;
};

}  // namespace

VerdictTotals compare_verdicts(kube::Client& client, const VerdictOptions& options,
                               const std::function<void(const WrongVerdict&)>& wrong,
                               const std::function<void(const VerdictTotals&)>& progress) {
  return Run(client, options, wrong).run(progress);
}

}  // namespace reconcile::fuzz
