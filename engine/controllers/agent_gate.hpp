#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "engine/controllers/gate_controller.hpp"
#include "engine/controllers/gate_options.hpp"
#include "engine/controllers/root_inspection.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

struct AgentGateOptions {
  std::optional<GateOptions> gate;  ///< absent: no gate, and none may be asked for
  std::optional<RootSourceOptions> root_source;
  std::string root_path;
  std::string agent_namespace;
  std::string data_dir;
  RenderPorts ports;
};

/// The gate as the agent has it: none, with an eye on branches that ask for one; or a
/// GateController. Called on the control queue unless it says otherwise.
class AgentGate {
 public:
  AgentGate(GateServices services, kube::Client& client, io::SerialQueue& control,
            AgentGateOptions options);

  /// Reads the signing key and makes the gate, before sources and units come. Blocks; from the
  /// thread that takes up the lead. Throws Error where the configuration is not whole.
  void begin();
  void on_pass(const Unit& unit, const PassOutcome& outcome);
  void on_health(const appliers::UnitKey& key);
  void on_drift(const appliers::UnitKey& key);
  void on_removed(const appliers::UnitKey& key);
  /// See GateController::poke; ready at once where there is no gate. From any thread.
  std::shared_future<void> poke();
  /// See GateController::stop.
  void stop();

 private:
  model::SigningKey read_key() const;
  GateController* controller() const;

  GateServices services_;
  kube::Client& client_;
  io::SerialQueue& control_;
  AgentGateOptions options_;
  std::unique_ptr<RootInspection> inspection_;
  mutable std::mutex mutex_;
  std::unique_ptr<GateController> controller_;  ///< set once, guarded by mutex_
  bool stopped_ = false;                        ///< guarded by mutex_
};

}  // namespace reconcile::engine
