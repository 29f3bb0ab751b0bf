#include "appliers/kube/client_impl.hpp"

#include "appliers/kube/credentials.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kube {
namespace {

constexpr std::chrono::seconds ca_file_interval{5};

bool is_write(Verb verb) {
  return verb != Verb::get && verb != Verb::list && verb != Verb::watch;
}

/// The Lease itself, and what a person asked for, do not depend on who leads.
bool is_free(RequestPurpose purpose) {
  return purpose == RequestPurpose::lease || purpose == RequestPurpose::command;
}

InFlight::Kind kind_of(const Request& request) {
  if (is_free(request.purpose)) return InFlight::Kind::kept;
  if (request.purpose == RequestPurpose::status) return InFlight::Kind::status;
  return is_write(request.verb) ? InFlight::Kind::writing : InFlight::Kind::reading;
}

/// One request with its repeats.
struct Exchange : std::enable_shared_from_this<Exchange> {
  Exchange(std::shared_ptr<Client::Impl> c, Request r, Client::Impl::Deliver d)
      : client(std::move(c)), request(std::move(r)), deliver(std::move(d)) {
    client->enter();
  }
  /// A repeat that the ending executor dropped still answers: somebody may be waiting.
  ~Exchange() {
    if (deliver) {
      finish(refused(model::Error(model::ErrorCode::cancelled, "the program is stopping")));
    }
    client->leave();
  }

  /// Not on the loop: credentials and discovery may block.
  void attempt() {
    if (const std::string obstacle = why_not(); !obstacle.empty()) {
      return finish(refused(model::Error(model::ErrorCode::cancelled, obstacle)));
    }
    io::HttpRequest http;
    try {
      const auto resource = client->resource(request.gvk);
      if (!resource) return finish(unknown_kind());
      http = client->base_request();
      fill_http(request, *resource, http);
      http.body_bytes_max = client->options.response_bytes_max;
    } catch (const model::Error& error) {
      return finish(refused(error));
    }
    ++attempts;
    client->count_request(request.verb, request.purpose);
    const InFlight::Ticket ticket = client->in_flight.add(kind_of(request));
    io::HttpCallbacks callbacks;
    callbacks.on_done = [self = shared_from_this(), ticket](io::HttpResponse answer) {
      self->client->in_flight.remove(ticket);
      self->answered(std::move(answer));
    };
    io::HttpCall call = client->http.start(std::move(http), std::move(callbacks));
    client->in_flight.started(ticket, call);
    // What was forbidden while it was prepared.
    if (!why_not().empty()) call.cancel();
  }

  /// Why nothing may be sent now; empty where it may.
  std::string why_not() const {
    if (is_free(request.purpose)) return {};
    if (client->closed && request.purpose != RequestPurpose::status)
      return "the program is stopping";
    const auto& may_write = client->options.may_write;
    if (!is_write(request.verb) || !may_write || may_write()) return {};
    return "another replica may lead: nothing is written";
  }

  void answered(io::HttpResponse answer) {
    client->count_answer(request.verb, request.purpose, answer.error ? 0 : answer.status);
    const bool renew = answer.status == 401 && !std::exchange(credentials_renewed, true);
    auto wait =
        retry_wait(request.verb, answer, attempts, client->retry_rules(request.retries_max));
    if (renew && client->config.credentials) {
      client->config.credentials->invalidate();
      wait = std::chrono::milliseconds(0);
    }
    if (!wait) return finish(to_response(std::move(answer)));
    client->executor.schedule_after(*wait, [self = shared_from_this()] {
      self->client->executor.post_pool([self] { self->attempt(); });
    });
  }

  void finish(Response response) {
    response.attempts = attempts;
    response.latency = client->executor.clock().steady_now() - begun;
    std::exchange(deliver, nullptr)(std::move(response));
  }

  Response unknown_kind() const {
    Response response;
    response.status.code = 404;
    response.status.reason = "NoKindMatch";
    response.status.message = "no matches for kind \"" + request.gvk.kind + "\" in version \"" +
                              request.gvk.api_version() + "\"";
    return response;
  }

