#include "engine/controllers/agent_spill.hpp"

#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

void tell(const std::string& reason) {
  io::log().warning("Rendered objects stay in memory", {{"err", reason}});
}

}  // namespace

std::shared_ptr<model::SpillFile> open_spill(const std::string& data_dir) {
  try {
    return model::SpillFile::open(data_dir, tell);
  } catch (const model::Error& error) {
    tell(error.what());
    return nullptr;
  }
}

}  // namespace reconcile::engine
