#include "engine/controllers/agent.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/controllers/agent_gate.hpp"
#include "engine/controllers/agent_spill.hpp"
#include "engine/controllers/leader_election.hpp"
#include "engine/controllers/object_watches.hpp"
#include "engine/controllers/receiver_here.hpp"
#include "engine/controllers/render_ports.hpp"
#include "engine/controllers/root_config_map.hpp"
#include "engine/controllers/scaler_targets.hpp"
#include "engine/controllers/seen_names.hpp"
#include "engine/controllers/source_prefetch.hpp"
#include "engine/controllers/status_queue.hpp"
#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/kube/watch.hpp"
#include "reconcile/sources/artifact_store.hpp"

namespace reconcile::engine {
namespace {

constexpr std::chrono::seconds first_lists_limit(30);
constexpr std::chrono::seconds drain_limit(10);
constexpr std::chrono::seconds kind_retry(5);
constexpr std::chrono::milliseconds stop_check(200);
/// How long a stop waits for running passes before it cuts their requests off: the next start goes
/// on from wherever they are. With an election another replica may be waiting for this one.
constexpr std::chrono::seconds pass_limit(20);
constexpr std::chrono::seconds pass_limit_with_election(2);

}  // namespace

struct Agent::Impl {
  explicit Impl(AgentOptions given)
      : options(std::move(given)),
        fence(executor.clock()),
        http(executor),
        client(executor, http, options.cluster,
               {.metrics = &metrics, .may_write = [this] { return fence.is_open(); }}),
        port(client),
        store(options.data_dir + "/artifacts"),
        applier(port, live, executor.clock()),
        statuses(client),
        control(executor),
        fetchers("fetch", options.fetches_max),
        pass_pool("pass", options.passes_max),
        revert_pool("revert", options.reverts_max),
        prefetch(executor, fetchers, options.data_dir),
        watches(client, live, rendered, watch_handlers(), spill,
                {&executor, &metrics, options.audit_interval}),
        sources({executor, client, statuses, store, fetchers, metrics, options.data_dir}, control,
                [this](const SourceKey& key) { units.on_source_change(key); }),
        units({executor, client, statuses, sources,
               PassServices{port, live, applier, rendered,
                            [this](const auto& unit, const auto& wanted, const auto& trees) {
                              return watches.ensure(unit, wanted, trees);
                            },
                            cluster_render_ports(client, stores), "", &options.co_managed, spill},
               pass_pool, revert_pool, metrics,
               [this](const Unit& unit, const PassOutcome& outcome) {
                 gate.on_pass(unit, outcome);
                 if (outcome.end == PassOutcome::End::applied) scalers.on_pass(unit.key);
               },
               [this] { return fence.is_open(); }},
              control, options.units),
        gate({executor, statuses, sources, units, metrics, live, [this] { return watches.hears(); },
              [this] { return fence.is_open(); }},
             client, control, gate_options()) {}

  AgentGateOptions gate_options() {
    return {options.gate,      options.root_source,
            options.root_path, options.units.agent_namespace,
            options.data_dir,  cluster_render_ports(client, stores)};
  }

  ObjectWatchHandlers watch_handlers() {
    return {[this](const appliers::UnitKey& unit, const model::ObjectId& id,
                   const model::Document& object) {
              control.post([this, unit, id, object] {
                gate.on_drift(unit);
                units.on_drift(unit, id, object);
              });
            },
            [this](const appliers::UnitKey& unit) {
              control.post([this, unit] {
                units.on_health(unit);
                gate.on_health(unit);
              });
            },
            [this](const appliers::UnitKey& unit, const model::ObjectId& id) {
              control.post([this, unit, id] { units.on_policy(unit, id); });
            }};
  }

  /// Watches one kind of the API and hands its objects to `upsert` and `erase` on the control
  /// queue.
  void watch_kind(const model::Gvk& gvk, const std::function<void(const model::Document&)>& upsert,
                  const std::function<void(const std::string&, const std::string&)>& erase) {
    if (!client.resource(gvk)) {
      io::log().warning("Kind not served, looking for it again", {{"kind", gvk.kind}});
      retry_kind(gvk, upsert, erase);
      return;
    }
    const auto names = std::make_shared<SeenNames>();
    kube::WatchHandlers handlers;
    handlers.on_event = [this, upsert, erase, names](const kube::WatchEvent& event) {
      const auto name = names->note(event);
      if (event.type == kube::WatchEventType::deleted)
        control.post([erase, name] { erase(name.first, name.second); });
      else
        control.post([upsert, object = event.object] { upsert(object); });
    };
    handlers.on_relist_begin = [names] { names->begin_list(); };
    handlers.on_relist_end = [this, erase, names] {
      for (const auto& name : names->end_list())
        control.post([erase, name] { erase(name.first, name.second); });
    };
    add_watcher({gvk, "", "", ""}, std::move(handlers));
  }

