#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "appliers/kube/in_flight.hpp"
#include "appliers/kube/request_http.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::kube {

constexpr std::size_t purpose_count = 9;
constexpr std::size_t verb_count = 9;

/// What a client's requests share. Kept alive by every request under way.
struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  using Deliver = std::function<void(Response)>;

  Impl(io::Executor& e, io::HttpClient& h, ClusterConfig c, ClientOptions o)
      : executor(e), http(h), config(std::move(c)), options(o) {}

  /// The server's root with TLS, proxy and credentials filled in. May block; throws model::Error.
  io::HttpRequest base_request();
  void count_request(Verb verb, RequestPurpose purpose);
  /// Counts an answer in the metrics.
  void count_answer(Verb verb, RequestPurpose purpose, int code);

  /// Sends with repeats; `deliver` runs once, on the loop or in place. The first attempt is
  /// prepared on the calling thread, which must not be the loop.
  void launch(Request request, Deliver deliver);

  std::shared_ptr<const ApiResources> resources();
  std::optional<ApiResource> resource(const model::Gvk& gvk);
  Response get_raw(std::string_view path_and_query, RequestPurpose purpose,
                   std::string_view accept);
  [[nodiscard]] RetryRules retry_rules(int retries_max) const {
    return {options.retry_wait_first, options.retry_wait_max, retries_max};
  }

  void enter();
  void leave();
  void wait_until_idle();

  io::Executor& executor;
  io::HttpClient& http;
  const ClusterConfig config;
  const ClientOptions options;
  std::array<std::array<std::atomic<std::uint64_t>, verb_count>, purpose_count> sent{};
  InFlight in_flight;
  std::atomic<bool> closed{false};

 private:
  std::shared_ptr<const ApiResources> fetch_resources();
  void fetch_legacy(ApiResources& into);
  void read_ca_file();

  std::mutex tls_mutex_;
  std::shared_ptr<const io::TlsOptions> tls_;
  std::string ca_pem_ = config.tls.ca_pem;
  model::SteadyTime ca_read_at_ = executor.clock().steady_now();
  std::mutex discovery_mutex_;  ///< held while asking: one question at a time
  std::mutex resources_mutex_;
  std::shared_ptr<const ApiResources> resources_;
  model::SteadyTime asked_at_;
  std::uint64_t invalidations_ = 0;
  std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::size_t under_way_ = 0;

  friend class Client;
};

/// The answer as callers see it.
Response to_response(io::HttpResponse answer);
/// An answer for a request that was never sent.
Response refused(const model::Error& error);

}  // namespace reconcile::kube
