#include "test/integration/faults/api_proxy.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "test/integration/faults/http_body.hpp"
#include "test/integration/faults/tls_stream.hpp"
#include "test/support/loopback_listener.hpp"

namespace reconcile::test {
namespace {

using Clock = std::chrono::steady_clock;

/// The request as the API server is to get it: alone on its connection.
std::string alone(const std::string& request) {
  const std::size_t line = request.find("\r\n");
  return request.substr(0, line) + "\r\nConnection: close" + request.substr(line);
}

ApiCall call_of(const std::string& request, const TlsStream& client) {
  const std::size_t method = request.find(' ');
  const std::size_t target = request.find(' ', method + 1);
  const std::string bearer = "\r\nAuthorization: Bearer ";
  const std::size_t token = request.find(bearer);
  ApiCall call{request.substr(0, method),
               request.substr(method + 1, target - method - 1),
               {},
               client.peer_name()};
  if (token != std::string::npos) {
    call.token = request.substr(token + bearer.size());
    call.token.resize(call.token.find("\r\n"));
  }
  return call;
}

/// Writes `body` as the treatment says; false where the connection ends here.
bool write_body(TlsStream& client, std::string_view body, const Treatment& how) {
  if (how.cut_after) {
    client.write(body.substr(0, *how.cut_after));
    return false;
  }
  const std::size_t piece = how.piece_bytes == 0 ? 16384 : how.piece_bytes;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (at > 0 && how.piece_bytes > 0) std::this_thread::sleep_for(how.piece_pause);
    if (!client.write(body.substr(at, piece))) return false;
  }
  return true;
}

bool write_answer(TlsStream& client, const std::string& head, const std::string& body,
                  const Treatment& how) {
  return client.write(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n") &&
         write_body(client, body, how);
}

std::string chunk(std::string_view bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

}  // namespace

struct ApiProxy::Link {
  int socket = -1;
  std::mutex mutex;  ///< guards the pointers; the streams end with the link
  std::unique_ptr<TlsStream> client;
  std::unique_ptr<TlsStream> server;
  std::thread thread;
  bool over = false;

  void shut() {
    const std::lock_guard lock(mutex);
    if (over) return;
    ::shutdown(socket, SHUT_RDWR);
    if (server) server->shut();
  }
};

bool ApiCall::is_list() const {
  return method == "GET" && !is_watch() && target.find("limit=") != std::string::npos;
}

ApiProxy::ApiProxy(std::uint16_t target, TestCertificate certificate)
    : target_(target), certificate_(std::move(certificate)) {
  LoopbackListener listener;
  port_ = static_cast<std::uint16_t>(listener.port);
  listener_ = ::dup(listener.socket);
  ::listen(listener_, 128);
  thread_ = std::thread([this] { serve(); });
}

ApiProxy::~ApiProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  cut();
  for (const auto& link : links_) link->thread.join();
}

void ApiProxy::set_rule(Rule rule) {
  const std::lock_guard lock(mutex_);
  rule_ = std::move(rule);
}

void ApiProxy::set_certificate(TestCertificate certificate) {
  const std::lock_guard lock(mutex_);
  certificate_ = std::move(certificate);
}

void ApiProxy::cut() {
  const std::lock_guard lock(mutex_);
  for (const auto& link : links_) link->shut();
}

std::size_t ApiProxy::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t ApiProxy::refused_connections() const {
  const std::lock_guard lock(mutex_);
  return refused_connections_;
}

std::size_t ApiProxy::busiest_second() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const auto& [second, count] : by_second_) most = std::max(most, count);
  return most;
}

void ApiProxy::forget() {
  const std::lock_guard lock(mutex_);
  by_second_.clear();
  requests_ = refused_connections_ = 0;
}

void ApiProxy::note(bool counts) {
  const auto now = std::chrono::floor<std::chrono::seconds>(Clock::now().time_since_epoch());
  const std::lock_guard lock(mutex_);
  if (counts) ++by_second_[now.count()];
}

void ApiProxy::serve() {
  for (int client = 0; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const std::lock_guard lock(mutex_);
    Link& link = *links_.emplace_back(std::make_unique<Link>());
    link.socket = client;
    link.thread = std::thread([this, &link] { talk(link); });
  }
}

void ApiProxy::talk(Link& link) {
  TestCertificate certificate;
  {
    const std::lock_guard lock(mutex_);
    certificate = certificate_;
  }
  link.client = std::make_unique<TlsStream>(link.socket, certificate);
  HttpReader reader(*link.client);
  std::size_t requests = 0;
  for (std::string request; link.client->is_open(); ++requests) {
    request = reader.read_message();
    if (request.empty() || !exchange(link, request)) break;
  }
  if (requests == 0) {
    note(true);
    const std::lock_guard lock(mutex_);
    ++refused_connections_;
  }
  link.shut();
  const std::lock_guard lock(link.mutex);
  link.over = true;
  link.server.reset();
  link.client.reset();
}

bool ApiProxy::exchange(Link& link, const std::string& request) {
  const ApiCall call = call_of(request, *link.client);
  note(!call.is_lease());
  Rule rule;
  {
    const std::lock_guard lock(mutex_);
    ++requests_;
    rule = rule_;
  }
  const Treatment how = rule ? rule(call) : Treatment{};
  TlsStream& client = *link.client;
  if (how.status != 0) {
    return write_answer(client,
                        "HTTP/1.1 " + std::to_string(how.status) + " Said\r\n" + how.headers,
                        how.body, how);
  }
  {
    auto server = std::make_unique<TlsStream>(target_);
    const std::lock_guard lock(link.mutex);
    link.server = std::move(server);
  }
  TlsStream& server = *link.server;
  if (!server.is_open() || !server.write(alone(request))) return false;
  HttpReader answer(server);
  const std::string head = answer.read_head();
  if (head.empty()) return false;
  const std::string kept = without_framing(head);
  if (!call.is_watch() || !is_chunked(head)) {
    return write_answer(client, kept, answer.read_body(head), how);
  }
  if (!client.write(kept + "Transfer-Encoding: chunked\r\n\r\n")) return false;
  if (!how.only_event.empty()) return client.write(chunk(how.only_event + "\n") + "0\r\n\r\n");
  std::size_t sent = 0;
  for (std::string line; answer.await_line(client, line); sent += line.size()) {
    if (how.drops_bookmarks && line.find(R"("type":"BOOKMARK")") != std::string::npos) continue;
    if (how.cut_after && sent + line.size() > *how.cut_after) {
      client.write(chunk(std::string_view(line).substr(0, *how.cut_after - sent)));
      return false;
    }
    if (!client.write(chunk(line))) return false;
  }
  return client.write("0\r\n\r\n");
}

}  // namespace reconcile::test
