#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/cli/git_access.hpp"
#include "engine/controllers/gate_options.hpp"

namespace reconcile::engine {

/// What `reconcile controller` is told about gates.
struct GateFlags {
  std::string environment;
  std::string cluster;
  std::string evidence_repository;
  GitAccessFlags evidence;
  std::string signing_key_file;
  std::string signing_key_secret;
  std::vector<std::string> root_keys;
  std::string bootstrap;
  std::string clock_tolerance = "1m";
};

void add_gate_flags(CLI::App& app, GateFlags& flags);

/// Absent where --environment is not set. Throws Error(invalid_input) naming the flag that is
/// missing, wrong or without effect.
std::optional<GateOptions> gate_options(const GateFlags& flags);

/// A key as text, or the name of a file that holds one. Throws Error(invalid_input).
model::PublicKey read_public_key(const std::string& text_or_file);

}  // namespace reconcile::engine