  void add_watcher(kube::Selection selection, kube::WatchHandlers handlers) {
    const std::lock_guard lock(kinds_mutex);
    if (stopped) return;
    kinds.push_back(
        std::make_unique<kube::Watcher>(client, std::move(selection), std::move(handlers)));
    kinds.back()->start();
  }

  /// Waits, within a bound, until the control queue has heard of all that the pools did.
  void wait_control() {
    const auto done = std::make_shared<std::promise<void>>();
    control.post([done] { done->set_value(); });
    done->get_future().wait_for(drain_limit);
  }

  /// Looks for the kind again later: its definition may come with the root unit.
  void retry_kind(const model::Gvk& gvk, const std::function<void(const model::Document&)>& upsert,
                  const std::function<void(const std::string&, const std::string&)>& erase) {
    executor.schedule_after(kind_retry, [this, gvk, upsert, erase] {
      pass_pool.post([this, gvk, upsert, erase] {
        try {
          watch_kind(gvk, upsert, erase);
        } catch (const std::exception& error) {
          io::log().warning("Kind not looked up", {{"kind", gvk.kind}, {"err", error.what()}});
          retry_kind(gvk, upsert, erase);
        }
      });
    });
  }

  void watch_unit_kind(appliers::UnitKind kind, const model::Gvk& gvk) {
    watch_kind(
        gvk, [this, kind](const model::Document& object) { units.upsert(kind, object); },
        [this, kind](const std::string& space, const std::string& name) {
          units.remove({kind, space, name});
          gate.on_removed({kind, space, name});
        });
  }

  void wait_first_lists() {
    const std::lock_guard lock(kinds_mutex);
    for (const auto& watcher : kinds) {
      const auto end = executor.clock().steady_now() + first_lists_limit;
      bool synced = false;
      while (!synced && !stopped && executor.clock().steady_now() < end)
        synced = watcher->wait_synced(stop_check);
      if (!synced && !stopped)
        io::log().warning("First list not complete in time",
                          {{"kind", watcher->selection().gvk.kind}});
    }
  }

  void watch_api() {
    watch_kind(
        git_repository_kind, [this](const model::Document& object) { sources.upsert(object); },
        [this](const std::string& space, const std::string& name) {
          sources.remove({git_repository_kind.kind, space, name});
        });
    // Sources first: a unit that comes before its source would be judged as without one.
    wait_first_lists();
    watch_unit_kind(appliers::UnitKind::kustomization, kustomization_kind);
    watch_unit_kind(appliers::UnitKind::helm_release, helm_release_kind);
    wait_first_lists();
  }

  /// Somebody deleted the ConfigMap: it comes back with the root unit's state.
  void restore_root_object() {
    pass_pool.post([this] {
      try {
        ensure_root_config_map(client, options.units.agent_namespace);
        control.post([this] { units.publish_root_anew(); });
      } catch (const std::exception& error) {
        io::log().warning("Root unit's ConfigMap not made anew", {{"err", error.what()}});
        executor.schedule_after(kind_retry, [this] { restore_root_object(); });
      }
    });
  }

  void start_root() {
    const model::Document object = ensure_root_config_map(client, options.units.agent_namespace);
    const SourceKey key = SourceController::root_key(options.units.agent_namespace);
    UnitSpec spec;
    spec.source = key;
    spec.path = options.root_path;
    spec.interval = options.root_interval;
    spec.retry_interval = options.root_interval;
    ResourceMeta meta = ResourceMeta::read(object.root());
    meta.generation = 1;
    meta.last_handled = object["data"]["lastHandledReconcileAt"].text();
    control.post([this, key, spec, meta, object] {
      sources.set_root(key, *options.root_source);
      units.set_root(spec, meta, object["data"]);
    });
    kube::WatchHandlers handlers;
    handlers.on_event = [this](const kube::WatchEvent& event) {
      if (event.type == kube::WatchEventType::deleted) return restore_root_object();
      control.post([this, changed = ResourceMeta::read(event.object.root())] {
        units.on_root_config_map(changed);
      });
    };
    const std::string selector = "metadata.name=" + std::string(root_config_map);
    add_watcher({{"", "v1", "ConfigMap"}, options.units.agent_namespace, "", selector},
                std::move(handlers));
  }

  /// What the one replica that writes does, to the end of the process.
  void lead() {
    gate.begin();
    rendered.begin_listing();
    watch_api();
    if (options.root_source && !stopped) start_root();
    control.post([this] { units.end_listing(); });
    ready = true;
    scalers.start();
  }

  /// `lead` beside the election's thread, which has a Lease to renew.
  void lead_beside() {
    const std::lock_guard lock(starter_mutex);
    if (stopped) return;
    starter = std::thread([this] {
      try {
        // Kinds may have come while another replica led.
        client.invalidate_discovery();
        lead();
      } catch (const std::exception& error) {
        io::log().error("Lead not taken up", {{"err", error.what()}});
        if (options.on_end) options.on_end(error.what());
      }
    });
  }

