#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "test/support/temporary_directory.hpp"

namespace reconcile::test {

/// The program under test: $RECONCILE_BINARY, else the release build's.
std::string program_path();

/// What a program that ran to its end left.
struct Finished {
  int code = -1;  ///< -1 where a signal or the time limit ended it
  std::string output;
  long peak_kib = 0;  ///< resident memory at its highest
  double seconds = 0;
};
/// Runs `command` to its end, or ends it after `limit`. Output and errors come together.
Finished run_program(const std::vector<std::string>& command,
                     std::chrono::milliseconds limit = std::chrono::seconds(60));

/// A running `reconcile controller` on a free port. Ended with its owner, whatever happens.
class AgentProcess {
 public:
  /// `arguments` follow `controller`; port and data directory are added. The data directory must
  /// outlive the process.
  AgentProcess(const std::vector<std::string>& arguments, std::string data_directory);
  /// A running `reconcile receiver` with `arguments`.
  explicit AgentProcess(const std::vector<std::string>& arguments);
  ~AgentProcess();
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  /// Waits until /readyz answers 200; throws with the log where it does not.
  void wait_ready();
  /// SIGTERM; answers the exit code, -1 where it had to be killed after `limit`.
  int stop(std::chrono::milliseconds limit = std::chrono::seconds(15));
  /// SIGKILL.
  void kill();
  void signal(int number) const;
  /// Waits until it ends by itself; answers the exit code, -1 where it had to be killed after
  /// `limit`.
  int wait_end(std::chrono::milliseconds limit = std::chrono::seconds(30));
  [[nodiscard]] bool running();
  [[nodiscard]] int pid() const noexcept { return pid_; }

  /// Status code and body of GET on the probes' port; 0 where nobody answers.
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path);
  /// Sum over the series of a counter or gauge in /metrics whose line starts with `series`.
  [[nodiscard]] double metric(const std::string& series);
  [[nodiscard]] std::vector<std::string> log_lines() const;
  /// The lines that contain all of `words`.
  [[nodiscard]] std::vector<std::string> log_with(const std::vector<std::string>& words) const;
  /// The last lines, for messages.
  [[nodiscard]] std::string log_tail(std::size_t lines = 25) const;
  [[nodiscard]] long resident_kib() const;
  [[nodiscard]] long peak_kib() const;

 private:
  std::uint16_t port();
  TemporaryDirectory state_;
  int pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace reconcile::test
