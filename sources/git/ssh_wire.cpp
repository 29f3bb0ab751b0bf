#include "sources/git/ssh_wire.hpp"

#include <algorithm>
#include <array>

#include "sources/git/plain_text.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t words_bytes_max = 300;

/// The path as one word of a shell, as Git 2.39 quotes it.
std::string quoted(const std::string& path) {
  std::string text = "'";
  for (const char c : path) {
    if (c == '\'' || c == '!') {
      text += "'\\";
      text += c;
      text += '\'';
    } else {
      text += c;
    }
  }
  return text + "'";
}

/// What the words of a server's standard error are about; they are all it tells.
ErrorCode code_of(std::string words) {
  std::transform(words.begin(), words.end(), words.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto says = [&](auto... text) { return ((words.find(text) != words.npos) || ...); };
  if (says("not found", "does not appear to be a git repository", "does not exist", "no such",
           "could not be found")) {
    return ErrorCode::not_found;
  }
  if (says("denied", "permission", "not allowed", "unauthorized", "not permitted", "read only",
           "read-only")) {
    return ErrorCode::unauthorized;
  }
  return ErrorCode::unavailable;
}

}  // namespace

SshWire::SshWire(Transfer& transfer)
    : transfer_(transfer), address_(parse_ssh_url(transfer.base_url)) {
}

void SshWire::list(GitService service) {
  service_ = service;
  bytes_ = 0;
  asked_ = false;
  session_.reset();
  session_ = std::make_unique<SshSession>(transfer_, address_);
  session_->run(std::string(to_string(service)) + " " + quoted(address_.path));
}

void SshWire::write(std::string_view bytes) {
  asked_ = true;
  session_->write(bytes);
}

void SshWire::count(std::size_t bytes) {
  const GitLimits& limits = transfer_.options.limits;
  bytes_ += bytes;
  transfer_.moved.bytes += bytes;
  const std::uint64_t bytes_max =
      asked_ ? limits.transfer_bytes_max : limits.advertisement_bytes_max;
  if (bytes_ > bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " + std::to_string(bytes_max) +
                                               " bytes from the Git server, found more");
  }
}

std::size_t SshWire::read(std::span<char> buffer) {
  const std::size_t found = session_->read(buffer);
  if (found == 0 && (bytes_ == 0 || session_->exit_status() > 0)) throw ended();
  count(found);
  return found;
}

Error SshWire::ended() {
  const int status = session_->exit_status();
  const std::string words = plain_text(session_->errors(), words_bytes_max);
  const ErrorCode code = code_of(session_->errors());
  std::string text = "expected a Git repository at " + transfer_.base_url;
  if (service_ == GitService::receive_pack) text += " that takes a push";
  text += ", found that " + std::string(to_string(service_)) + " ended";
  if (status > 0) text += " with status " + std::to_string(status);
  return {code, words.empty() ? text : text + ": \"" + words + "\""};
}

}  // namespace reconcile::sources
