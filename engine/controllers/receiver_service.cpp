#include "engine/controllers/receiver_service.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <mutex>
#include <utility>

#include "engine/controllers/kind_watch.hpp"
#include "engine/controllers/receiver_controller.hpp"
#include "engine/controllers/unit.hpp"
#include "reconcile/io/http_client.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t waiting_threads = 4;
constexpr std::chrono::seconds listen_retry(5);
constexpr std::chrono::seconds token_interval(10);
constexpr std::chrono::seconds drain_limit(5);
/// How long a stop waits for triggers before it cuts their requests off.
constexpr std::chrono::seconds trigger_limit(1);

ReceiverResource root_resource(const std::string& space) {
  return {{"", "v1", "ConfigMap"}, space, std::string(root_config_map), "", ""};
}

}  // namespace

struct ReceiverService::Impl {
  Impl(io::Executor& e, io::Metrics& m, ReceiverOptions given)
      : executor(e),
        metrics(m),
        options(std::move(given)),
        http(executor),
        client(executor, http, options.cluster, {.metrics = &metrics}),
        statuses(client),
        pool("webhook", waiting_threads),
        queue(executor),
        tokens(client, executor, pool,
               [this](const SecretName& secret, const SecretToken& token) {
                 queue.post([this, secret, token] {
                   receivers.on_token(secret, token);
                   listen();
                 });
               }),
        receivers({trigger_services(), statuses, tokens, *table}),
        kind(client, executor, pool, receiver_kind, kind_handlers()) {}

  TriggerServices trigger_services() {
    TriggerHere here = options.trigger_here;
    if (!here) here = [](const ReceiverResource&, const std::string&) { return TriggeredHere::no; };
    return {executor, client, pool, metrics, std::move(here)};
  }

  KindHandlers kind_handlers() {
    KindHandlers handlers;
    handlers.upsert = [this](const model::Document& object) {
      queue.post([this, object] {
        receivers.upsert(object);
        listen();
      });
    };
    handlers.erase = [this](const std::string& space, const std::string& name) {
      queue.post([this, space, name] { receivers.remove(space, name); });
    };
    return handlers;
  }

  /// Listens once there is a path to serve. On the queue.
  void listen() {
    if (stopped || table->size() == 0) return;
    try {
      open_server();
    } catch (const std::exception& error) {
      io::log().error("Webhooks not served", {{"err", error.what()}});
      listen_timer =
          executor.schedule_after(listen_retry, [this] { queue.post([this] { listen(); }); });
    }
  }

  void open_server() {
    const std::lock_guard lock(server_mutex);
    if (server != nullptr || stopped) return;
    server = std::make_unique<WebhookServer>(executor, metrics, table, options.server);
    io::log().info("Webhooks served",
                   {{"listen", options.server.address + ":" + std::to_string(server->port())}});
  }

  /// Serves the root webhook with the token that its file has now. On the queue, or before it.
  void publish_root() {
    std::string token = options.root->read_token();
    if (token.empty())
      throw model::Error(model::ErrorCode::invalid_input,
                         "expected a token in the root webhook's file, found nothing");
    if (token == root_token) return;
    io::log().add_secret(token);
    if (root_trigger == nullptr) {
      root_trigger = std::make_shared<ReceiverTrigger>(
          trigger_services(), "root",
          std::vector<ReceiverResource>{root_resource(options.agent_namespace)});
    }
    auto entry = std::make_shared<WebhookEntry>();
    entry->receiver = "root";
    entry->policy = {options.root->type, token, {}};
    entry->counters = WebhookCounters::of(metrics, "root");
    entry->deliver = [trigger = root_trigger](const std::function<void(bool)>& done) {
      trigger->deliver(done);
    };
    const std::string path = webhook_path(token, root_webhook_name, options.agent_namespace);
    if (!table->publish(path, std::move(entry)))
      throw model::Error(model::ErrorCode::conflict,
                         "the root webhook's path is that of a Receiver already");
    if (!root_path.empty()) table->remove(root_path, "root");
    root_path = path;
    root_token = std::move(token);
    io::log().debug("Receiver's path", {{"receiver", "root"}, {"path", path}});
  }

  void watch_root_token() {
    token_timer = executor.schedule_after(token_interval, [this] {
      queue.post([this] {
        if (stopped) return;
        try {
          publish_root();
        } catch (const std::exception& error) {
          io::log().warning("Token of the root webhook not read", {{"err", error.what()}});
        }
        watch_root_token();
      });
    });
  }

  /// Waits, within a bound, until queue and loop are through with what they have.
  void drain() {
    const auto done = std::make_shared<std::promise<void>>();
    queue.post([this, done] {
      listen_timer.cancel();
      token_timer.cancel();
      receivers.stop();
      if (root_trigger != nullptr) root_trigger->stop();
      executor.post_loop([done] { done->set_value(); });
    });
    done->get_future().wait_for(drain_limit);
  }

  io::Executor& executor;
  io::Metrics& metrics;
  const ReceiverOptions options;
  io::HttpClient http;
  kube::Client client;
  StatusQueue statuses;
  WorkPool pool;
  io::SerialQueue queue;
  const std::shared_ptr<WebhookTable> table = std::make_shared<WebhookTable>();
  TokenWatches tokens;
  ReceiverController receivers;
  KindWatch kind;
  std::string root_token;
  std::string root_path;
  std::shared_ptr<ReceiverTrigger> root_trigger;
  io::Timer listen_timer;
  io::Timer token_timer;
  mutable std::mutex server_mutex;
  std::unique_ptr<WebhookServer> server;
  std::atomic<bool> stopped{false};
};

ReceiverService::ReceiverService(io::Executor& executor, io::Metrics& metrics,
                                 ReceiverOptions options)
    : impl_(std::make_unique<Impl>(executor, metrics, std::move(options))) {
}

ReceiverService::~ReceiverService() {
  stop();
}

void ReceiverService::start() {
  if (impl_->options.root) {
    impl_->publish_root();
    impl_->open_server();
    impl_->watch_root_token();
  }
  impl_->kind.start();
}

void ReceiverService::stop() {
  if (impl_->stopped.exchange(true)) return;
  std::unique_ptr<WebhookServer> server;
  {
    const std::lock_guard lock(impl_->server_mutex);
    server = std::move(impl_->server);
  }
  if (server != nullptr) server->stop();
  impl_->kind.stop();
  impl_->tokens.stop();
  impl_->drain();
  if (!impl_->pool.finish(std::chrono::steady_clock::now() + trigger_limit)) impl_->client.close();
  impl_->pool.stop();
  impl_->statuses.stop();
}

bool ReceiverService::is_ready() const {
  return impl_->kind.synced() || impl_->options.root;
}

std::uint16_t ReceiverService::port() const {
  const std::lock_guard lock(impl_->server_mutex);
  return impl_->server == nullptr ? 0 : impl_->server->port();
}

}  // namespace reconcile::engine
