#include "test/engine/unit_world.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include "reconcile/model/json.hpp"

namespace reconcile::test {

using engine::SourceKey;

namespace {

const SourceKey repo{"GitRepository", "flux-system", "repo"};

engine::PassServices pass_services(UnitWorld& world) {
  engine::RenderPorts ports;
  ports.config = [&world](const std::string& kind, const std::string& namespace_name,
                          const std::string& name) -> std::optional<engine::ConfigData> {
    const auto found = world.configs.find(kind + "/" + namespace_name + "/" + name);
    if (found == world.configs.end()) return std::nullopt;
    return found->second;
  };
  return {world.port,
          world.live,
          world.applier,
          world.rendered,
          [&world](const appliers::UnitKey& unit, const std::set<model::Gvk>&,
                   const appliers::ContentTrees&) {
            const std::lock_guard lock(world.watched_mutex);
            world.watched.push_back(unit);
            return std::set<model::Gvk>();
          },
          std::move(ports)};
}

}  // namespace

void LockedCluster::hold(const std::string& line) {
  holds_.change([&](auto& holds) { holds[line] = Hold::expected; });
}

bool LockedCluster::await_held(const std::string& line) {
  return holds_.wait([&](const auto& holds) { return holds.at(line) == Hold::waiting; });
}

void LockedCluster::let_go(const std::string& line) {
  holds_.change([&](auto& holds) { holds[line] = Hold::over; });
}

std::size_t LockedCluster::held() const {
  const std::map<std::string, Hold> holds = holds_.get();
  return static_cast<std::size_t>(std::count_if(
      holds.begin(), holds.end(), [](const auto& hold) { return hold.second == Hold::waiting; }));
}

void LockedCluster::wait_where_held(const std::string& line) {
  bool is_held = false;
  holds_.change([&](auto& holds) {
    const auto found = holds.find(line);
    is_held = found != holds.end() && found->second == Hold::expected;
    if (is_held) found->second = Hold::waiting;
  });
  if (is_held) holds_.wait([&](const auto& holds) { return holds.at(line) == Hold::over; });
}

void LockedCluster::exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                             const OnAnswer& on_answer) {
  if (holds_.get().empty()) {
    const std::lock_guard lock(mutex_);
    return cluster_.exchange(count, in_flight_max, make, on_answer);
  }
  for (std::size_t index = 0; index < count; ++index) {
    appliers::ClusterRequest request = make(index);
    wait_where_held(line_of(request));
    const std::lock_guard lock(mutex_);
    cluster_.exchange(
        1, 1, [&](std::size_t) { return std::move(request); },
        [&](std::size_t, appliers::ClusterAnswer answer) {
          return on_answer(index, std::move(answer));
        });
  }
}

UnitWorld::UnitWorld(const engine::UnitOptions& options, int pass_workers)
    : passes("pass", pass_workers) {
  for (const model::Gvk& gvk : {engine::kustomization_kind, engine::helm_release_kind})
    cluster.serve(gvk, true);
  sources = std::make_unique<engine::SourceController>(
      engine::SourceServices{executor, client, statuses, store, fetchers, metrics,
                             directory.path()},
      control, [this](const SourceKey& source) {
        if (!sources_muted) units->on_source_change(source);
      });
  units = std::make_unique<engine::UnitController>(
      engine::UnitServices{executor,
                           client,
                           statuses,
                           *sources,
                           pass_services(*this),
                           passes,
                           reverts,
                           metrics,
                           {},
                           [this] { return leads.load(); }},
      control, options);
}

UnitWorld::~UnitWorld() {
  run([this] {
    sources->stop();
    units->stop();
  });
  fetchers.stop();
  passes.stop();
  reverts.stop();
  settle();
  statuses.stop();
  executor.stop(std::chrono::seconds(5));
}

void UnitWorld::settle() {
  const auto idle = [this] {
    return fetchers.size() == 0 && passes.size() + reverts.size() == port.held();
  };
  while (true) {
    std::promise<void> reached;
    control.post([&reached] { reached.set_value(); });
    reached.get_future().wait();
    // A pool's task has posted before it counts as ended, a control task before it is counted out.
    if (idle() && control.size() == 0 && idle()) break;
    std::this_thread::yield();
  }
  statuses.drain(std::chrono::seconds(10));
}

