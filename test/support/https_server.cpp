#include "test/support/https_server.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <csignal>

#include "reconcile/model/digest.hpp"
#include "test/support/tls_server.hpp"

namespace reconcile::test {
namespace {

constexpr int idle_seconds = 30;

SSL_CTX* make_context(const TestCertificate& made) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  BIO* cert_bio = BIO_new_mem_buf(made.cert_pem.data(), -1);
  X509* cert = PEM_read_bio_X509(cert_bio, nullptr, nullptr, nullptr);
  BIO* key_bio = BIO_new_mem_buf(made.key_pem.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, cert);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(cert);
  EVP_PKEY_free(key);
  BIO_free(cert_bio);
  BIO_free(key_bio);
  return context;
}

/// What comes over one connection, request by request.
class Reader {
 public:
  explicit Reader(SSL* ssl) : ssl_(ssl) {}

  /// False where the other side has ended, or asks for what is not understood here.
  bool next(HttpsRequest& request) {
    std::size_t head = std::string::npos;
    while ((head = bytes_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return false;
    const std::string text = bytes_.substr(0, head + 2);
    const std::size_t size = content_length(text);
    while (bytes_.size() < head + 4 + size)
      if (!more()) return false;
    const std::size_t first = text.find(' ');
    const std::size_t second = text.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos) return false;
    request = {text.substr(0, first), text.substr(first + 1, second - first - 1),
               bytes_.substr(head + 4, size)};
    bytes_.erase(0, head + 4 + size);
    return true;
  }

 private:
  bool more() {
    char buffer[16384];
    const int count = SSL_read(ssl_, buffer, sizeof buffer);
    if (count <= 0) return false;
    bytes_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  static std::size_t content_length(std::string head) {
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string name = "\r\ncontent-length:";
    const std::size_t at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
  }

  SSL* ssl_;
  std::string bytes_;
};

}  // namespace

HttpsServer::HttpsServer(Answer answer) : answer_(std::move(answer)) {
  std::signal(SIGPIPE, SIG_IGN);
  const TestCertificate certificate = make_certificate("localhost");
  ca_bundle_ = model::base64_encode(certificate.cert_pem);
  context_ = make_context(certificate);
  thread_ = std::thread([this] { serve(); });
}

HttpsServer::~HttpsServer() {
  stopping_ = true;
  ::shutdown(listener_.socket, SHUT_RDWR);
  thread_.join();
  end_connections(true);
  SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

std::string HttpsServer::url(const std::string& path) const {
  return "https://localhost:" + std::to_string(port()) + path;
}

void HttpsServer::set_away(bool away) {
  away_ = away;
  const std::lock_guard lock(mutex_);
  for (const Connection& connection : connections_)
    if (away && !connection.done) ::shutdown(connection.socket, SHUT_RDWR);
}

void HttpsServer::serve() {
  while (!stopping_) {
    const int peer = ::accept(listener_.socket, nullptr, nullptr);
    if (peer < 0) break;
    end_connections(false);
    if (away_) {
      ::close(peer);
      continue;
    }
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.socket = peer;
    connection.thread = std::thread([this, &connection] { talk(connection); });
  }
}

void HttpsServer::talk(Connection& connection) {
  const timeval limit{idle_seconds, 0};
  ::setsockopt(connection.socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  SSL* ssl = SSL_new(static_cast<SSL_CTX*>(context_));
  SSL_set_fd(ssl, connection.socket);
  if (SSL_accept(ssl) == 1) {
    Reader reader(ssl);
    for (HttpsRequest request; reader.next(request);) {
      const auto [status, body] = answer_(request);
      const std::string text = "HTTP/1.1 " + std::to_string(status) +
                               " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body;
      if (SSL_write(ssl, text.data(), static_cast<int>(text.size())) <= 0) break;
    }
  }
  SSL_free(ssl);
  ::shutdown(connection.socket, SHUT_RDWR);
  connection.done = true;
}

/// Of those that are over, or of all.
void HttpsServer::end_connections(bool all) {
  const std::lock_guard lock(mutex_);
  for (auto connection = connections_.begin(); connection != connections_.end();) {
    if (!all && !connection->done) {
      ++connection;
      continue;
    }
    ::shutdown(connection->socket, SHUT_RDWR);
    connection->thread.join();
    ::close(connection->socket);
    connection = connections_.erase(connection);
  }
}

}  // namespace reconcile::test
