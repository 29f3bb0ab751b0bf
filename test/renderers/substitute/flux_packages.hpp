#pragma once

#include <string>
#include <vector>

#include "reconcile/substitute/expand.hpp"

namespace reconcile::substitute {

/// One question to the real packages (test/peers/flux-packages).
struct PeerRequest {
  std::string mode;  ///< "expand" or "object"
  std::string text;
  Variables variables;
  bool strict = true;
};

struct PeerAnswer {
  std::string output;
  std::string error;  ///< empty where there is none
};

/// Asks all at once. Throws std::runtime_error where the program named by RECONCILE_FLUX_PACKAGES
/// does not answer each.
std::vector<PeerAnswer> ask_flux_packages(const std::vector<PeerRequest>& requests);

/// `text` as JSON carries it: invalid bytes become U+FFFD.
std::string as_json_carries(const std::string& text);

/// Content of a file of fixtures/renderers/substitute.
std::string read_fixture(const std::string& path);

}  // namespace reconcile::substitute
