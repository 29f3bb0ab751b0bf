#include "test/support/git_server.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "test/support/child_process.hpp"

namespace reconcile::test {
namespace {

std::vector<std::string> git_environment() {
  const char* path = std::getenv("PATH");
  return {"PATH=" + std::string(path != nullptr ? path : "/usr/bin:/bin"),
          "HOME=/nonexistent",
          "GIT_CONFIG_NOSYSTEM=1",
          "GIT_AUTHOR_NAME=Test",
          "GIT_AUTHOR_EMAIL=test@localhost",
          "GIT_COMMITTER_NAME=Test",
          "GIT_COMMITTER_EMAIL=test@localhost",
          "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
          "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z",
          "LC_ALL=C"};
}

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string run_git(const std::string& directory, const std::vector<std::string>& arguments,
                    const std::string& input) {
  std::vector<std::string> command{"git", "-C", directory};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Child child = start_child(command, git_environment());
  write_all(child.input, input);
  ::close(child.input);
  std::string output;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(child.output, buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(child.output);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (status != 0) throw std::runtime_error("git " + arguments.at(0) + " failed: " + output);
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

GitFixture::GitFixture(std::string bare_path) : bare_(std::move(bare_path)) {
  run_git("/", {"init", "-q", "--bare", "-b", "main", bare_});
  git({"init", "-q", "-b", "main"});
  git({"remote", "add", "origin", bare_});
}

std::string GitFixture::commit(const std::vector<std::pair<std::string, std::string>>& files,
                               const std::string& branch) {
  for (const auto& [path, content] : files) work_.write(path, content);
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "-m", "Change"});
  git({"push", "-q", "--force", "origin", "HEAD:refs/heads/" + branch});
  return git({"rev-parse", "HEAD"});
}

void GitFixture::hook(const std::string& name, const std::string& script) const {
  const std::string path = bare_ + "/hooks/" + name;
  std::filesystem::create_directories(bare_ + "/hooks");
  std::ofstream(path) << "#!/bin/sh\n" << script;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

GitServer::GitServer(const std::string& root, const GitServerTls& tls) {
  std::vector<std::string> command{"python3",
                                   RECONCILE_SOURCE_DIR "/test/support/git_http_server.py", root,
                                   state_.path() + "/control", state_.path() + "/log"};
  if (!tls.cert_pem.empty()) {
    state_.write("cert.pem", tls.cert_pem);
    state_.write("key.pem", tls.key_pem);
    command.insert(command.end(),
                   {"--tls", state_.path() + "/cert.pem", state_.path() + "/key.pem"});
  }
  if (!tls.client_ca_pem.empty()) {
    state_.write("client-ca.pem", tls.client_ca_pem);
    command.insert(command.end(), {"--client-ca", state_.path() + "/client-ca.pem"});
  }
  const Child child = start_child(command, git_environment());
  pid_ = child.pid;
  ::close(child.input);
  std::string port;
  char byte = 0;
  while (::read(child.output, &byte, 1) == 1 && byte != '\n') port += byte;
  ::close(child.output);
  if (port.empty()) throw std::runtime_error("the Git server did not start");
  origin_ = (tls.cert_pem.empty() ? "http://127.0.0.1:" : "https://localhost:") + port;
}

GitServer::~GitServer() {
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

std::string GitServer::url(const std::string& path) const {
  return origin_ + "/" + path;
}

void GitServer::order(const std::string& text) const {
  state_.write("control.new", text);
  std::filesystem::rename(state_.path() + "/control.new", state_.path() + "/control");
}

std::vector<std::string> GitServer::requests() const {
  std::ifstream log(state_.path() + "/log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

}  // namespace reconcile::test
