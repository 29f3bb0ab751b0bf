#include "test/integration/faults/tls_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

namespace reconcile::test {
namespace {

void take_certificate(SSL_CTX* context, const TestCertificate& certificate) {
  BIO* text = BIO_new_mem_buf(certificate.cert_pem.data(), -1);
  X509* read = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, read);
  X509_free(read);
  BIO_free(text);
  text = BIO_new_mem_buf(certificate.key_pem.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(context, key);
  EVP_PKEY_free(key);
  BIO_free(text);
}

}  // namespace

TlsStream::TlsStream(int socket, const TestCertificate& certificate)
    : socket_(socket), context_(SSL_CTX_new(TLS_server_method())) {
  std::signal(SIGPIPE, SIG_IGN);
  take_certificate(context_, certificate);
  // Clients are asked for a certificate; the test judges it.
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, socket_);
  open_ = SSL_accept(ssl_) == 1;
}

TlsStream::TlsStream(std::uint16_t port) : context_(SSL_CTX_new(TLS_client_method())) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  ssl_ = SSL_new(context_);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
  SSL_set_fd(ssl_, socket_);
  open_ = SSL_connect(ssl_) == 1;
}

TlsStream::~TlsStream() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

std::string TlsStream::peer_name() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  char name[256] = "";
  if (certificate != nullptr)
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
  return name;
}

bool TlsStream::write(std::string_view bytes) {
  return open_ && (bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
                                        static_cast<int>(bytes.size()));
}

std::string TlsStream::read() {
  std::string bytes(16384, '\0');
  const int count = open_ ? SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size())) : 0;
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

bool TlsStream::await_bytes(TlsStream& other) {
  if (SSL_pending(ssl_) > 0) return true;
  pollfd both[2] = {{socket_, POLLIN, 0}, {other.socket_, POLLIN, 0}};
  ::poll(both, 2, -1);
  // A client says nothing while it waits for an answer: what comes from it is its end.
  return both[1].revents == 0;
}

void TlsStream::shut() {
  ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace reconcile::test
