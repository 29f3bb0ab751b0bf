// Sends one request again and again at a fixed rate over connections that are kept, and says how
// long the answers took. A request is sent when it is due, whether or not earlier ones have been
// answered: a slow server cannot slow its own test down.
//
// usage: deliveries PORT REQUESTS PER_SECOND CONNECTIONS < REQUEST
// prints: p50 p99 longest (milliseconds), and how many answers were not 200
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr timeval answer_limit{120, 0};

struct Plan {
  std::uint16_t port = 0;
  std::size_t requests = 0;
  double per_second = 0;
  std::size_t connections = 0;
  std::string request;
};

int open_connection(std::uint16_t port) {
  const int handle = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &answer_limit, sizeof answer_limit);
  if (connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return handle;
  close(handle);
  return -1;
}

bool send_all(int handle, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = send(handle, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

/// The status of one answer without a body; 0 where the connection ended.
int read_status(int handle) {
  std::string head;
  char piece[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = recv(handle, piece, sizeof piece, 0);
    if (count <= 0) return 0;
    head.append(piece, static_cast<std::size_t>(count));
  }
  return head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
}

/// Every `connections`-th request, beginning with number `first`.
void run_connection(const Plan& plan, std::size_t first, Clock::time_point start,
                    std::vector<double>& milliseconds, std::atomic<std::size_t>& failed) {
  int handle = open_connection(plan.port);
  Clock::time_point free_since = start;
  for (std::size_t i = first; i < plan.requests; i += plan.connections) {
    const auto due =
        start + std::chrono::duration_cast<Clock::duration>(
                    std::chrono::duration<double>(static_cast<double>(i) / plan.per_second));
    std::this_thread::sleep_until(due);
    // What this program is late by itself is not the server's time.
    const Clock::time_point begun = free_since > due ? due : Clock::now();
    const int status = handle >= 0 && send_all(handle, plan.request) ? read_status(handle) : 0;
    free_since = Clock::now();
    milliseconds[i] = std::chrono::duration<double, std::milli>(free_since - begun).count();
    if (status == 200) continue;
    ++failed;
    if (status != 0) continue;
    if (handle >= 0) close(handle);
    handle = open_connection(plan.port);
  }
  if (handle >= 0) close(handle);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: deliveries PORT REQUESTS PER_SECOND CONNECTIONS < REQUEST\n");
    return 2;
  }
  Plan plan{static_cast<std::uint16_t>(std::atoi(argv[1])), std::strtoul(argv[2], nullptr, 10),
            std::atof(argv[3]), std::strtoul(argv[4], nullptr, 10),
            std::string(std::istreambuf_iterator<char>(std::cin), {})};
  std::vector<double> milliseconds(plan.requests);
  std::atomic<std::size_t> failed{0};
  const Clock::time_point start = Clock::now() + std::chrono::milliseconds(50);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < plan.connections; ++i) {
    threads.emplace_back([&, i] { run_connection(plan, i, start, milliseconds, failed); });
  }
  for (std::thread& thread : threads) thread.join();
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto share = [&](std::size_t percent) {
    return milliseconds[std::min(milliseconds.size() - 1, milliseconds.size() * percent / 100)];
  };
  std::printf("%.4f %.4f %.4f %zu\n", share(50), share(99), milliseconds.back(), failed.load());
  return 0;
}
