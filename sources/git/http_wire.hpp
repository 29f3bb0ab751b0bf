#pragma once

#include <string>

#include "reconcile/io/http_message.hpp"
#include "sources/git/git_wire.hpp"

namespace reconcile::sources {

/// Git's smart protocol over HTTP (gitprotocol-http, version 0): the list is a GET, each request a
/// POST that the first `read` sends.
class HttpWire final : public GitWire {
 public:
  explicit HttpWire(Transfer& transfer) : transfer_(transfer) {}

  void list(GitService service) override;
  void write(std::string_view bytes) override;
  std::size_t read(std::span<char> buffer) override;

 private:
  enum class State { idle, listing, asking, answering };

  [[nodiscard]] io::HttpRequest make_request(const std::string& suffix) const;
  io::HttpResponse open_refs();
  io::HttpResponse open_request();
  void follow(const io::HttpResponse& response);
  void check_answer(const io::HttpResponse& response, std::string_view kind);
  [[nodiscard]] model::Error error_of(const io::HttpResponse& response);
  [[nodiscard]] std::string words_of(const io::HttpResponse& response);
  [[nodiscard]] std::string refs_suffix() const;

  Transfer& transfer_;
  GitService service_ = GitService::upload_pack;
  State state_ = State::idle;
  std::string body_;
};

}  // namespace reconcile::sources
