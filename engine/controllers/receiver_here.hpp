#pragma once

#include <functional>
#include <string>

#include "engine/controllers/receiver_trigger.hpp"
#include "engine/controllers/source_controller.hpp"
#include "engine/controllers/unit_controller.hpp"

namespace reconcile::engine {

/// The agent's parts that webhooks trigger. All must outlive the receivers.
struct DrivenHere {
  io::SerialQueue& control;
  SourceController& sources;
  UnitController& units;
  std::string agent_namespace;
  bool has_root_source = false;
  std::function<bool()> drives;  ///< whether this process drives anything now; from any thread
};

/// Triggers sources and units of this process without a way through the API server.
TriggerHere trigger_driven(DrivenHere driven);

}  // namespace reconcile::engine
