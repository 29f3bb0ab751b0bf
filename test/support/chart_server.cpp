#include "test/support/chart_server.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "test/support/child_process.hpp"

namespace reconcile::test {

ChartServer::ChartServer(const std::string& root, const TestCertificate& tls,
                         const std::vector<std::string>& flags)
    : is_secure_(!tls.cert_pem.empty()) {
  std::vector<std::string> command{"python3", RECONCILE_SOURCE_DIR "/test/support/chart_server.py",
                                   root, state_.path() + "/log"};
  command.insert(command.end(), flags.begin(), flags.end());
  if (is_secure_) {
    state_.write("cert.pem", tls.cert_pem);
    state_.write("key.pem", tls.key_pem);
    command.insert(command.end(),
                   {"--tls", state_.path() + "/cert.pem", state_.path() + "/key.pem"});
  }
  const char* path = std::getenv("PATH");
  const Child child = start_child(command, {std::string("PATH=") + (path == nullptr ? "" : path)});
  pid_ = child.pid;
  ::close(child.input);
  std::string port;
  char byte = 0;
  while (::read(child.output, &byte, 1) == 1 && byte != '\n') port += byte;
  ::close(child.output);
  if (port.empty()) throw std::runtime_error("the chart server did not start");
  host_ = "localhost:" + port;
}

ChartServer::~ChartServer() {
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

std::vector<std::string> ChartServer::requests() const {
  std::ifstream log(state_.path() + "/log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

}  // namespace reconcile::test
