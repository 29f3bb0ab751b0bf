#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/io/http_client.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/config.hpp"
#include "reconcile/kube/discovery.hpp"
#include "reconcile/kube/request.hpp"

namespace reconcile::kube {

/// Whether a list carries whole objects or their metadata only.
enum class ListContent { objects, metadata };

struct ListOptions {
  ListContent content = ListContent::objects;
  RequestPurpose purpose = RequestPurpose::pass;
  int page_items = 500;
  std::size_t item_bytes_max = 16U << 20U;
  std::chrono::milliseconds timeout{60'000};  ///< a page
  /// Shown each item's JSON before it is read: true takes it, and the item callback is not called.
  /// A throw ends the list and passes through. Empty: every item is read.
  std::function<bool(std::string_view raw)> take_unread = {};
};

/// Takes one object of a list; `raw` is its JSON and lives for the call only. Items of built-in
/// kinds get the apiVersion and kind that the server leaves out. A throw ends the list and passes
/// through.
using ListItem = std::function<void(const model::Document& object, std::string_view raw)>;

struct ListResult {
  ApiStatus status;  ///< code 200, or why the list ended early (items may have been delivered)
  std::string resource_version;
  std::size_t items = 0;
  int pages = 0;
  [[nodiscard]] bool ok() const noexcept { return status.code == 200; }
};

struct ClientOptions {
  io::Metrics* metrics = nullptr;  ///< counts kube_requests_total{verb,purpose,code}; may be absent
  std::size_t response_bytes_max = 32U << 20U;
  /// A kind that is unknown asks discovery again, at most this often.
  std::chrono::milliseconds discovery_interval{2'000};
  /// Longest single wait before a repeat, whatever Retry-After says.
  std::chrono::milliseconds retry_wait_max{30'000};
  std::chrono::milliseconds retry_wait_first{200};
  /// Asked before every attempt to write, from any thread; where it answers false the request is
  /// answered with code 0 and reason `cancelled`. Purposes lease and command are not asked for.
  /// Empty: always.
  std::function<bool()> may_write = {};
};

/// Requests sent since the start (each attempt counts), by purpose and verb.
using RequestCounts = std::map<std::pair<RequestPurpose, Verb>, std::uint64_t>;

/// A client of one cluster. Every member may be called from any thread; those that wait must not be
/// called on the loop (Error(internal)).
class Client {
 public:
  /// `executor` and `http` must outlive the client.
  Client(io::Executor& executor, io::HttpClient& http, ClusterConfig config,
         ClientOptions options = {});
  /// Waits until the callbacks of requests under way returned.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends and calls `done` exactly once, on a pool thread.
  void start(Request request, std::function<void(Response)> done);
  /// Sends and waits.
  Response send(Request request);
  /// Sends all with at most `window` in flight over shared HTTP/2 connections and waits. Answers
  /// stand in the order of `requests`; `on_answer` (may be empty) hears of each on the waiting
  /// thread.
  std::vector<Response> send_all(
      std::vector<Request> requests, std::size_t window = 16,
      const std::function<void(std::size_t index, const Response&)>& on_answer = {});

  /// Lists page by page and hands each object to `item` on the waiting thread, while the rest is
  /// still under way: memory is one item and one network buffer.
  ListResult list(const Selection& selection, const ListItem& item,
                  const ListOptions& options = {});

  /// What the server serves; asked once and kept until `invalidate_discovery`. Waits.
  /// Throws Error(unavailable, unauthorized).
  std::shared_ptr<const ApiResources> resources();
  /// The resource of `gvk`, asking again (see discovery_interval) where unknown; absent if still
  /// so.
  std::optional<ApiResource> resource(const model::Gvk& gvk);
  /// The next `resources` asks the server: a CRD or APIService was changed.
  void invalidate_discovery();
  /// Throws as `resources`.
  ServerVersion server_version();
  /// GET of any path, for /openapi/v3, /readyz and the like. Waits.
  Response get_raw(std::string_view path_and_query, RequestPurpose purpose,
                   std::string_view accept = "application/json");

  /// Ends the writes that are under way with reason `cancelled`, those of purposes lease and
  /// command apart: they may have been done. Later ones are a matter of `may_write`.
  void cancel_writes();
  /// Ends the requests under way so and answers every later one so, except those of purposes
  /// status, lease and command. Lists that are under way end with their page.
  void close();
  [[nodiscard]] bool closed() const noexcept;

  [[nodiscard]] RequestCounts counts() const;
  /// Sum over the verbs of one purpose.
  [[nodiscard]] std::uint64_t count(RequestPurpose purpose) const;
  [[nodiscard]] const ClusterConfig& config() const noexcept;

  struct Impl;
  /// For the rest of this library (watch.cpp).
  [[nodiscard]] const std::shared_ptr<Impl>& impl() const noexcept { return impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace reconcile::kube
