#include "test/support/ssh_server.hpp"

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

namespace fs = std::filesystem;

std::vector<std::string> environment() {
  const char* path = std::getenv("PATH");
  return {"PATH=" + std::string(path != nullptr ? path : "/usr/bin:/bin"), "LC_ALL=C"};
}

std::string run(const std::vector<std::string>& command) {
  const Child child = start_child(command, environment());
  ::close(child.input);
  std::string output;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(child.output, buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(child.output);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (status != 0) throw std::runtime_error(command.at(0) + " failed: " + output);
  return output;
}

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(socket, generic, size) == 0;
  if (!bound || ::getsockname(socket, generic, &size) != 0) {
    throw std::runtime_error("no free port");
  }
  ::close(socket);
  return ntohs(address.sin_port);
}

}  // namespace

SshKeyPair make_ssh_key(const std::string& type, const std::string& passphrase,
                        const std::string& format) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/key";
  std::vector<std::string> command{"ssh-keygen", "-q", "-t", type, "-N", passphrase,
                                   "-C",         "",   "-f", path, "-m", format};
  if (type == "rsa") command.insert(command.end(), {"-b", "2048"});
  run(command);
  std::istringstream line(slurp(path + ".pub"));
  std::string name;
  std::string base64;
  line >> name >> base64;
  std::istringstream shown(run({"ssh-keygen", "-l", "-f", path + ".pub"}));
  std::string bits;
  std::string fingerprint;
  shown >> bits >> fingerprint;
  return {slurp(path), name + " " + base64, fingerprint};
}

SshServer::SshServer(const SshKeyPair& client, const std::string& host_key)
    : host_key_(make_ssh_key(host_key)), user_(::getpwuid(::getuid())->pw_name) {
  state_.write("host_key", host_key_.private_key);
  fs::permissions(state_.path() + "/host_key", fs::perms::owner_read | fs::perms::owner_write);
  state_.write("authorized_keys", client.public_key + "\n");
  order("");
  if (::getuid() == 0) ::mkdir("/run/sshd", 0755);  // sshd asks for it as root
  for (int attempts = 0; attempts < 5; ++attempts) {
    port_ = free_port();
    if (start()) return;
  }
  throw std::runtime_error("sshd did not start");
}

/// Whether sshd says that it listens; another program may have taken the port meanwhile.
bool SshServer::start() {
  state_.write("config", "ListenAddress 127.0.0.1:" + std::to_string(port_) + "\nHostKey " +
                             state_.path() + "/host_key\nAuthorizedKeysFile " + state_.path() +
                             "/authorized_keys\nForceCommand /bin/sh " + state_.path() +
                             "/script\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                             "KbdInteractiveAuthentication no\nPidFile none\n"
                             "PermitRootLogin yes\nMaxStartups 100\n");
  const Child child = start_child({"/usr/sbin/sshd", "-D", "-e", "-f", state_.path() + "/config"},
                                  environment(), ChildErrors::output);
  ::close(child.input);
  std::string line;
  char byte = 0;
  while (::read(child.output, &byte, 1) == 1) {
    line += byte;
    if (byte != '\n') continue;
    if (line.starts_with("Server listening on")) {
      pid_ = child.pid;
      output_ = child.output;
      return true;
    }
    line.clear();
  }
  ::close(child.output);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  return false;
}

SshServer::~SshServer() {
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ::close(output_);
}

std::string SshServer::url(const std::string& path) const {
  return "ssh://" + user_ + "@" + place() + path;
}

std::string SshServer::known_hosts() const {
  return "[127.0.0.1]:" + std::to_string(port_) + " " + host_key_.public_key + "\n";
}

void SshServer::order(const std::string& script) const {
  state_.write("script.new", script.empty() ? "exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n" : script);
  fs::rename(state_.path() + "/script.new", state_.path() + "/script");
}

}  // namespace reconcile::test
