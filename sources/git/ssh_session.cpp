// libssh2 works on a non-blocking socket; whatever it cannot do at once is waited for in `wait`,
// which knows the transfer's end, its silence limit and cancel. Tests:
// test/sources/ssh_test.cpp.
#include "sources/git/ssh_session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "reconcile/model/digest.hpp"
#include "sources/git/plain_text.hpp"
#include "sources/git/ssh_key.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t errors_bytes_max = 4096;
constexpr int closing_steps_max = 20;
constexpr std::chrono::milliseconds exit_wait_max{2000};

void require_libssh2() {
  static const int code = libssh2_init(0);
  if (code != 0) throw Error(ErrorCode::internal, "libssh2 could not be initialised");
}

const char* rsa_hint() {
  return libssh2_version(0x010b00) != nullptr
             ? ""
             : " (an RSA key signs with SHA-1 here, which OpenSSH since 8.8 and the forges refuse: "
               "use an ed25519 key)";
}

}  // namespace

template <typename Step>
auto SshSession::drive(Step step) -> decltype(step()) {
  for (;;) {
    static_cast<void>(transfer_.remaining());
    const auto result = step();
    if constexpr (std::is_pointer_v<decltype(result)>) {
      if (result != nullptr || libssh2_session_last_errno(session_) != LIBSSH2_ERROR_EAGAIN) {
        return result;
      }
    } else if (result != LIBSSH2_ERROR_EAGAIN) {
      return result;
    }
    wait();
  }
}