void UnitWorld::run(const std::function<void()>& task) {
  control.post(task);
  settle();
}

void UnitWorld::advance(std::chrono::nanoseconds by) {
  clock.advance(by);
  executor.run_due_timers();
  // The timers run on the loop and post to the control queue.
  std::promise<void> reached;
  executor.post_loop([&reached] { reached.set_value(); });
  reached.get_future().wait();
  settle();
}

void UnitWorld::commit(char digit, const Files& files) {
  sources::Artifact artifact;
  artifact.revision = sources::Revision::parse(revision(digit));
  artifact.digest = "sha256:" + std::string(64, digit);
  artifact.tree = model::memory_tree(files);
  const std::string object =
      R"({"metadata":{"name":"repo","namespace":"flux-system","generation":1},)"
      R"("spec":{"url":"https://git.example/repo","suspend":true}})";
  run([&] {
    sources_muted = true;
    sources->remove(repo);
    store.put(repo.display(), artifact);
    sources->upsert(model::parse_json(object));
    sources_muted = false;
    units->on_source_change(repo);
  });
}

void UnitWorld::kustomization(const std::string& name, const std::string& spec, int generation,
                              const std::string& metadata, const std::string& status) {
  const std::string object =
      R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization",)"
      R"("metadata":{"name":")" +
      name + R"(","namespace":"flux-system","uid":"uid-)" + name + R"(","resourceVersion":"7",)" +
      R"("finalizers":["finalizers.fluxcd.io"],"generation":)" + std::to_string(generation) +
      (metadata.empty() ? "" : "," + metadata) +
      R"(},"spec":{"interval":"10m","prune":true,"path":"./)" + name +
      R"(","sourceRef":{"kind":"GitRepository","name":"repo"})" + (spec.empty() ? "" : "," + spec) +
      "}" + (status.empty() ? "" : R"(,"status":)" + status) + "}";
  const model::Document document = model::parse_json(object);
  run([&] { units->upsert(appliers::UnitKind::kustomization, document); });
}

model::Document UnitWorld::status(const std::string& name) const {
  const std::vector<Write> writes =
      api.writes_to("/namespaces/flux-system/kustomizations/" + name + "/status");
  return writes.empty() ? model::parse_json("{}") : model::parse_json(writes.back().body);
}

std::string UnitWorld::ready(const std::string& name) const {
  const model::Document patch = status(name);
  const engine::Conditions conditions = engine::Conditions::read(patch["status"]["conditions"]);
  const engine::Condition* ready = conditions.find("Ready");
  return ready == nullptr ? "" : std::string(to_string(ready->status)) + " " + ready->reason;
}

std::string UnitWorld::message(const std::string& name) const {
  const model::Document patch = status(name);
  const engine::Conditions conditions = engine::Conditions::read(patch["status"]["conditions"]);
  const engine::Condition* ready = conditions.find("Ready");
  return ready == nullptr ? "" : ready->message;
}

std::vector<std::string> UnitWorld::shown_objects(const std::string& name) const {
  std::vector<std::string> ids;
  for (const Write& write :
       api.writes_to("/namespaces/flux-system/kustomizations/" + name + "/status")) {
    const model::Document patch = model::parse_json(write.body);
    const model::Value entries = patch["status"]["inventory"]["entries"];
    if (entries.present()) ids.clear();
    for (std::size_t i = 0; i < entries.size(); ++i) ids.emplace_back(entries.at(i)["id"].text());
  }
  return ids;
}

std::string UnitWorld::owner_of(const std::string& name) const {
  const std::string key = "ConfigMap/a/" + name;
  if (!cluster.has(key)) return "";
  const model::Value labels = cluster.object(key)["metadata"]["labels"];
  return std::string(labels["kustomize.toolkit.fluxcd.io/name"].text());
}

std::string UnitWorld::config_map(const std::string& name, const std::string& value) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: a}\ndata: {k: \"" + value + "\"}\n---\n";
}

std::string UnitWorld::config_maps(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += config_map(name);
  return text;
}

}  // namespace reconcile::test
