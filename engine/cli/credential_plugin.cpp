// Runs the `exec` credential plug-in of a kubeconfig, as kubectl 1.36 does. It is the only place in
// the code base that starts a program, and only commands for people link to it through
// ClusterAccess.

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include "engine/cli/cluster_access.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t output_bytes_max = 1U << 20U;
constexpr milliseconds credential_plugin_limit(60'000);

/// Whether the plug-in has an own variable of the name in "NAME=value".
bool is_replaced(const kube::ExecCommand& command, std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::any_of(command.environment.begin(), command.environment.end(),
                     [name](const auto& own) { return own.first == name; });
}

/// The environment of this process with the plug-in's own variables in place of ours.
std::vector<std::string> environment_of(const kube::ExecCommand& command) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : command.environment) variables.push_back(name + "=" + value);
  std::string info =
      R"({"kind":"ExecCredential","apiVersion":")" + command.api_version + R"(","spec":{)";
  if (!command.cluster_info_json.empty()) info += R"("cluster":)" + command.cluster_info_json + ",";
  variables.push_back("KUBERNETES_EXEC_INFO=" + info + R"("interactive":false}})");
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (!is_replaced(command, *variable)) variables.emplace_back(*variable);
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Reads until the other side closes or the limit of bytes is reached; false where time ran out.
bool read_all(int descriptor, steady_clock::time_point deadline, std::string& output) {
  std::array<char, 4096> buffer{};
  while (output.size() < output_bytes_max) {
    const auto left = duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready == 0) return false;
    if (ready < 0) continue;
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return true;
}

/// Waits for the end of `child`, which may have closed its output long before; kills it at the
/// deadline. Absent where that was needed.
std::optional<int> wait_for(pid_t child, steady_clock::time_point deadline) {
  int status = 0;
  while (steady_clock::now() < deadline) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) return -1;
    ::poll(nullptr, 0, 5);
  }
  ::kill(child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return std::nullopt;
}

std::string run(const kube::ExecCommand& command, milliseconds limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(ErrorCode::internal, "cannot make a pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.begin(), command.command);
  std::vector<std::string> variables = environment_of(command);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, command.command.c_str(), &actions, nullptr,
                                    pointers_to(arguments).data(), pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    throw Error(ErrorCode::unauthorized,
                "cannot run credential plug-in " + command.command + ": " + std::strerror(failed) +
                    (command.install_hint.empty() ? "" : "\n" + command.install_hint));
  }
  const steady_clock::time_point deadline = steady_clock::now() + limit;
  std::string output;
  const bool in_time = read_all(ends[0], deadline, output);
  ::close(ends[0]);
  const std::optional<int> status = wait_for(child, in_time ? deadline : steady_clock::now());
  if (!status) {
    throw Error(ErrorCode::unauthorized, "credential plug-in " + command.command +
                                             " did not end within " +
                                             std::to_string(limit.count()) + " ms");
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return output;
  throw Error(
      ErrorCode::unauthorized,
      "credential plug-in " + command.command + " failed with " +
          (WIFEXITED(*status) ? "exit code " + std::to_string(WEXITSTATUS(*status)) : "a signal"));
}

/// The answer as JSON. An error does not quote it: there may be a token in it.
model::Document parse_answer(const kube::ExecCommand& command, const std::string& output) {
  try {
    return model::parse_json(output);
  } catch (const Error&) {
    throw Error(ErrorCode::unauthorized, "credential plug-in " + command.command +
                                             " answered no JSON, expected an ExecCredential");
  }
}

}  // namespace

kube::ExecCredential run_credential_plugin(const kube::ExecCommand& command) {
  return run_plugin_within(command, credential_plugin_limit);
}

kube::ExecCredential run_plugin_within(const kube::ExecCommand& command, milliseconds limit) {
  const model::Document answer = parse_answer(command, run(command, limit));
  const model::Value status = answer["status"];
  kube::ExecCredential credential;
  credential.credential.token = status["token"].text();
  credential.credential.client_cert_pem = status["clientCertificateData"].text();
  credential.credential.client_key_pem = status["clientKeyData"].text();
  if (credential.credential.token.empty() && credential.credential.client_cert_pem.empty()) {
    throw Error(ErrorCode::unauthorized,
                "credential plug-in " + command.command +
                    " answered neither status.token nor a client certificate");
  }
  if (status["expirationTimestamp"].is_string()) {
    credential.expires = model::parse_rfc3339(status["expirationTimestamp"].text());
  }
  return credential;
}

}  // namespace reconcile::engine