  std::shared_ptr<Client::Impl> client;
  Request request;
  Client::Impl::Deliver deliver;
  int attempts = 0;
  bool credentials_renewed = false;
  model::SteadyTime begun = client->executor.clock().steady_now();
};

}  // namespace

Response to_response(io::HttpResponse answer) {
  Response response;
  if (answer.error) return refused(*answer.error);
  if (answer.ok()) {
    response.status.code = answer.status;
  } else {
    response.status = parse_api_status(answer.status, answer.body);
  }
  if (answer.retry_after) response.status.retry_after = answer.retry_after;
  response.body = std::move(answer.body);
  return response;
}

Response refused(const model::Error& error) {
  Response response;
  response.status.reason = to_string(error.code());
  response.status.message = error.what();
  return response;
}

io::HttpRequest Client::Impl::base_request() {
  io::HttpRequest wire;
  wire.url = config.server;
  wire.proxy = config.proxy;
  wire.headers.push_back({"Accept", "application/json"});
  const Credential credential = config.credentials ? config.credentials->current() : Credential{};
  if (!credential.token.empty()) {
    wire.headers.push_back({"Authorization", "Bearer " + credential.token});
  } else if (!credential.username.empty()) {
    const std::string pair = credential.username + ":" + credential.password;
    wire.headers.push_back({"Authorization", "Basic " + model::base64_encode(pair)});
  }
  if (!config.impersonate_user.empty()) {
    wire.headers.push_back({"Impersonate-User", config.impersonate_user});
    for (const std::string& group : config.impersonate_groups) {
      wire.headers.push_back({"Impersonate-Group", group});
    }
  }
  const std::lock_guard lock(tls_mutex_);
  read_ca_file();
  if (!tls_ || tls_->ca_pem != ca_pem_ || tls_->client_cert_pem != credential.client_cert_pem ||
      tls_->client_key_pem != credential.client_key_pem) {
    auto tls = std::make_shared<io::TlsOptions>(config.tls);
    tls->ca_pem = ca_pem_;
    tls->client_cert_pem = credential.client_cert_pem;
    tls->client_key_pem = credential.client_key_pem;
    tls_ = std::move(tls);
  }
  wire.tls = tls_;
  return wire;
}

// A cluster's CA is replaced while its clients run: kubelet and projected volumes replace the file.
void Client::Impl::read_ca_file() {
  const auto now = executor.clock().steady_now();
  if (config.ca_file.empty() || now - ca_read_at_ < ca_file_interval) return;
  ca_read_at_ = now;
  try {
    std::string pem = read_small_file(config.ca_file, "the certificate authority");
    if (!pem.empty()) ca_pem_ = std::move(pem);
  } catch (const model::Error&) {  // While it is being replaced the last one is the best there is.
  }
}

void Client::Impl::count_request(Verb verb, RequestPurpose purpose) {
  ++sent.at(static_cast<std::size_t>(purpose)).at(static_cast<std::size_t>(verb));
}

void Client::Impl::count_answer(Verb verb, RequestPurpose purpose, int code) {
  if (options.metrics == nullptr) return;
  options.metrics
      ->counter("kube_requests_total",
                "Requests to the Kubernetes API by verb, purpose and answer.",
                {{"verb", std::string(to_string(verb))},
                 {"purpose", std::string(to_string(purpose))},
                 {"code", std::to_string(code)}})
      .add();
}

void Client::Impl::launch(Request request, Deliver deliver) {
  std::make_shared<Exchange>(shared_from_this(), std::move(request), std::move(deliver))->attempt();
}

void Client::Impl::enter() {
  const std::lock_guard lock(idle_mutex_);
  ++under_way_;
}

void Client::Impl::leave() {
  const std::lock_guard lock(idle_mutex_);
  if (--under_way_ == 0) idle_.notify_all();
}

void Client::Impl::wait_until_idle() {
  std::unique_lock lock(idle_mutex_);
  // Once the executor has stopped nothing calls back any more.
  while (under_way_ != 0 && !executor.stopped())
    idle_.wait_for(lock, std::chrono::milliseconds(50));
}

}  // namespace reconcile::kube
