#include "base/io/curl_lane.hpp"

#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <new>

// Curl says which sockets it wants to hear of (socket_callback) and when it wants to be called at
// the latest (timer_callback); the lane waits for both on the loop and tells curl (act). Curl owns
// the sockets: a descriptor is released, never closed, when curl lets go of it.
namespace reconcile::io {
namespace {

/// A connection is given up where a request on it got no answer and nothing else came for so long.
/// Watches may rightly be silent for a minute, until the next bookmark.
constexpr std::chrono::seconds silence_of_requests_max{4};
constexpr std::chrono::seconds silence_of_watches_max{90};

model::SteadyTime now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

struct CurlLane::Socket {
  Socket(boost::asio::io_context& context, curl_socket_t f) : descriptor(context), fd(f) {}
  ~Socket() {
    if (descriptor.is_open()) descriptor.release();
  }

  boost::asio::posix::stream_descriptor descriptor;
  curl_socket_t fd;
  int wanted = 0;
  bool reading = false;
  bool writing = false;
  bool gone = false;
};

CurlLane::CurlLane(boost::asio::io_context& context, const LaneOptions& options,
                   std::function<void(CURL*, CURLcode)> on_done)
    : context_(context),
      options_(options),
      timer_(context),
      on_done_(std::move(on_done)),
      multi_((require_curl(), curl_multi_init())) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLane::socket_callback);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLane::timer_callback);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options.idle_connections_max);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options.connections_a_host_max);
  if (options.lane == HttpLane::streams) {
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  } else {
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, options.streams_a_connection_max);
  }
}

CurlLane::~CurlLane() {
  *alive_ = false;
  curl_multi_cleanup(multi_);
  for (auto& [fd, socket] : sockets_) {
    socket->gone = true;
    if (socket->descriptor.is_open()) socket->descriptor.release();
  }
}

void CurlLane::add(CURL* easy) {
  curl_multi_add_handle(multi_, easy);
}

void CurlLane::remove(CURL* easy) {
  judge_connection(easy);
  curl_multi_remove_handle(multi_, easy);
  take_finished();
}

void CurlLane::resume(CURL* easy) {
  curl_easy_pause(easy, CURLPAUSE_CONT);
  take_finished();
}

int CurlLane::socket_callback(CURL* easy, curl_socket_t fd, int what, void* self, void*) {
  auto& lane = *static_cast<CurlLane*>(self);
  if (what != CURL_POLL_REMOVE) lane.note_user(easy, fd);
  if (what == CURL_POLL_REMOVE) {
    lane.forget_socket(fd);
  } else {
    lane.watch_socket(fd, what);
  }
  return 0;
}

int CurlLane::timer_callback(CURLM*, long timeout_ms, void* self) {
  static_cast<CurlLane*>(self)->set_deadline(timeout_ms);
  return 0;
}

// Curl sets its deadline several times a request. A timer that fires early and is set again costs
// less than one that follows each of them.
void CurlLane::set_deadline(long timeout_ms) {
  if (timeout_ms < 0) {
    deadline_.reset();
    return;
  }
  deadline_ = now() + std::chrono::milliseconds(timeout_ms);
  if (timeout_ms == 0) {
    boost::asio::post(context_, [this, alive = alive_] {
      if (*alive) look_at_deadline();
    });
  } else if (!armed_until_ || *armed_until_ > *deadline_) {
    arm_timer();
  }
}

void CurlLane::arm_timer() {
  armed_until_ = deadline_;
  timer_.expires_at(*deadline_);
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (error || !*alive) return;
    armed_until_.reset();
    look_at_deadline();
  });
}