void SshSession::wait() {
  using Readiness = io::BlockingSocket::Readiness;
  const int directions = libssh2_session_block_directions(session_);
  const bool writes = (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0;
  const bool reads = (directions & LIBSSH2_SESSION_BLOCK_INBOUND) != 0;
  const auto silence = transfer_.options.limits.silence_timeout;
  const auto limit = std::min(silence, transfer_.remaining());
  const Readiness readiness =
      writes ? (reads ? Readiness::both : Readiness::write) : Readiness::read;
  if (transfer_.edges.socket.wait(readiness, limit) || limit < silence) return;
  throw Error(ErrorCode::unavailable, "expected " + place() + " to answer, found no byte for " +
                                          model::format_duration(silence));
}

std::string SshSession::place() const {
  return "ssh://" + address_.host + ":" + std::to_string(address_.port);
}

std::string SshSession::origin() const {
  const std::string& given = transfer_.options.ssh.origin;
  return given.empty() ? "known_hosts" : "known_hosts of " + given;
}

Error SshSession::failure(ErrorCode code, const std::string& expected) const {
  char* text = nullptr;
  libssh2_session_last_error(session_, &text, nullptr, 0);
  return {code, "expected " + place() + " to " + expected + ", found: " +
                    plain_text(text != nullptr && *text != '\0' ? text : "no reason given", 200)};
}

SshSession::SshSession(Transfer& transfer, const SshAddress& address)
    : transfer_(transfer),
      address_(address),
      known_hosts_(KnownHosts::parse(transfer.options.ssh.known_hosts)) {
  require_libssh2();
  io::BlockingSocket& socket = transfer.edges.socket;
  // libssh2 keeps the descriptor's number: nobody may close it under another session.
  if (socket.descriptor() >= 0) throw Error(ErrorCode::internal, "an SSH session is still open");
  session_ = libssh2_session_init();
  if (session_ == nullptr) throw Error(ErrorCode::internal, "libssh2 has no memory");
  try {
    const auto timeout = std::min(transfer.options.limits.connect_timeout, transfer.remaining());
    const bool ipv6 = address.host.find(':') != std::string::npos;
    socket.connect(ipv6 ? "[" + address.host + "]" : address.host, address.port,
                   transfer.options.proxy, timeout);
    libssh2_session_set_blocking(session_, 0);
    handshake();
    check_host_key();
    log_in();
  } catch (...) {
    shut();
    throw;
  }
}

SshSession::~SshSession() {
  shut();
}

void SshSession::shut() noexcept {
  if (session_ == nullptr) return;
  // Nobody waits for a goodbye: once the socket is shut, nothing asks to wait any more.
  const int socket = transfer_.edges.socket.descriptor();
  libssh2_session_disconnect_ex(session_, SSH_DISCONNECT_BY_APPLICATION, "done", "");
  if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
  for (int i = 0; i < closing_steps_max; ++i) {
    if (libssh2_session_free(session_) != LIBSSH2_ERROR_EAGAIN) break;
  }
  session_ = nullptr;
  transfer_.edges.socket.close();
}

/// The server chooses among the types we name: those that known_hosts has come first, else a key
/// that is known would be passed over for one that is not.
void SshSession::prefer_known_keys() {
  std::vector<std::string> types;
  for (const HostKey& key : known_hosts_.find(address_.host, address_.port)) {
    types.push_back(key.type);
  }
  std::string preferred;
  const auto add = [&](const std::string& type) {
    preferred += (preferred.empty() ? "" : ",") + type;
  };
  const std::array<std::string, 5> all{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521", "ssh-rsa"};
  const auto known = [&](const std::string& type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  for (const std::string& type : all) {
    if (known(type)) add(type);
  }
  for (const std::string& type : all) {
    if (!known(type)) add(type);
  }
  libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY, preferred.c_str());
}

void SshSession::handshake() {
  prefer_known_keys();
  const int socket = transfer_.edges.socket.descriptor();
  const int result = drive([&] { return libssh2_session_handshake(session_, socket); });
  if (result == 0) return;
  const bool no_agreement =
      result == LIBSSH2_ERROR_KEX_FAILURE || result == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE;
  throw failure(
      ErrorCode::unavailable,
      no_agreement ? "agree on keys (it needs an ed25519 or ECDSA host key)" : "speak SSH");
}

void SshSession::check_host_key() {
  std::size_t length = 0;
  int type = 0;
  const char* bytes = libssh2_session_hostkey(session_, &length, &type);
  if (bytes == nullptr) throw failure(ErrorCode::unavailable, "show its host key");
  const std::string blob(bytes, length);
  const HostKey offered{key_type(blob), blob};
  const std::string shown = offered.type + " " + key_fingerprint(blob);
  if (known_hosts_.is_revoked(offered)) {
    throw Error(ErrorCode::unauthorized, "expected a host key of " + place() + " that " + origin() +
                                             " does not revoke, found " + shown);
  }
  const std::vector<HostKey> keys = known_hosts_.find(address_.host, address_.port);
  if (std::find(keys.begin(), keys.end(), offered) != keys.end()) return;
  const auto same_type = std::find_if(keys.begin(), keys.end(),
                                      [&](const HostKey& key) { return key.type == offered.type; });
  if (same_type != keys.end()) {
    throw Error(ErrorCode::unauthorized, "expected the host key of " + place() + " to be " +
                                             offered.type + " " + key_fingerprint(same_type->blob) +
                                             " as " + origin() + " says, found " + shown +
                                             ": either it was changed or somebody else answers");
  }
  std::string others;
  for (const HostKey& key : keys) others += (others.empty() ? "" : ", ") + key.type;
  throw Error(ErrorCode::unauthorized,
              "expected " + origin() + " to name the host key of " + place() + ", which is " +
                  shown + ", found " + (keys.empty() ? "no key of this host" : "only " + others) +
                  ": compare the fingerprint, then add the key");
}

Error SshSession::refused_key(const std::string& user) const {
  const SshKeyFacts facts = inspect_ssh_key(transfer_.options.ssh.identity);
  std::string key = facts.type.empty() ? "" : " " + facts.type;
  if (!facts.fingerprint.empty()) key += " " + facts.fingerprint;
  const bool may_be_rsa = facts.type == "ssh-rsa" || facts.type.empty();
  return {ErrorCode::unauthorized, "expected " + place() + " to accept the key" + key +
                                       " for the user \"" + user + "\", found it refused" +
                                       (may_be_rsa ? rsa_hint() : "")};
}

void SshSession::log_in() {
  const GitOptions& options = transfer_.options;
  const std::string user = address_.user.empty() ? "git" : address_.user;
  // Without a passphrase libssh2 1.10 reads a null pointer where the key is encrypted.
  const int result = drive([&] {
    return libssh2_userauth_publickey_frommemory(
        session_, user.data(), user.size(), nullptr, 0, options.ssh.identity.data(),
        options.ssh.identity.size(), options.ssh.passphrase.c_str());
  });
  if (result == 0) return;
  if (result == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED ||
      result == LIBSSH2_ERROR_AUTHENTICATION_FAILED) {
    throw refused_key(user);
  }
  const bool own = result == LIBSSH2_ERROR_FILE || result == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED ||
                   result == LIBSSH2_ERROR_METHOD_NOT_SUPPORTED || result == LIBSSH2_ERROR_PROTO;
  if (!own) throw failure(ErrorCode::unavailable, "take a login as \"" + user + "\"");
  const bool encrypted = inspect_ssh_key(options.ssh.identity).encrypted;
  throw Error(ErrorCode::unauthorized,
              "expected an SSH key that can be used, found one that " +
                  std::string(encrypted ? "the passphrase does not open" : "cannot be read") +
                  (options.ssh.origin.empty() ? "" : " in " + options.ssh.origin));
}

void SshSession::run(const std::string& command) {
  channel_ = drive([&] { return libssh2_channel_open_session(session_); });
  if (channel_ == nullptr) throw failure(ErrorCode::unavailable, "open a channel");
  const int result = drive([&] {
    return libssh2_channel_process_startup(channel_, "exec", 4, command.data(),
                                           static_cast<unsigned>(command.size()));
  });
  if (result != 0) throw failure(ErrorCode::unauthorized, "run \"" + command + "\"");
}

void SshSession::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = drive([&]() -> ssize_t {
      // What arrives meanwhile must be taken, or both sides wait for each other.
      take_errors();
      return libssh2_channel_write(channel_, bytes.data(), bytes.size());
    });
    if (count < 0) throw failure(ErrorCode::unavailable, "take what is sent");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void SshSession::take_errors() {
  std::array<char, 1024> buffer{};
  for (;;) {
    const ssize_t count = libssh2_channel_read_stderr(channel_, buffer.data(), buffer.size());
    if (count <= 0) return;
    const std::size_t room = errors_bytes_max - std::min(errors_bytes_max, errors_.size());
    errors_.append(buffer.data(), std::min(static_cast<std::size_t>(count), room));
  }
}

std::size_t SshSession::read(std::span<char> buffer) {
  const ssize_t count = drive([&]() -> ssize_t {
    // In this order: reading the errors takes whatever came in from the socket, the answer too, and
    // a wait for the socket would then miss it.
    take_errors();
    const ssize_t found = libssh2_channel_read(channel_, buffer.data(), buffer.size());
    if (found == 0 && libssh2_channel_eof(channel_) == 0) return LIBSSH2_ERROR_EAGAIN;
    return found;
  });
  if (count < 0) throw failure(ErrorCode::unavailable, "answer to its end");
  return static_cast<std::size_t>(count);
}

int SshSession::exit_status() {
  // The status comes with the end of the channel, which some servers never send.
  const auto deadline = model::system_clock().steady_now() + exit_wait_max;
  while (libssh2_channel_wait_closed(channel_) == LIBSSH2_ERROR_EAGAIN) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - model::system_clock().steady_now());
    const bool more =
        left.count() > 0 && transfer_.edges.socket.wait(io::BlockingSocket::Readiness::read, left);
    if (!more) return -1;
    take_errors();
  }
  take_errors();
  return libssh2_channel_get_exit_status(channel_);
}

}  // namespace reconcile::sources
