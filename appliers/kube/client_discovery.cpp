#include <thread>

#include "appliers/kube/client_impl.hpp"
#include "appliers/kube/legacy_discovery.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

/// What client-go of Kubernetes 1.36 asks for: the aggregated form, and the old one where there is
/// none.
constexpr std::string_view aggregated_accept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";
constexpr std::chrono::milliseconds discovery_timeout{30'000};
constexpr int discovery_retries_max = 3;
constexpr std::size_t group_versions_max = 2000;

bool is_aggregated(const Response& response) {
  return response.body.find("APIGroupDiscoveryList") != std::string::npos;
}

}  // namespace

Response Client::Impl::get_raw(std::string_view path_and_query, RequestPurpose purpose,
                               std::string_view accept) {
  Response response;
  for (int attempt = 1;; ++attempt) {
    io::HttpRequest wire;
    try {
      wire = base_request();
    } catch (const model::Error& error) {
      return refused(error);
    }
    wire.url += path_and_query;
    wire.timeouts.total = discovery_timeout;
    wire.body_bytes_max = options.response_bytes_max;
    wire.headers.front().value = accept;
    count_request(Verb::get, purpose);
    io::HttpResponse answer = http.send(std::move(wire));
    count_answer(Verb::get, purpose, answer.error ? 0 : answer.status);
    auto wait = retry_wait(Verb::get, answer, attempt, retry_rules(discovery_retries_max));
    if (answer.status == 401 && attempt == 1 && config.credentials) {
      config.credentials->invalidate();
      wait = std::chrono::milliseconds(0);
    }
    response = to_response(std::move(answer));
    response.attempts = attempt;
    if (!wait) return response;
    std::this_thread::sleep_for(*wait);
  }
}

std::shared_ptr<const ApiResources> Client::Impl::fetch_resources() {
  auto fresh = std::make_shared<ApiResources>();
  for (const std::string_view root : {"/api", "/apis"}) {
    const Response response = get_raw(root, RequestPurpose::discovery, aggregated_accept);
    response.require_ok("discovery at " + config.server);
    if (!is_aggregated(response)) {
      fetch_legacy(*fresh);
      return fresh;
    }
    try {
      read_aggregated_discovery(response.body, *fresh);
    } catch (model::Error& error) {
      throw error.with_context("discovery at " + config.server);
    }
  }
  return fresh;
}

void Client::Impl::fetch_legacy(ApiResources& into) {
  into = {};
  std::vector<std::string> paths;
  for (const std::string root : {"/api", "/apis"}) {
    const Response response = get_raw(root, RequestPurpose::discovery, "application/json");
    response.require_ok("discovery at " + config.server);
    for (const std::string& version : read_group_versions(response.body)) {
      if (paths.size() < group_versions_max) paths.push_back(root + "/" + version);
    }
  }
  for (const std::string& path : paths) {
    const Response response = get_raw(path, RequestPurpose::discovery, "application/json");
    // A broken extension server must not hide everybody else's kinds.
    if (response.ok()) {
      read_resource_list(response.body, into);
    } else {
      into.add_stale(path.substr(path.find('/', 1) + 1));
    }
  }
}

std::shared_ptr<const ApiResources> Client::Impl::resources() {
  {
    const std::lock_guard lock(resources_mutex_);
    if (resources_) return resources_;
  }
  const std::lock_guard asking(discovery_mutex_);
  std::uint64_t invalidations = 0;
  {
    const std::lock_guard lock(resources_mutex_);
    if (resources_) return resources_;
    invalidations = invalidations_;
  }
  auto fresh = fetch_resources();
  const std::lock_guard lock(resources_mutex_);
  asked_at_ = executor.clock().steady_now();
  // What was invalidated while the answer was under way is not kept.
  if (invalidations == invalidations_) resources_ = fresh;
  return fresh;
}

std::optional<ApiResource> Client::Impl::resource(const model::Gvk& gvk) {
  const auto known = resources();
  if (const ApiResource* found = known->find(gvk)) return *found;
  {
    const std::lock_guard lock(resources_mutex_);
    const bool recent = executor.clock().steady_now() - asked_at_ < options.discovery_interval;
    if (recent) return std::nullopt;
    if (resources_ == known) resources_.reset();
  }
  const auto fresh = resources();
  const ApiResource* found = fresh->find(gvk);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void Client::invalidate_discovery() {
  const std::lock_guard lock(impl_->resources_mutex_);
  impl_->resources_.reset();
  ++impl_->invalidations_;
}

ServerVersion Client::server_version() {
  const Response response = get_raw("/version", RequestPurpose::discovery);
  response.require_ok("the version of " + impl_->config.server);
  const model::Document document = response.document();
  return {std::string(document["gitVersion"].text()), std::string(document["major"].text()),
          std::string(document["minor"].text())};
}

}  // namespace reconcile::kube
