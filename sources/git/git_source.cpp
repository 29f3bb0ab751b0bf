// A fetch asks the server for its refs, finds the commit that is wanted, and downloads only where
// the mirror lacks it. A mirror that turns out to be damaged on the way is not repaired: a new
// generation is fetched beside it and takes its place once it is whole. Tests:
// test/sources/git_source_test.cpp.
#include "reconcile/sources/git_source.hpp"

#include <atomic>
#include <mutex>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_artifact.hpp"
#include "sources/git/git_connection.hpp"
#include "sources/git/git_mirror.hpp"
#include "sources/git/git_reference.hpp"
#include "sources/git/git_repack.hpp"
#include "sources/git/git_url.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using Generation = std::shared_ptr<MirrorGeneration>;

}  // namespace

struct GitSource::Impl {
  Impl(GitOptions given, std::string dir)
      : options(std::move(given)), url(clean_git_url(options)), data_dir(std::move(dir)) {
    check_reference(options.reference);
    require_libgit2();
  }

  std::shared_ptr<GitMirror> open_mirror() {
    const std::lock_guard guard(mirror_mutex);
    if (!mirror) mirror = GitMirror::open(data_dir, options.scope, url);
    return mirror;
  }

  std::optional<Artifact> fetch(const std::optional<Revision>& known, Transfer& transfer);
  std::optional<Artifact> fetch_into(const Generation& generation,
                                     const std::optional<Revision>& known, Transfer& transfer);
  void download(const Generation& generation, GitConnection& connection, const WantedCommit& wanted,
                const std::vector<RemoteHead>& heads);
  Artifact make_artifact(const Generation& generation, const git_oid& tree, Revision revision);

  const GitOptions options;
  const std::string url;
  const std::string data_dir;
  GitEdges edges;
  std::mutex mirror_mutex;
  std::shared_ptr<GitMirror> mirror;
  std::atomic<std::uint64_t> moved_objects{0};
  std::atomic<std::uint64_t> moved_bytes{0};
};

std::optional<Artifact> GitSource::Impl::fetch(const std::optional<Revision>& known,
                                               Transfer& transfer) {
  const std::shared_ptr<GitMirror> store = open_mirror();
  const std::unique_lock busy(store->transfer_mutex, transfer.remaining());
  if (!busy) {
    throw Error(ErrorCode::unavailable, "expected the Git mirror of " + url +
                                            " to be free in time, found another transfer running");
  }
  Generation generation = store->current();
  if (generation && !generation->damaged()) {
    try {
      return fetch_into(generation, known, transfer);
    } catch (const Error&) {
      if (!generation->damaged()) throw;
      transfer.error.reset();
    }
  }
  // Known or not, the content is wanted: what the caller holds may read from what was damaged.
  generation = store->begin();
  std::optional<Artifact> artifact = fetch_into(generation, std::nullopt, transfer);
  store->accept(generation);
  return artifact;
}

std::optional<Artifact> GitSource::Impl::fetch_into(const Generation& generation,
                                                    const std::optional<Revision>& known,
                                                    Transfer& transfer) {
  const RepositoryPtr repository = generation->open();
  if (!repository) {
    generation->mark_damaged();
    throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror of " + url);
  }
  GitConnection connection(transfer, repository.get());
  const std::vector<RemoteHead> heads = connection.list();
  const WantedCommit wanted = find_commit(options.reference, heads, url);
  Revision revision{wanted.revision_name, "sha1:" + id_text(wanted.commit)};
  if (known == revision) return std::nullopt;
  git_oid tree{};
  Generation used = generation;
  if (!generation->reader()->find_tree(wanted.commit, tree)) {
    try {
      download(generation, connection, wanted, heads);
    } catch (const Error&) {
      if (!transfer.error) generation->mark_damaged();
      throw;
    }
    if (!generation->reader()->find_tree(wanted.commit, tree)) {
      throw Error(ErrorCode::not_found, "expected commit " + id_text(wanted.commit) + " in " + url +
                                            ", found none in the refs that were fetched");
    }
    used = compacted(*mirror, generation, transfer);
  }
  return make_artifact(used, tree, std::move(revision));
}

void GitSource::Impl::download(const Generation& generation, GitConnection& connection,
                               const WantedCommit& wanted, const std::vector<RemoteHead>& heads) {
  connection.download(wanted.ref_names);
  const RepositoryPtr repository = generation->open();
  for (const std::string& name : wanted.ref_names) {
    const RemoteHead* head = find_head(heads, name);
    git_oid tree{};
    if (!generation->reader()->find_tree(head->id, tree)) continue;
    const std::string kept = kept_refs_prefix + model::sha1_hex(name);
    git_reference* created = nullptr;
    check_git(git_reference_create(&created, repository.get(), kept.c_str(), &head->id, 1, nullptr),
              "cannot write to the Git mirror of " + url);
    git_reference_free(created);
  }
}

Artifact GitSource::Impl::make_artifact(const Generation& generation, const git_oid& tree,
                                        Revision revision) {
  return artifact_of_tree(object_tree(generation->reader(), tree, generation, options.files),
                          std::move(revision), url, options.ignore, &edges.cancelled);
}

GitSource::GitSource(GitOptions options, std::string data_dir)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(data_dir))) {
}
GitSource::~GitSource() = default;

std::optional<Artifact> GitSource::fetch(const std::optional<Revision>& known) {
  Transfer transfer(impl_->options, impl_->edges, impl_->url);
  const auto keep_figures = [&] {
    impl_->moved_objects = transfer.moved.objects;
    impl_->moved_bytes = transfer.moved.bytes;
  };
  try {
    std::optional<Artifact> artifact = impl_->fetch(known, transfer);
    keep_figures();
    return artifact;
  } catch (Error& error) {
    keep_figures();
    throw std::move(error).with_context("fetch " + impl_->url);
  }
}

void GitSource::cancel() noexcept {
  impl_->edges.cancel();
}

std::optional<Artifact> GitSource::open(const Revision& revision) {
  const git_oid commit = parse_id(revision.hash());
  const Generation generation = impl_->open_mirror()->current();
  git_oid tree{};
  if (!generation || generation->damaged()) return std::nullopt;
  if (!generation->reader()->find_tree(commit, tree)) return std::nullopt;
  return impl_->make_artifact(generation, tree, revision);
}

std::shared_ptr<const CommitGraph> GitSource::graph() const {
  const Generation generation = impl_->open_mirror()->current();
  return generation ? graph_of(generation) : nullptr;
}

GitTransfer GitSource::last_transfer() const noexcept {
  return {impl_->moved_objects, impl_->moved_bytes};
}

}  // namespace reconcile::sources
