#include "test/integration/agent_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reconcile/io/blocking_http.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/cluster.hpp"

extern char** environ;  // NOLINT: POSIX says that this is how it is declared

namespace reconcile::test {
namespace {

/// Starts `command` with its output and errors in the file `output`.
int spawn(const std::vector<std::string>& command, const std::string& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int pid = -1;
  const int error =
      ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + command.at(0));
  return pid;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

long status_kib(int pid, const std::string& key) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) return std::stol(line.substr(key.size() + 1));
  }
  return 0;
}

}  // namespace

std::string program_path() {
  const char* path = std::getenv("RECONCILE_BINARY");
  return path != nullptr ? path : RECONCILE_SOURCE_DIR "/build/release/bin/reconcile";
}

Finished run_program(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  const TemporaryDirectory state;
  const std::string path = state.path() + "/output";
  const auto start = std::chrono::steady_clock::now();
  const int pid = spawn(command, path);
  Finished finished;
  int status = 0;
  rusage usage{};
  const bool ended =
      eventually([&] { return ::wait4(pid, &status, WNOHANG, &usage) == pid; }, limit);
  if (!ended) {
    ::kill(pid, SIGKILL);
    ::wait4(pid, &status, 0, &usage);
  }
  finished.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  finished.code = ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  finished.peak_kib = usage.ru_maxrss;
  finished.output = file_text(path);
  return finished;
}

AgentProcess::AgentProcess(const std::vector<std::string>& arguments, std::string data_directory) {
  std::vector<std::string> command{program_path(), "controller", "--listen-address=127.0.0.1",
                                   "--listen-port=0", "--data-dir=" + std::move(data_directory)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  pid_ = spawn(command, state_.path() + "/log");
}

AgentProcess::AgentProcess(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{program_path(), "receiver", "--listen-address=127.0.0.1",
                                   "--listen-port=0"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  pid_ = spawn(command, state_.path() + "/log");
}

AgentProcess::~AgentProcess() {
  kill();
}

bool AgentProcess::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = -1;
  return false;
}

void AgentProcess::wait_ready() {
  const bool ready = eventually([this] { return !running() || get("/readyz").first == 200; });
  if (!ready || !running()) throw std::runtime_error("the agent is not ready:\n" + log_tail());
}

int AgentProcess::stop(std::chrono::milliseconds limit) {
  if (pid_ < 0) return -1;
  signal(SIGTERM);
  return wait_end(limit);
}

void AgentProcess::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int AgentProcess::wait_end(std::chrono::milliseconds limit) {
  if (pid_ < 0) return -1;
  int status = 0;
  if (!eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, limit)) {
    kill();
    return -1;
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void AgentProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::uint16_t AgentProcess::port() {
  if (port_ != 0) return port_;
  for (const std::string& line : log_with({" started\"", "\"listen\""})) {
    const model::Document entry = model::parse_json(line);
    const std::string listen(entry["listen"].text());
    port_ = static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
  }
  return port_;
}

std::pair<int, std::string> AgentProcess::get(const std::string& path) {
  if (port() == 0) return {};
  io::HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
  try {
    io::BlockingHttp http;
    const io::HttpResponse response = http.open(request);
    return {response.status, http.read_all()};
  } catch (const model::Error&) {
    return {};
  }
}

double AgentProcess::metric(const std::string& series) {
  std::istringstream lines(get("/metrics").second);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series)) sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

std::vector<std::string> AgentProcess::log_lines() const {
  std::ifstream log(state_.path() + "/log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) {
    if (!log.eof()) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> AgentProcess::log_with(const std::vector<std::string>& words) const {
  std::vector<std::string> lines = log_lines();
  std::erase_if(lines, [&](const std::string& line) {
    return !std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return line.find(word) != std::string::npos;
    });
  });
  return lines;
}

std::string AgentProcess::log_tail(std::size_t count) const {
  const std::vector<std::string> lines = log_lines();
  std::string text;
  for (std::size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) {
    text += lines[i] + "\n";
  }
  return text;
}

long AgentProcess::resident_kib() const {
  return status_kib(pid_, "VmRSS");
}

long AgentProcess::peak_kib() const {
  return status_kib(pid_, "VmHWM");
}

}  // namespace reconcile::test
