#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sources/git/git_wire.hpp"
#include "sources/git/ssh_session.hpp"

namespace reconcile::sources {

/// Git's protocol over SSH: "git-upload-pack '<path>'" runs on the server, and one conversation
/// goes through its standard input and output.
class SshWire final : public GitWire {
 public:
  explicit SshWire(Transfer& transfer);

  void list(GitService service) override;
  void write(std::string_view bytes) override;
  std::size_t read(std::span<char> buffer) override;

 private:
  [[nodiscard]] model::Error ended();
  void count(std::size_t bytes);

  Transfer& transfer_;
  const SshAddress address_;
  GitService service_ = GitService::upload_pack;
  std::unique_ptr<SshSession> session_;
  std::uint64_t bytes_ = 0;
  bool asked_ = false;
};

}  // namespace reconcile::sources