void CurlLane::look_at_deadline() {
  if (!deadline_) return;
  if (now() < *deadline_) {
    if (!armed_until_) arm_timer();
    return;
  }
  deadline_.reset();
  act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlLane::watch_socket(curl_socket_t fd, int what) {
  std::shared_ptr<Socket>& socket = sockets_[fd];
  if (!socket) {
    socket = std::make_shared<Socket>(context_, fd);
    boost::system::error_code error;
    socket->descriptor.assign(fd, error);
  }
  socket->wanted = what;
  arm(socket);
}

void CurlLane::forget_socket(curl_socket_t fd) {
  const auto found = sockets_.find(fd);
  if (found == sockets_.end()) return;
  found->second->gone = true;
  if (found->second->descriptor.is_open()) found->second->descriptor.release();
  sockets_.erase(found);
}

void CurlLane::arm(const std::shared_ptr<Socket>& socket) {
  if ((socket->wanted & CURL_POLL_IN) != 0 && !socket->reading) wait_for(socket, false);
  if ((socket->wanted & CURL_POLL_OUT) != 0 && !socket->writing) wait_for(socket, true);
}

void CurlLane::wait_for(const std::shared_ptr<Socket>& socket, bool writing) {
  using boost::asio::posix::stream_descriptor;
  bool& pending = writing ? socket->writing : socket->reading;
  pending = true;
  const auto kind = writing ? stream_descriptor::wait_write : stream_descriptor::wait_read;
  socket->descriptor.async_wait(
      kind, [this, alive = alive_, socket, writing](const boost::system::error_code& error) {
        (writing ? socket->writing : socket->reading) = false;
        if (!*alive || socket->gone) return;
        if (!writing) silence_.heard(socket->fd, now());
        const int wanted = writing ? CURL_POLL_OUT : CURL_POLL_IN;
        if (error) {
          act(socket->fd, CURL_CSELECT_ERR);
          return;
        }
        if ((socket->wanted & wanted) != 0) {
          act(socket->fd, writing ? CURL_CSELECT_OUT : CURL_CSELECT_IN);
        }
        if (*alive && !socket->gone) arm(socket);
      });
}

void CurlLane::act(curl_socket_t fd, int mask) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, mask, &running);
  take_finished();
}

void CurlLane::take_finished() {
  const auto alive = alive_;
  int left = 0;
  while (*alive) {
    const CURLMsg* message = curl_multi_info_read(multi_, &left);
    if (message == nullptr) return;
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    if (code == CURLE_OPERATION_TIMEDOUT) judge_connection(easy);
    carriers_.erase(easy);
    curl_multi_remove_handle(multi_, easy);
    on_done_(easy, code);
  }
}

void CurlLane::opened(curl_socket_t socket) {
  if (options_.sockets_opened != nullptr) ++*options_.sockets_opened;
  silence_.opened(socket, now());
}

void CurlLane::closed(curl_socket_t socket) {
  silence_.closed(socket);
}

void CurlLane::note_user(CURL* easy, curl_socket_t socket) {
  const auto [found, is_new] = carriers_.emplace(easy, socket);
  if (!is_new && found->second == socket) return;
  found->second = socket;
  silence_.asked(socket, now());
}

// Called where a transfer ends without an answer. Ending the connection for both directions is how
// curl hears of it: what else waits on it fails now and is asked again on another one.
void CurlLane::judge_connection(CURL* easy) {
  const auto carrier = carriers_.find(easy);
  if (carrier == carriers_.end()) return;
  const curl_socket_t socket = carrier->second;
  carriers_.erase(carrier);
  if (options_.lane == HttpLane::streams) return;
  const auto limit =
      options_.lane == HttpLane::watches ? silence_of_watches_max : silence_of_requests_max;
  const auto since = silence_.silent_since(socket);
  if (!since || now() - *since < limit) return;
  silence_.closed(socket);
  ::shutdown(socket, SHUT_RDWR);
  if (options_.on_dead) options_.on_dead(*since);
}

void CurlLane::end_unheard_after(model::SteadyTime time) {
  for (const int socket : silence_.unheard_after(time)) {
    silence_.closed(socket);
    ::shutdown(socket, SHUT_RDWR);
  }
}

}  // namespace reconcile::io
