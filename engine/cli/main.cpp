#include "engine/cli/command_frame.hpp"

int main(int argc, char** argv) {
  return reconcile::engine::run_program(argc, argv);
}
