#include "sources/git/git_wire.hpp"

#include "sources/git/git_url.hpp"
#include "sources/git/http_wire.hpp"
#include "sources/git/ssh_wire.hpp"

namespace reconcile::sources {

std::string_view to_string(GitService service) {
  return service == GitService::upload_pack ? "git-upload-pack" : "git-receive-pack";
}

bool is_stateless(const std::string& url) {
  return is_http_url(url);
}

std::unique_ptr<GitWire> make_wire(Transfer& transfer) {
  if (is_ssh_url(transfer.base_url)) return std::make_unique<SshWire>(transfer);
  return std::make_unique<HttpWire>(transfer);
}

}  // namespace reconcile::sources
