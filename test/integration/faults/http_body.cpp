#include "test/integration/faults/http_body.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace reconcile::test {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::size_t content_length(const std::string& head) {
  const std::string text = lower(head);
  const std::size_t at = text.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::stoul(text.substr(at + 17));
}

}  // namespace

bool is_chunked(const std::string& head) {
  return lower(head).find("transfer-encoding: chunked") != std::string::npos;
}

std::string without_framing(const std::string& head) {
  std::istringstream lines(head);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    const std::string name = lower(line.substr(0, line.find(':')));
    if (line == "\r" || name == "content-length" || name == "transfer-encoding") continue;
    if (name != "connection") kept += line + "\n";
  }
  return kept;
}

bool HttpReader::receive() {
  const std::string bytes = stream_.read();
  received_ += bytes;
  return !bytes.empty();
}

std::string HttpReader::read_head() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  std::string head = received_.substr(0, end + 4);
  received_.erase(0, end + 4);
  return head;
}

std::string HttpReader::read_body(const std::string& head) {
  std::string body;
  if (is_chunked(head)) {
    while (take_chunk(body)) {
    }
    return body;
  }
  const std::size_t size = content_length(head);
  while (received_.size() < size && receive()) {
  }
  body = received_.substr(0, size);
  received_.erase(0, size);
  return body;
}

std::string HttpReader::read_message() {
  std::string head = read_head();
  return head.empty() ? head : head + read_body(head);
}

/// False at the last chunk, and where the stream ended.
bool HttpReader::take_chunk(std::string& into) {
  std::size_t line = 0;
  while ((line = received_.find("\r\n")) == std::string::npos) {
    if (!receive()) return false;
  }
  const std::size_t size = std::stoul(received_.substr(0, line), nullptr, 16);
  while (received_.size() < line + size + 4) {
    if (!receive()) return false;
  }
  into += received_.substr(line + 2, size);
  received_.erase(0, line + size + 4);
  return size > 0;
}

bool HttpReader::await_line(TlsStream& client, std::string& line) {
  std::size_t end = 0;
  while ((end = decoded_.find('\n')) == std::string::npos) {
    if (received_.empty() && !stream_.await_bytes(client)) return false;
    if (!take_chunk(decoded_)) return false;
  }
  line = decoded_.substr(0, end + 1);
  decoded_.erase(0, end + 1);
  return true;
}

}  // namespace reconcile::test
