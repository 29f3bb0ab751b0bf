#pragma once

#include <curl/curl.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/io/connection_silence.hpp"
#include "base/io/curl_easy.hpp"
#include "reconcile/io/http_client.hpp"

namespace reconcile::io {

struct LaneOptions {
  HttpLane lane = HttpLane::requests;
  long connections_a_host_max = 0;  ///< 0 = no limit
  long streams_a_connection_max = 100;
  long idle_connections_max = 16;
  std::atomic<long>* sockets_opened = nullptr;  ///< counts them
  /// A connection of this lane was given up: it told nothing since that time.
  std::function<void(model::SteadyTime)> on_dead = {};
};

/// One curl multi handle whose sockets and timer live on an Asio loop. Everything on the loop
/// thread.
class CurlLane final : public SocketObserver {
 public:
  /// `on_done` hears of each handle that ended, after it left the multi.
  CurlLane(boost::asio::io_context& context, const LaneOptions& options,
           std::function<void(CURL*, CURLcode)> on_done);
  ~CurlLane() override;
  CurlLane(const CurlLane&) = delete;
  CurlLane& operator=(const CurlLane&) = delete;

  void add(CURL* easy);
  /// Takes a handle out without telling `on_done`.
  void remove(CURL* easy);
  /// Goes on with a paused handle.
  void resume(CURL* easy);
  /// Gives the connections up on which nothing came after `time`.
  void end_unheard_after(model::SteadyTime time);

 private:
  struct Socket;

  static int socket_callback(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int timer_callback(CURLM* multi, long timeout_ms, void* self);
  void watch_socket(curl_socket_t fd, int what);
  void forget_socket(curl_socket_t fd);
  void arm(const std::shared_ptr<Socket>& socket);
  void wait_for(const std::shared_ptr<Socket>& socket, bool writing);
  void set_deadline(long timeout_ms);
  void arm_timer();
  void look_at_deadline();
  void act(curl_socket_t fd, int mask);
  void take_finished();
  void opened(curl_socket_t socket) override;
  void closed(curl_socket_t socket) override;
  void note_user(CURL* easy, curl_socket_t socket);
  void judge_connection(CURL* easy);

  boost::asio::io_context& context_;
  const LaneOptions options_;
  boost::asio::steady_timer timer_;
  std::optional<model::SteadyTime> deadline_;     ///< when curl wants to be called at the latest
  std::optional<model::SteadyTime> armed_until_;  ///< when the timer fires; absent: it is not set
  std::function<void(CURL*, CURLcode)> on_done_;
  std::map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
  std::map<CURL*, curl_socket_t> carriers_;  ///< where each transfer last was
  ConnectionSilence silence_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  CURLM* multi_;
};

}  // namespace reconcile::io
