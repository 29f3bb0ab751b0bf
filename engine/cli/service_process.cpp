#include "engine/cli/service_process.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <optional>

#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

sigset_t end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void add_log_flags(CLI::App& app, ServiceLogFlags& flags) {
  app.add_option("--log-level", flags.level, "debug, info, warning, error");
  app.add_option("--log-format", flags.format, "json or text")
      ->check(CLI::IsMember({"json", "text"}));
}

void configure_service_log(const ServiceLogFlags& flags) {
  const std::optional<io::LogLevel> level = io::parse_log_level(flags.level);
  if (!level) {
    throw model::Error(
        model::ErrorCode::invalid_input,
        "expected debug, info, warning or error in --log-level, found \"" + flags.level + "\"");
  }
  io::LogOptions options;
  options.level = *level;
  options.format = flags.format == "text" ? io::LogFormat::text : io::LogFormat::json;
  io::configure_log(options);
}

EndSignal::EndSignal() {
  const sigset_t signals = end_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int EndSignal::wait() const {
  const sigset_t signals = end_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

}  // namespace reconcile::engine