  void stand_for_election() {
    LeaderOptions leader = *options.leader;
    if (leader.identity.empty()) leader.identity = leader_identity(options.data_dir);
    LeaderHandlers handlers;
    handlers.on_leading = [this] {
      prefetch.stop();
      lead_beside();
    };
    handlers.on_paused = [this] {
      units.interrupt();
      client.cancel_writes();
    };
    handlers.on_resumed = [this] { control.post([this] { units.resume(); }); };
    handlers.on_lost = [this](const std::string& reason) {
      ready = false;
      client.close();
      if (options.on_end) options.on_end(reason);
    };
    election = std::make_unique<LeaderElection>(client, metrics, executor.clock(), fence,
                                                std::move(leader), std::move(handlers));
    (standing = election.get())->start();
    if (options.root_source) prefetch.start(*options.root_source);
  }

  /// Waits, within a bound, for what runs; afterwards nothing of it waits for an answer any more.
  void end_passes() {
    prefetch.stop();
    if (starter.joinable()) starter.join();
    fetchers.stop();
    gate.stop();
    const auto end =
        executor.clock().steady_now() + (options.leader ? pass_limit_with_election : pass_limit);
    const bool in_time = pass_pool.finish(end) && revert_pool.finish(end);
    if (!in_time) {
      io::log().warning("Running passes cut off");
      client.close();
    }
    watches.stop();
    scalers.stop();
    stores.lookups->stop();
    pass_pool.stop();
    revert_pool.stop();
  }

  AgentOptions options;
  io::Metrics metrics;
  io::Executor executor;
  WriteFence fence;
  io::HttpClient http;
  kube::Client client;
  appliers::KubeClusterPort port;
  appliers::LiveState live;
  RenderedUnits rendered{live};
  RenderStores stores = agent_render_stores(client, options.data_dir, options.remote_bases);
  sources::ArtifactStore store;
  appliers::UnitApplier applier;
  StatusQueue statuses;
  io::SerialQueue control;
  WorkPool fetchers;
  WorkPool pass_pool;
  WorkPool revert_pool;
  SourcePrefetch prefetch;
  std::shared_ptr<model::SpillFile> spill = open_spill(options.data_dir);
  ObjectWatches watches;
  SourceController sources;
  UnitController units;
  ScalerTargets scalers{executor, client, live, revert_pool,
                        [this](const appliers::UnitKey& unit, const model::ObjectId& id) {
                          control.post([this, unit, id] { units.on_free_replicas(unit, id); });
                        }};
  AgentGate gate;
  std::mutex kinds_mutex;
  std::vector<std::unique_ptr<kube::Watcher>> kinds;  ///< guarded by kinds_mutex
  std::atomic<bool> ready{false};
  std::atomic<bool> stopped{false};
  std::mutex starter_mutex;
  std::thread starter;  ///< set under starter_mutex, before `stopped`
  std::unique_ptr<LeaderElection> election;
  std::atomic<LeaderElection*> standing{nullptr};  ///< `election` for those beside the start
};

Agent::Agent(AgentOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
}
Agent::~Agent() {
  stop();
}

void Agent::start() {
  impl_->client.resources();
  if (impl_->options.leader) {
    impl_->stand_for_election();
    return;
  }
  impl_->fence.open();
  impl_->lead();
}
void Agent::stop() {
  {
    const std::lock_guard lock(impl_->starter_mutex);
    if (impl_->stopped.exchange(true)) return;
  }
  impl_->ready = false;
  impl_->control.post([this] {
    impl_->sources.stop();
    impl_->units.stop();
  });
  {
    const std::lock_guard lock(impl_->kinds_mutex);
    for (const auto& watcher : impl_->kinds) watcher->stop();
  }
  impl_->end_passes();
  impl_->wait_control();
  impl_->statuses.stop();
  // Last: whoever waits for the lead may write from here on.
  if (impl_->election) impl_->election->stop();
  impl_->executor.stop(drain_limit);
}
std::shared_future<void> Agent::poke_gate() {
  return impl_->gate.poke();
}
bool Agent::may_write() const noexcept {
  return impl_->fence.is_open();
}
bool Agent::is_ready() const {
  const LeaderElection* standing = impl_->standing;
  return impl_->ready || (!impl_->stopped && standing && standing->stands_by());
}
TriggerHere Agent::trigger_here() {
  return trigger_driven({impl_->control, impl_->sources, impl_->units,
                         impl_->options.units.agent_namespace,
                         impl_->options.root_source.has_value(),
                         [impl = impl_.get()] { return impl->ready.load(); }});
}
io::Executor& Agent::executor() noexcept {
  return impl_->executor;
}
io::Metrics& Agent::metrics() noexcept {
  return impl_->metrics;
}

}  // namespace reconcile::engine
