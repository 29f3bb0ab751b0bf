// The yardstick of the rows that write: the same PATCHes by libcurl's multi interface alone, a
// given number in flight, over one HTTP/2 connection. Reads "PATH<tab>BODY" lines from standard
// input; prints the seconds from the first request to the last answer and the answers that failed.
#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
  std::string server;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string content_type;
  std::size_t in_flight = 16;
};

using Requests = std::vector<std::pair<std::string, std::string>>;  // path, body

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

class BarePatches {
 public:
  explicit BarePatches(const Settings& settings) : settings_(settings), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    headers_ = curl_slist_append(nullptr, ("Content-Type: " + settings.content_type).c_str());
  }
  BarePatches(const BarePatches&) = delete;
  BarePatches& operator=(const BarePatches&) = delete;
  ~BarePatches() {
    for (CURL* easy : free_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  /// Sends all and waits for all; answers how many failed.
  int run(const Requests& requests) {
    std::size_t next = 0;
    std::size_t done = 0;
    int failed = 0;
    while (done < requests.size()) {
      for (; next < requests.size() && next - done < settings_.in_flight; ++next)
        add(requests[next].first, requests[next].second);
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (!take(message->easy_handle)) ++failed;
        ++done;
      }
      // A short wait: libcurl 7.88 can hold HTTP/2 data that the socket does not show any more.
      if (done < requests.size()) curl_multi_poll(multi_, nullptr, 0, 2, nullptr);
    }
    return failed;
  }

 private:
  bool take(CURL* easy) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    curl_multi_remove_handle(multi_, easy);
    free_.push_back(easy);
    return code == 200 || code == 201;
  }

  void add(const std::string& path, const std::string& body) {
    CURL* easy = free_.empty() ? curl_easy_init() : free_.front();
    if (!free_.empty()) free_.pop_front();
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, (settings_.server + path).c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PATCH");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &ignore);
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLCERT, settings_.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, settings_.key_file.c_str());
    curl_multi_add_handle(multi_, easy);
  }

  const Settings& settings_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::deque<CURL*> free_;
};

Requests read_requests() {
  Requests requests;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) requests.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  return requests;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) {
    std::fputs("usage: reconcile_bench_patches SERVER CA CERTIFICATE KEY CONTENT-TYPE IN-FLIGHT\n",
               stderr);
    return 2;
  }
  const Settings settings{arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5], std::strtoul(arguments[6], nullptr, 10)};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const Requests requests = read_requests();
  int failed = 0;
  double seconds = 0;
  {
    BarePatches bare(settings);
    const Clock::time_point start = Clock::now();
    failed = bare.run(requests);
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  curl_global_cleanup();
  std::printf("%.6f %d\n", seconds, failed);
  return 0;
}
