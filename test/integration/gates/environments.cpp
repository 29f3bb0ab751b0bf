#include "test/integration/gates/environments.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <sstream>

#include "reconcile/io/log.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/kube/config.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"
#include "test/support/patience.hpp"

namespace reconcile::test {
namespace {

constexpr std::chrono::seconds poke_limit(60);
constexpr std::chrono::seconds state_limit(40);
constexpr std::size_t log_lines_max = 20'000;

/// The lines that the agents of this process log.
class LogLines {
 public:
  static LogLines& instance() {
    static LogLines lines;
    return lines;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
  }
  [[nodiscard]] std::vector<std::string> copy() {
    const std::lock_guard lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }

 private:
  LogLines() {
    io::LogOptions options;
    options.level =
        std::getenv("RECONCILE_TEST_DEBUG") != nullptr ? io::LogLevel::debug : io::LogLevel::info;
    options.sink = [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
      if (lines_.size() > log_lines_max) lines_.pop_front();
    };
    io::configure_log(std::move(options));
  }
  std::mutex mutex_;
  std::deque<std::string> lines_;
};

/// The control planes of all cases, opened once.
std::vector<std::unique_ptr<Cluster>>& clusters() {
  static std::vector<std::unique_ptr<Cluster>> all = [] {
    const char* folders = std::getenv("RECONCILE_TEST_CLUSTERS");
    if (folders == nullptr) {
      throw std::runtime_error(
          "expected three folders of control planes (test/cluster/up), parted by colons, in "
          "RECONCILE_TEST_CLUSTERS");
    }
    std::vector<std::unique_ptr<Cluster>> made;
    std::istringstream stream(folders);
    for (std::string folder; std::getline(stream, folder, ':');) {
      made.push_back(std::make_unique<Cluster>(folder));
      const bool served = eventually([&] {
        made.back()->client().invalidate_discovery();
        return made.back()->client().resource(environment_kind).has_value();
      });
      if (!served) throw std::runtime_error("the kind Environment is not served in " + folder);
    }
    if (made.size() != 3) {
      throw std::runtime_error("expected three folders in RECONCILE_TEST_CLUSTERS, found " +
                               std::to_string(made.size()));
    }
    return made;
  }();
  return all;
}

std::string yaml_list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

std::string policy_yaml(const std::string& environment, const PolicyText& policy) {
  std::string text =
      "apiVersion: gates.reconcile.dev/v1alpha1\nkind: Environment\nmetadata:\n  name: " +
      environment + "\nspec:\n  cluster: " + environment + "\n";
  if (!policy.from.empty()) {
    text += "  from: " + yaml_list(policy.from) + "\n  soak: " + policy.soak +
            "\n  overlayOnly: " + policy.overlay_only + "\n  overlayPaths: [environments/" +
            environment + "/**]\n";
  }
  if (!policy.trust.empty()) text += "  trust:\n";
  for (const auto& [name, key] : policy.trust) {
    text +=
        "  - {environment: " + name + ", cluster: " + name + ", publicKeys: [\"" + key + "\"]}\n";
  }
  return text + policy.more;
}

}  // namespace

const model::Gvk environment_kind{"gates.reconcile.dev", "v1alpha1", "Environment"};

Environment::Environment(Environments& world, std::string name, Cluster& cluster)
    : world_(world),
      name_(std::move(name)),
      cluster_(cluster),
      key_(model::SigningKey::generate()),
      disk_(std::make_unique<TemporaryDirectory>()) {
  options_.cluster = kube::load_kubeconfig({cluster.agent_kubeconfig()});
  options_.data_dir = disk_->path();
  options_.units.agent_namespace = world.space();
  options_.units.jitter_percent = 0;
  options_.root_source.emplace();
  options_.root_source->git.url = world.server().url("infrastructure.git");
  options_.root_source->git.reference.branch = name_;
  options_.root_source->git.scope = "root";
  options_.root_source->interval = std::chrono::hours(1);
  options_.root_interval = std::chrono::hours(1);
  options_.root_path = "environments/" + name_;
  engine::GateOptions gate;
  gate.environment = name_;
  gate.cluster = name_;
  gate.evidence.url = world.server().url("evidence.git");
  gate.signing_key_pem = key_.to_pem();
  gate.clock = &world.clock();
  options_.gate = std::move(gate);
}

Environment::~Environment() {
  stop();
  try {
    cluster_.remove(environment_kind, "", name_);
    cluster_.remove(namespace_kind, "", world_.space());
  } catch (const std::exception& error) {
    WARN("not everything was taken away: " << error.what());
  }
}

void Environment::start() {
  agent_ = std::make_unique<engine::Agent>(options_);
  agent_->start();
}

void Environment::stop() {
  agent_.reset();
}

void Environment::lose_disk() {
  disk_ = std::make_unique<TemporaryDirectory>();
  options_.data_dir = disk_->path();
}

void Environment::poke() {
  if (agent_->poke_gate().wait_for(poke_limit * patience()) != std::future_status::ready) {
    FAIL("the poke of " << name_ << " did not end\n" << Environments::log_tail());
  }
}

void Environment::until(const std::string& what, const std::function<bool()>& holds) {
  const bool reached = eventually(
      [&] {
        poke();
        return holds();
      },
      state_limit);
  if (reached) return;
  FAIL("expected " << name_ << ": " << what << "; found " << decision().text << "\n"
                   << root_state() << "\n"
                   << Environments::log_tail());
}

void Environment::until_admitted(const std::string& commit) {
  until(commit + " admitted", [&] { return decision().admitted == commit; });
}

void Environment::until_green(const std::string& commit) {
  until(commit + " green", [&] {
    const std::string tip = world_.evidence().tip(evidence_ref());
    if (tip.empty()) return false;
    const auto units = world_.evidence().units(evidence_ref());
    bool green = !units.empty() && world_.evidence().statement(tip).commit == commit;
    for (const auto& [name, unit] : units) {
      green = green && unit.state == engine::gates::UnitState::green && unit.revision == commit;
    }
    if (green) return true;
    if (decision().admitted == commit) world_.clock().advance(std::chrono::seconds(2));
    return false;
  });
}

SeenDecision Environment::until_held(const std::string& tip, const std::string& reason) {
  SeenDecision seen;
  until(tip + " held for " + reason, [&] {
    seen = decision();
    if (seen.admitted == tip) {
      FAIL(name_ << " admitted " << tip << ", expected to be held for " << reason << "\n"
                 << seen.text);
    }
    return seen.tip == tip && seen.outcome == "hold" && seen.reason == reason;
  });
  return seen;
}

SeenDecision Environment::decision() {
  const model::Document object = cluster_.get(environment_kind, "", name_);
  const model::Value status = object["status"];
  SeenDecision seen;
  seen.admitted = status["admitted"].text();
  seen.tip = status["tip"].text();
  seen.outcome = status["decision"]["outcome"].text();
  seen.reason = status["decision"]["reason"].text();
  seen.message = status["decision"]["message"].text();
  seen.text = object.present() ? model::write_json(status) : "no Environment object";
  return seen;
}

std::string Environment::root_state() {
  const model::Document object = cluster_.get(config_map_kind, world_.space(), "reconcile-root");
  return object.present() ? model::write_json(object["data"]) : "no ConfigMap reconcile-root";
}

std::string Environment::live(const std::string& key) {
  const model::Document object = cluster_.get(config_map_kind, world_.space(), "settings");
  return std::string(object["data"][key].text());
}

void Environment::require_drift_reverted(const std::string& key, const std::string& wanted) {
  cluster_.patch(config_map_kind, world_.space(), "settings",
                 R"({"data":{")" + key + R"(":"drift"}})");
  if (!eventually([&] { return live(key) == wanted; }, state_limit)) {
    FAIL("expected drift in " << name_ << " to go back to " << wanted << ", found " << live(key)
                              << "\n"
                              << Environments::log_tail());
  }
}

Environments::Environments()
    : space_("it-gates-" + model::hex_encode(model::random_bytes(3))),
      infrastructure_(root_.path() + "/infrastructure.git"),
      evidence_(root_.path() + "/evidence.git"),
      server_(root_.path()) {
  LogLines::instance().clear();
  const char* names[] = {"dev", "staging", "production"};
  for (std::size_t i = 0; i < 3; ++i) {
    environments_.push_back(std::make_unique<Environment>(*this, names[i], *clusters().at(i)));
  }
}

Environments::~Environments() = default;

Environment& Environments::of(const std::string& name) {
  for (const auto& environment : environments_) {
    if (environment->name() == name) return *environment;
  }
  throw std::runtime_error("no environment " + name);
}

PolicyText Environments::usual_policy(const std::string& environment) {
  PolicyText policy;
  const std::string before = environment == "staging"      ? "dev"
                             : environment == "production" ? "staging"
                                                           : "";
  if (before.empty()) return policy;
  policy.from = {before};
  policy.trust[before] = of(before).key().public_key().text();
  return policy;
}

Files Environments::overlay(const std::string& environment, const PolicyText& policy) {
  const std::string folder = "environments/" + environment + "/";
  return {
      {folder + "environment.yaml", policy_yaml(environment, policy)},
      {folder + "local.yaml", config_map_yaml("local", environment, space_)},
      {folder + "kustomization.yaml", "resources: [../../shared, environment.yaml, local.yaml]\n"}};
}

Files Environments::shared(const std::string& settings, const std::string& tag) const {
  std::string deployment = deployment_yaml("web", "registry.example.com/web:" + tag);
  const std::string name = "metadata:\n  name: web\n";
  deployment.replace(deployment.find(name), name.size(), name + "  namespace: " + space_ + "\n");
  return {{"shared/deployment.yaml", deployment},
          {"shared/settings.yaml", config_map_yaml("settings", settings, space_)},
          {"shared/kustomization.yaml", "resources: [deployment.yaml, settings.yaml]\n"}};
}

void Environments::make_branches() {
  Files files = shared("1");
  for (const auto& file : overlay("dev")) files.push_back(file);
  infrastructure_.begin("dev", "", files);
  infrastructure_.begin("staging", "dev", overlay("staging"));
  infrastructure_.begin("production", "staging", overlay("production"));
}

std::string Environments::root_unit() const {
  return "Kustomization/" + space_ + "/root";
}

ChainWriter Environments::simulate(const std::string& environment) {
  return {evidence_, environment, of(environment).key()};
}

void Environments::start(Environment& environment, const std::string& bootstrap) {
  environment.cluster().apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + space_ +
                              "}\n");
  environment.options().gate->bootstrap = bootstrap;
  environment.start();
}

void Environments::start_all() {
  std::vector<std::future<void>> starts;
  for (Environment* environment : all()) {
    std::string tip = infrastructure_.tip(environment->name());
    starts.push_back(
        std::async(std::launch::async, [this, environment, tip] { start(*environment, tip); }));
  }
  for (std::future<void>& start : starts) start.get();
}

std::string Environments::log_tail(std::size_t count) {
  const std::vector<std::string> lines = LogLines::instance().copy();
  std::string text;
  for (std::size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) {
    text += lines[i];
  }
  return text;
}

bool Environments::logged(const std::vector<std::string>& words) {
  for (const std::string& line : LogLines::instance().copy()) {
    bool all = true;
    for (const std::string& word : words) all = all && line.find(word) != std::string::npos;
    if (all) return true;
  }
  return false;
}

}  // namespace reconcile::test
