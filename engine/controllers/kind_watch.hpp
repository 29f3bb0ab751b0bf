#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/scheduler/work_pool.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

/// What a KindWatch tells, one at a time and in order. What is gone while nobody watched is told
/// too.
struct KindHandlers {
  std::function<void(const model::Document& object)> upsert;
  std::function<void(const std::string& namespace_name, const std::string& name)> erase;
  /// A list is complete: all that is there was told. May be empty.
  std::function<void()> listed = {};
};

/// Watches all objects of a kind that may not be served yet: it is looked for again, 5 seconds to a
/// minute apart. Safe from any thread.
class KindWatch {
 public:
  /// All must outlive the watch; `pool` looks kinds up.
  KindWatch(kube::Client& client, io::Executor& executor, WorkPool& pool, model::Gvk gvk,
            KindHandlers handlers);
  /// As `stop`.
  ~KindWatch();
  KindWatch(const KindWatch&) = delete;
  KindWatch& operator=(const KindWatch&) = delete;

  void start();
  /// No handler runs after it returns.
  void stop();
  /// Whether the first list is complete.
  [[nodiscard]] bool synced() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace reconcile::engine
