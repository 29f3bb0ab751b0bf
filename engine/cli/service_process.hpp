#pragma once

#include <string>

namespace CLI {
class App;
}

namespace reconcile::engine {

/// The log flags of commands that run until they are told to end.
struct ServiceLogFlags {
  std::string level = "info";
  std::string format = "json";
};

/// Adds --log-level and --log-format.
void add_log_flags(CLI::App& app, ServiceLogFlags& flags);
/// Sets the process's log up. Throws Error(invalid_input) naming the flag.
void configure_service_log(const ServiceLogFlags& flags);

/// SIGINT and SIGTERM, blocked in the thread that makes it and all threads that this starts later,
/// so that they can be waited for. SIGPIPE is ignored from then on.
class EndSignal {
 public:
  EndSignal();
  /// Waits for one of them; answers which.
  int wait() const;
};

}  // namespace reconcile::engine
