#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/controllers/receiver_trigger.hpp"
#include "engine/controllers/status_queue.hpp"
#include "engine/controllers/token_watches.hpp"
#include "engine/server/webhook_table.hpp"

namespace reconcile::engine {

struct ReceiverServices {
  TriggerServices trigger;
  StatusQueue& statuses;
  TokenWatches& tokens;
  WebhookTable& table;
};

/// Turns Receiver objects into served paths and writes their statuses as notification-controller
/// 1.9.3 does. Several processes may do so for the same objects: they say the same. Every member is
/// called on one serial queue.
class ReceiverController {
 public:
  explicit ReceiverController(ReceiverServices services);
  ~ReceiverController();
  ReceiverController(const ReceiverController&) = delete;
  ReceiverController& operator=(const ReceiverController&) = delete;

  /// A Receiver was added or changed.
  void upsert(const model::Document& object);
  void remove(const std::string& namespace_name, const std::string& name);
  /// What a Secret says changed, or is known now.
  void on_token(const SecretName& secret, const SecretToken& token);
  void stop();

 private:
  struct State;
  void judge(State& state);
  void serve(State& state, const std::string& path, const std::string& obstacle);
  void rest(State& state, const std::string& obstacle);
  void withdraw(State& state);
  void fail_for_good(State& state, const std::string& reason, const std::string& problem);
  void fail_for_now(State& state, const std::string& problem);
  void succeed(State& state, const std::string& path);
  void write_status(State& state);
  void drop_finalizer(const State& state) const;
  void forget_unused_tokens();

  const ReceiverServices services_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<State>> receivers_;
  std::map<SecretName, SecretToken> tokens_;
};

}  // namespace reconcile::engine
