#include "engine/server/webhook_server.hpp"

#include <atomic>
#include <chrono>
#include <utility>

#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t body_bytes_max = 3U << 20U;     ///< as notification-controller's
constexpr std::size_t bodies_bytes_max = 32U << 20U;  ///< of all requests at a time
/// Larger bodies are judged on the pool: digests of them would hold up the loop.
constexpr std::size_t loop_body_bytes_max = 64U << 10U;
constexpr std::chrono::nanoseconds refusal_log_interval = std::chrono::seconds(1);

io::HttpServerOptions server_options(const WebhookServerOptions& given) {
  io::HttpServerOptions options;
  options.address = given.address;
  options.port = given.port;
  options.connections_max = given.connections_max;
  options.body_bytes_max = body_bytes_max;
  options.bodies_bytes_max = bodies_bytes_max;
  options.header_timeout = given.request_timeout;
  return options;
}

io::ServerResponse empty_response(int status) {
  return {.status = status, .headers = {}, .body = {}, .stream = {}};
}

io::Counter counter(io::Metrics& metrics, const char* result) {
  return metrics.counter("reconcile_webhook_requests_total", "Webhook requests by their end",
                         {{"receiver", ""}, {"result", result}});
}

}  // namespace

/// What judges requests.
struct WebhookServer::Judge : std::enable_shared_from_this<Judge> {
  Judge(io::Executor& e, io::Metrics& metrics, std::shared_ptr<const WebhookTable> t)
      : executor(e),
        table(std::move(t)),
        unknown(counter(metrics, "unknown")),
        wrong_method(counter(metrics, "wrong_method")),
        too_large(counter(metrics, "too_large")),
        malformed(counter(metrics, "malformed")) {}

  std::optional<io::ServerResponse> admit(const io::ServerRequest& head) const;
  std::optional<io::ServerResponse> refusal_of(
      const std::shared_ptr<const WebhookEntry>& entry) const;
  void handle(io::ServerRequest request, const io::Reply& reply);
  void judge(const io::ServerRequest& request, const io::Reply& reply);
  void log_refusal(const WebhookEntry& entry, const WebhookVerdict& verdict,
                   const std::string& peer);

  io::Executor& executor;
  const std::shared_ptr<const WebhookTable> table;
  const io::Counter unknown;
  const io::Counter wrong_method;
  const io::Counter too_large;
  const io::Counter malformed;
  std::atomic<std::int64_t> refusal_told{0};  ///< when a refusal was logged last, in clock ticks
  std::atomic<std::uint64_t> refusals_untold{0};
};

WebhookServer::WebhookServer(io::Executor& executor, io::Metrics& metrics,
                             std::shared_ptr<const WebhookTable> table,
                             const WebhookServerOptions& options)
    : judge_(std::make_shared<Judge>(executor, metrics, std::move(table))),
      server_(executor, server_options(options)) {
  const std::shared_ptr<Judge> judge = judge_;
  server_.set_admission([judge](const io::ServerRequest& head) { return judge->admit(head); });
  server_.set_refusal_listener([judge](int status) {
    const io::Counter& count = status == 413 ? judge->too_large : judge->malformed;
    count.add();
  });
  server_.route_prefix("", "/", [judge](io::ServerRequest request, const io::Reply& reply) {
    judge->handle(std::move(request), reply);
  });
  server_.start();
}

WebhookServer::~WebhookServer() {
  stop();
}

std::optional<io::ServerResponse> WebhookServer::Judge::admit(const io::ServerRequest& head) const {
  if (head.method != "POST") {
    wrong_method.add();
    io::ServerResponse response = empty_response(405);
    response.headers = {{"Allow", "POST"}};
    return response;
  }
  return refusal_of(table->find(head.target));
}

/// Where nobody has the path, or its receiver rests.
std::optional<io::ServerResponse> WebhookServer::Judge::refusal_of(
    const std::shared_ptr<const WebhookEntry>& entry) const {
  if (entry == nullptr) {
    unknown.add();
    return empty_response(404);
  }
  if (entry->obstacle.empty()) return std::nullopt;
  entry->counters.unavailable.add();
  io::log().debug("Webhook not served",
                  {{"receiver", entry->receiver}, {"reason", entry->obstacle}});
  return empty_response(503);
}

void WebhookServer::Judge::handle(io::ServerRequest request, const io::Reply& reply) {
  if (request.body.size() <= loop_body_bytes_max) return judge(request, reply);
  executor.post_pool([self = shared_from_this(), request = std::move(request), reply] {
    self->judge(request, reply);
  });
}

void WebhookServer::Judge::judge(const io::ServerRequest& request, const io::Reply& reply) {
  // The receiver may have gone, or come to rest, while the body was under way.
  const std::shared_ptr<const WebhookEntry> entry = table->find(request.target);
  if (std::optional<io::ServerResponse> refusal = refusal_of(entry))
    return reply(std::move(*refusal));
  const WebhookVerdict verdict = validate_webhook(entry->policy, request.headers, request.body);
  if (!verdict.accepted) {
    entry->counters.refused.add();
    log_refusal(*entry, verdict, request.peer);
    return reply(empty_response(400));
  }
  io::log().debug("Webhook accepted", {{"receiver", entry->receiver}, {"event", verdict.event}});
  const auto done = [entry, reply](bool all) {
    const io::Counter& count = all ? entry->counters.accepted : entry->counters.failed;
    count.add();
    reply(empty_response(all ? 200 : 500));
  };
  if (entry->deliver_request) return entry->deliver_request(request, done);
  entry->deliver(done);
}

void WebhookServer::Judge::log_refusal(const WebhookEntry& entry, const WebhookVerdict& verdict,
                                       const std::string& peer) {
  const std::int64_t now = executor.clock().steady_now().time_since_epoch().count();
  std::int64_t told = refusal_told;
  const bool is_early = told != 0 && now - told < refusal_log_interval.count();
  if (is_early || !refusal_told.compare_exchange_strong(told, now)) {
    ++refusals_untold;
    return;
  }
  io::log().warning("Webhook refused", {{"receiver", entry.receiver},
                                        {"reason", verdict.reason},
                                        {"event", verdict.event},
                                        {"peer", peer},
                                        {"more", refusals_untold.exchange(0)}});
}

}  // namespace reconcile::engine
