#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "engine/scheduler/work_pool.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

/// What a Secret says: its `token`, or why there is none.
struct SecretToken {
  std::string token;    ///< never empty where `problem` is
  std::string problem;  ///< as notification-controller 1.9.3 says it; empty where there is a token
  bool operator==(const SecretToken&) const = default;
};

/// Namespace and name of a Secret.
using SecretName = std::pair<std::string, std::string>;

/// Keeps the tokens of named Secrets current: up to `watches_max` of them by a watch each, which
/// asks for that name alone, the others by reading them every ten minutes. Safe from any thread.
class TokenWatches {
 public:
  static constexpr std::size_t watches_max = 48;
  /// Hears of the first state and of each that differs; from any thread.
  using OnToken = std::function<void(const SecretName& secret, const SecretToken& token)>;

  /// All must outlive the watches; `pool` reads the Secrets that have no watch.
  TokenWatches(kube::Client& client, io::Executor& executor, WorkPool& pool, OnToken on_token);
  /// As `stop`.
  ~TokenWatches();
  TokenWatches(const TokenWatches&) = delete;
  TokenWatches& operator=(const TokenWatches&) = delete;

  /// Begins to watch `secret`; nothing where that is done already.
  void want(const SecretName& secret);
  /// Ends the watches of all Secrets that are not in `wanted`. Not from a callback.
  void keep_only(const std::set<SecretName>& wanted);
  void stop();

 private:
  struct Entry;
  void watch(const SecretName& secret, const std::shared_ptr<Entry>& entry);
  void read(const SecretName& secret);
  void read_later(const SecretName& secret);
  void tell(const SecretName& secret, const std::shared_ptr<Entry>& entry, SecretToken token);

  kube::Client& client_;
  io::Executor& executor_;
  WorkPool& pool_;
  const OnToken on_token_;
  std::mutex mutex_;
  std::map<SecretName, std::shared_ptr<Entry>> entries_;
  bool stopped_ = false;
};

}  // namespace reconcile::engine
