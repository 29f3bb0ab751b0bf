#include "test/support/line_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace reconcile::test {
namespace {

std::vector<std::string> own_environment() {
  std::vector<std::string> words;
  for (char** word = environ; *word != nullptr; ++word) words.emplace_back(*word);
  return words;
}

}  // namespace

LineProgram::LineProgram(const std::vector<std::string>& command)
    : child_(start_child(command, own_environment())) {
  // A program that has ended is told by the write, not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  ::fcntl(child_.input, F_SETFL, ::fcntl(child_.input, F_GETFL) | O_NONBLOCK);
}

LineProgram::~LineProgram() {
  ::close(child_.input);
  ::close(child_.output);
  ::kill(child_.pid, SIGTERM);
  ::waitpid(child_.pid, nullptr, 0);
}

void LineProgram::read_some(std::vector<std::string>& answers) {
  char buffer[1U << 16U];
  const ssize_t count = ::read(child_.output, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return;
  if (count <= 0) throw std::runtime_error("expected an answer, but the program has ended");
  std::size_t start = 0;
  const std::string_view text(buffer, static_cast<std::size_t>(count));
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', start)) {
    partial_ += text.substr(start, end - start);
    answers.push_back(std::move(partial_));
    partial_.clear();
    start = end + 1;
  }
  partial_ += text.substr(start);
}

std::vector<std::string> LineProgram::ask(const std::vector<std::string>& lines,
                                          std::chrono::milliseconds silence_max) {
  std::string input;
  for (const std::string& line : lines) input += line + "\n";
  std::size_t written = 0;
  std::vector<std::string> answers;
  while (answers.size() < lines.size()) {
    pollfd ends[] = {{child_.output, POLLIN, 0}, {child_.input, POLLOUT, 0}};
    const int ready =
        ::poll(ends, written < input.size() ? 2 : 1, static_cast<int>(silence_max.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) throw std::runtime_error("expected an answer of a program that is silent");
    if (written < input.size() && ends[1].revents != 0) {
      const ssize_t count = ::write(child_.input, input.data() + written, input.size() - written);
      if (count < 0 && errno != EAGAIN && errno != EINTR) {
        throw std::runtime_error("expected a program that reads, but it has ended");
      }
      if (count > 0) written += static_cast<std::size_t>(count);
    }
    if (ends[0].revents != 0) read_some(answers);
  }
  return answers;
}

}  // namespace reconcile::test
