#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include "reconcile/model/value.hpp"
#include "test/support/https_server.hpp"

namespace reconcile::test {

/// What an admission webhook says to one object.
struct Verdict {
  std::string refusal;     ///< the message; empty: allowed
  std::string operations;  ///< of RFC 6902, without the brackets; empty: left as it is
};

/// An admission webhook, served here and called by the API server for what is written in one
/// namespace.
class AdmissionServer {
 public:
  /// Called for the object of each review, dry runs too; from several threads.
  using Judge = std::function<Verdict(model::Value object)>;

  AdmissionServer(std::string space, Judge judge);
  /// Takes the configurations away.
  ~AdmissionServer();
  AdmissionServer(const AdmissionServer&) = delete;
  AdmissionServer& operator=(const AdmissionServer&) = delete;

  /// Registers it for these resources as the API server names them ("deployments"), of all groups.
  /// Returns when the API server calls it.
  void mutate(const std::string& resources);
  void validate(const std::string& resources);
  /// Returns when the API server no longer calls it.
  void unregister();
  /// The next reviews are judged so.
  void set_judge(Judge judge);
  /// While it is away, writes of its resources are refused: the failure policy is Fail.
  void set_away(bool away) { server_.set_away(away); }
  [[nodiscard]] std::size_t reviews() const noexcept { return reviews_; }

 private:
  std::pair<int, std::string> answer(const HttpsRequest& request);
  void enter(const std::string& kind, const std::string& resources);
  bool is_called();

  std::string space_;
  std::mutex mutex_;
  Judge judge_;
  std::atomic<std::size_t> reviews_{0};
  std::atomic<std::size_t> probes_{0};
  HttpsServer server_;
};

}  // namespace reconcile::test
