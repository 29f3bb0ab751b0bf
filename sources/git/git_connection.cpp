#include "sources/git/git_connection.hpp"

#include <exception>

#include "sources/git/git_url.hpp"
#include "sources/git/smart_transport.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

int on_progress(const git_indexer_progress* stats, void* payload) {
  auto& transfer = *static_cast<Transfer*>(payload);
  transfer.moved.objects = stats->received_objects;
  const GitLimits& limits = transfer.options.limits;
  try {
    static_cast<void>(transfer.remaining());
    if (stats->total_objects > limits.objects_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(limits.objects_max) +
                      " Git objects, found " + std::to_string(stats->total_objects));
    }
    if (stats->received_bytes > limits.transfer_bytes_max) {
      throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                                 std::to_string(limits.transfer_bytes_max) +
                                                 " bytes from the Git server, found more");
    }
    return 0;
  } catch (const Error& error) {
    transfer.error = error;
  }
  return GIT_EUSER;
}

}  // namespace

GitConnection::GitConnection(Transfer& transfer, git_repository* repository) : transfer_(transfer) {
  git_remote* remote = nullptr;
  git_remote_create_options options = GIT_REMOTE_CREATE_OPTIONS_INIT;
  options.repository = repository;
  // No url.insteadOf: nothing may redirect a source, and libgit2 1.5.1 leaks 20 KiB for each
  // configuration entry that it compares with that pattern.
  options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
  check_git(git_remote_create_with_opts(&remote, transfer.base_url.c_str(), &options),
            "cannot use the Git URL");
  remote_.reset(remote);
}

git_remote_callbacks GitConnection::callbacks() {
  git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
  callbacks.payload = &transfer_;
  callbacks.transfer_progress = on_progress;
  if (!is_local_path(transfer_.base_url)) callbacks.transport = make_smart_transport;
  return callbacks;
}

void GitConnection::fail(const std::string& what) {
  if (transfer_.error) throw *transfer_.error;
  const git_error* last = git_error_last();
  const bool local = is_local_path(transfer_.base_url);
  Error error = git_failure(local ? ErrorCode::not_found : ErrorCode::unavailable, what);
  // "early EOF", "remote error": what the server sent, no fault of the repository here.
  if (last != nullptr && last->klass == GIT_ERROR_NET) transfer_.error = error;
  throw error;
}

std::vector<RemoteHead> GitConnection::list() {
  const git_remote_callbacks calls = callbacks();
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  if (git_remote_connect(remote_.get(), GIT_DIRECTION_FETCH, &calls, nullptr, nullptr) < 0 ||
      git_remote_ls(&heads, &count, remote_.get()) < 0) {
    fail("cannot list the refs of " + transfer_.base_url);
  }
  std::vector<RemoteHead> answer;
  answer.reserve(count);
  for (std::size_t i = 0; i < count; ++i) answer.push_back({heads[i]->name, heads[i]->oid});
  return answer;
}

void GitConnection::download(const std::vector<std::string>& names) {
  std::vector<char*> pointers;
  for (const std::string& name : names) pointers.push_back(const_cast<char*>(name.c_str()));
  const git_strarray refspecs{pointers.data(), pointers.size()};
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks = callbacks();
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.update_fetchhead = 0;
  if (git_remote_download(remote_.get(), &refspecs, &options) < 0) {
    fail("cannot fetch from " + transfer_.base_url);
  }
}

}  // namespace reconcile::sources
