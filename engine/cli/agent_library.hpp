#pragma once

namespace reconcile::engine {

/// Opens libreconcile_agent.so beside the program (../lib, or the program's own folder) and runs
/// its reconcile_agent_main. Prints why where it cannot be opened. Only commands that need a
/// cluster or a source come here, so that the others start without its libraries.
int run_in_agent_library(int argc, char** argv);

}  // namespace reconcile::engine
