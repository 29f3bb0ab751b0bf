#include "engine/controllers/agent_gate.hpp"

#include <utility>

#include "engine/controllers/source_credentials.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

}  // namespace

AgentGate::AgentGate(GateServices services, kube::Client& client, io::SerialQueue& control,
                     AgentGateOptions options)
    : services_(std::move(services)),
      client_(client),
      control_(control),
      options_(std::move(options)) {
}

model::SigningKey AgentGate::read_key() const {
  const GateOptions& gate = *options_.gate;
  if (!gate.signing_key_pem.empty()) return model::SigningKey::from_pem(gate.signing_key_pem);
  const std::string shown = "Secret/" + options_.agent_namespace + "/" + gate.signing_key_secret;
  const auto data =
      read_config_data(client_, "Secret", options_.agent_namespace, gate.signing_key_secret);
  const auto found = data ? data->find(std::string(signing_key_entry)) : ConfigData::iterator();
  if (!data || found == data->end()) {
    throw Error(ErrorCode::not_found, "expected the gate's signing key in " + shown + ", key " +
                                          std::string(signing_key_entry) + ", found none");
  }
  return model::SigningKey::from_pem(found->second);
}

void AgentGate::begin() {
  if (!options_.root_source) return;
  const RootSourceOptions& root = *options_.root_source;
  if (!options_.gate) {
    if (!root.directory.empty()) return;
    inspection_ = std::make_unique<RootInspection>(root.git, options_.root_path,
                                                   options_.agent_namespace, options_.ports);
    const auto objection = [this](const sources::GitOptions& options,
                                  const sources::Artifact& artifact) {
      return inspection_->objection(options, artifact);
    };
    control_.post([this, objection] { services_.sources.set_objection(objection); });
    return;
  }
  if (!root.directory.empty()) {
    throw Error(
        ErrorCode::invalid_input,
        "expected a Git repository for the root unit of a gated agent, found the directory " +
            root.directory);
  }
  const model::SigningKey key = read_key();
  GateJudgeOptions judge;
  judge.gate = *options_.gate;
  judge.root = root.git;
  judge.root_path = options_.root_path;
  judge.agent_namespace = options_.agent_namespace;
  judge.data_dir = options_.data_dir;
  judge.ports = options_.ports;
  judge.may_write = services_.may_write;
  auto made = std::make_unique<GateController>(services_, control_, std::move(judge), key);
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  controller_ = std::move(made);
  control_.post([this, digest_key = render_digest_key(key)] {
    services_.sources.set_gate(controller_.get());
    services_.units.set_digest_key(digest_key);
    controller_->start();
  });
}

GateController* AgentGate::controller() const {
  const std::lock_guard lock(mutex_);
  return controller_.get();
}

void AgentGate::on_pass(const Unit& unit, const PassOutcome& outcome) {
  if (GateController* gate = controller()) gate->on_pass(unit, outcome);
}
void AgentGate::on_health(const appliers::UnitKey& key) {
  if (GateController* gate = controller()) gate->on_health(key);
}
void AgentGate::on_drift(const appliers::UnitKey& key) {
  if (GateController* gate = controller()) gate->on_drift(key);
}
void AgentGate::on_removed(const appliers::UnitKey& key) {
  if (GateController* gate = controller()) gate->on_removed(key);
}

std::shared_future<void> AgentGate::poke() {
  if (GateController* gate = controller()) return gate->poke();
  std::promise<void> ready;
  ready.set_value();
  return ready.get_future().share();
}

void AgentGate::stop() {
  GateController* gate = nullptr;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    gate = controller_.get();
  }
  if (gate != nullptr) gate->stop();
}

}  // namespace reconcile::engine
