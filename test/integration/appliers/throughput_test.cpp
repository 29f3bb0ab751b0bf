#include <curl/curl.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <iostream>
#include <limits>
#include <thread>

#include "reconcile/kube/watch.hpp"
#include "test/integration/appliers/cluster_connection.hpp"
#include "test/support/patience.hpp"

// Figures, not only truths: each case prints what it measured. Hidden like the other integration
// tests.
using namespace reconcile;
using namespace std::chrono_literals;
using test::ClusterConnection;
using test::config_map_kind;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The yardstick: the same requests by libcurl's multi interface alone, 16 in flight, one
/// connection.
class BarePatches {
 public:
  explicit BarePatches(const kube::ClusterConfig& config)
      : config_(config), credential_(config.credentials->current()), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    headers_ = curl_slist_append(nullptr, "Content-Type: application/apply-patch+yaml");
    if (!credential_.token.empty()) {
      headers_ =
          curl_slist_append(headers_, ("Authorization: Bearer " + credential_.token).c_str());
    }
  }
  ~BarePatches() {
    for (CURL* easy : free_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  double run(const std::vector<std::pair<std::string, std::string>>& url_and_body) {
    const auto start = Clock::now();
    std::size_t next = 0;
    std::size_t done = 0;
    while (done < url_and_body.size()) {
      while (next < url_and_body.size() && next - done < 16) {
        add(url_and_body[next].first, url_and_body[next].second);
        ++next;
      }
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        long code = 0;
        CURL* easy = message->easy_handle;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
        if (code != 200 && code != 201) ++failed;
        curl_multi_remove_handle(multi_, easy);
        free_.push_back(easy);
        ++done;
      }
      // A short wait: libcurl 7.88 can hold HTTP/2 data that the socket does not show any more.
      if (done < url_and_body.size()) curl_multi_poll(multi_, nullptr, 0, 2, nullptr);
    }
    return seconds_since(start);
  }
  int failed = 0;

 private:
  static std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }

  void add(const std::string& path, const std::string& body) {
    CURL* easy = free_.empty() ? curl_easy_init() : free_.front();
    if (!free_.empty()) free_.pop_front();
    curl_easy_reset(easy);
    const auto blob = [](const std::string& text) {
      return curl_blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
    };
    const curl_blob ca = blob(config_.tls.ca_pem);
    const curl_blob cert = blob(credential_.client_cert_pem);
    const curl_blob key = blob(credential_.client_key_pem);
    curl_easy_setopt(easy, CURLOPT_URL, (config_.server + path).c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PATCH");
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &BarePatches::ignore);
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca);
    if (cert.len != 0) {
      curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &cert);
      curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
    }
    curl_multi_add_handle(multi_, easy);
  }

  const kube::ClusterConfig& config_;
  const kube::Credential credential_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::deque<CURL*> free_;
};

std::string name_of(const std::string& run, int i) {
  return run + "-" + std::to_string(i);
}

double apply_all(ClusterConnection& cluster, const std::string& run, int count) {
  std::vector<kube::Request> requests;
  for (int i = 0; i < count; ++i) {
    requests.push_back(kube::Request::apply(cluster.config_map(name_of(run, i), "v"), "reconcile"));
  }
  const auto start = Clock::now();
  const auto responses = cluster.client.send_all(std::move(requests), 16);
  const double took = seconds_since(start);
  for (const auto& response : responses) CHECK(response.ok());
  return took;
}

}  // namespace

TEST_CASE("1,000 applies take about as long as the bare requests",
          "[.integration][appliers][kube][throughput]") {
  ClusterConnection cluster("kube-throughput");
  const auto config = ClusterConnection::config();
  BarePatches bare(config);
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < 3; ++round) {
    const std::string mark = std::to_string(round);
    std::vector<std::pair<std::string, std::string>> requests;
    for (int i = 0; i < 1000; ++i) {
      const std::string name = name_of("bare" + mark, i);
      requests.emplace_back("/api/v1/namespaces/" + cluster.space + "/configmaps/" + name +
                                "?fieldManager=reconcile&force=true",
                            model::write_json(cluster.config_map(name, "v").root()));
    }
    theirs.push_back(bare.run(requests));
    ours.push_back(apply_all(cluster, "ours" + mark, 1000));
  }
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  CHECK(bare.failed == 0);
  std::cout << "1,000 applies, 16 in flight: ours " << ours[1] << " s, bare " << theirs[1]
            << " s, ratio " << ours[1] / theirs[1] << ", connections "
            << cluster.http.connections_opened(io::HttpLane::requests) << "\n";
  CHECK(cluster.http.connections_opened(io::HttpLane::requests) == 1);
}

TEST_CASE("lists 2,000 objects as a stream", "[.integration][appliers][kube][throughput]") {
  ClusterConnection cluster("kube-list");
  apply_all(cluster, "cm", 2000);
  for (const auto content : {kube::ListContent::objects, kube::ListContent::metadata}) {
    kube::ListOptions options;
    options.content = content;
    std::size_t bytes = 0;
    const auto start = Clock::now();
    const auto result = cluster.client.list(
        {config_map_kind, cluster.space, "set=test", {}},
        [&](const model::Document&, std::string_view raw) { bytes += raw.size(); }, options);
    std::cout << "list of " << result.items << " objects, " << bytes << " bytes, " << result.pages
              << " pages: " << seconds_since(start) << " s\n";
    INFO(result.status.display());
    CHECK(result.ok());
    CHECK(result.items == 2000);
    CHECK_FALSE(result.resource_version.empty());
  }
}

TEST_CASE("300 watches leave writes alone", "[.integration][appliers][kube][throughput]") {
  ClusterConnection cluster("kube-watches");
  std::vector<std::unique_ptr<kube::Watcher>> watchers;
  for (int i = 0; i < 300; ++i) {
    watchers.push_back(std::make_unique<kube::Watcher>(
        cluster.client,
        kube::Selection{config_map_kind, cluster.space, "set=" + std::to_string(i), {}},
        kube::WatchHandlers{}));
    watchers.back()->start();
  }
  for (const auto& watcher : watchers) REQUIRE(watcher->wait_synced(30s * test::patience()));
  const auto limit = Clock::now() + 30s;
  const auto all_connected = [&] {
    return std::all_of(watchers.begin(), watchers.end(),
                       [](const auto& w) { return w->state().connected; });
  };
  while (!all_connected() && Clock::now() < limit) std::this_thread::yield();
  REQUIRE(all_connected());
  // What else runs on the machine only adds to a round: the quickest of them is ours.
  double quickest = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 3; ++round) {
    std::vector<double> latencies;
    for (int i = 0; i < 400; ++i) {
      const auto response = cluster.client.send(kube::Request::apply(
          cluster.config_map("w" + std::to_string(round), std::to_string(i)), "reconcile"));
      REQUIRE(response.ok());
      latencies.push_back(std::chrono::duration<double, std::milli>(response.latency).count());
    }
    std::sort(latencies.begin(), latencies.end());
    quickest = std::min(quickest, latencies[395]);
    std::cout << "writes beside 300 watches: p50 " << latencies[200] << " ms, p99 "
              << latencies[395] << " ms; connections of watches "
              << cluster.http.connections_opened(io::HttpLane::watches) << ", of requests "
              << cluster.http.connections_opened(io::HttpLane::requests) << "\n";
    if (quickest < 50) break;
  }
  CHECK(quickest < 50);
  CHECK(cluster.http.connections_opened(io::HttpLane::watches) >= 4);
  // On a busy machine some are opened beside those that still connect.
  CHECK(cluster.http.connections_opened(io::HttpLane::watches) <= 16);
}
