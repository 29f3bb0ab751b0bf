// A commit without its history: one `want` with depth 1 (gitprotocol-pack, version 0), which
// libgit2 1.5 cannot ask for. The pack goes into a mirror of its own scope, whose objects have no
// parents. Tests: test/sources/git_snapshot_test.cpp.
#include "reconcile/sources/git_snapshot.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_tree.hpp"
#include "sources/git/git_mirror.hpp"
#include "sources/git/git_push.hpp"
#include "sources/git/git_submodules.hpp"
#include "sources/git/git_url.hpp"
#include "sources/git/git_wire.hpp"
#include "sources/git/plain_text.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using IndexerPtr = std::unique_ptr<git_indexer, GitFree<git_indexer_free>>;

constexpr std::size_t words_bytes_max = 300;

struct HeldMirror {
  std::shared_ptr<GitMirror> mirror;
  std::shared_ptr<MirrorGeneration> generation;
};

/// The names that `git fetch` tries for a short one, best first.
std::vector<std::string> names_for(const std::string& revision) {
  if (revision.empty()) return {"HEAD"};
  return {revision,
          "refs/" + revision,
          "refs/tags/" + revision,
          "refs/heads/" + revision,
          "refs/remotes/" + revision,
          "refs/remotes/" + revision + "/HEAD"};
}

git_oid find_object(const std::string& revision, const std::vector<RemoteHead>& heads,
                    const std::string& url) {
  git_oid id{};
  if (read_id(revision, id)) return id;
  for (const std::string& name : names_for(revision)) {
    for (const RemoteHead& head : heads) {
      if (head.name == name) return head.id;
    }
  }
  throw Error(ErrorCode::not_found, "expected the ref " + (revision.empty() ? "HEAD" : revision) +
                                        " in " + url + ", found " + std::to_string(heads.size()) +
                                        " other refs");
}

/// The commit that an object is or, for a tag, names; nothing where the repository lacks it.
std::optional<git_oid> find_commit(git_repository* repository, const git_oid& id) {
  git_object* found = nullptr;
  if (git_object_lookup(&found, repository, &id, GIT_OBJECT_ANY) < 0) return std::nullopt;
  const ObjectPtr object(found);
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) < 0) return std::nullopt;
  const ObjectPtr commit(peeled);
  return *git_object_id(commit.get());
}

/// Takes a pack as it comes in and puts it into a repository.
class PackSink {
 public:
  PackSink(Transfer& transfer, git_repository* repository) : transfer_(transfer) {
    const std::string folder = std::string(git_repository_path(repository)) + "objects/pack";
    git_indexer* indexer = nullptr;
    check_git(git_indexer_new(&indexer, folder.c_str(), 0, nullptr, nullptr),
              "cannot write to the Git mirror");
    indexer_.reset(indexer);
  }

  void write(std::string_view bytes) {
    static_cast<void>(transfer_.remaining());
    if (git_indexer_append(indexer_.get(), bytes.data(), bytes.size(), &progress_) < 0) {
      throw git_failure(ErrorCode::unavailable, "expected a pack from " + transfer_.base_url);
    }
    const GitLimits& limits = transfer_.options.limits;
    if (progress_.total_objects > limits.objects_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(limits.objects_max) +
                      " Git objects, found " + std::to_string(progress_.total_objects));
    }
  }

  void finish() {
    if (git_indexer_commit(indexer_.get(), &progress_) < 0) {
      throw git_failure(ErrorCode::unavailable, "expected a whole pack from " + transfer_.base_url);
    }
  }

 private:
  Transfer& transfer_;
  IndexerPtr indexer_;
  git_indexer_progress progress_{};
};

/// A conversation with git-upload-pack of one transfer.
class SnapshotFetch {
 public:
  explicit SnapshotFetch(Transfer& transfer) : transfer_(transfer), wire_(make_wire(transfer)) {}

  const std::vector<RemoteHead>& list() {
    wire_->list(GitService::upload_pack);
    PacketReader reader = make_reader(transfer_.options.limits.advertisement_bytes_max);
    advertised_ = read_advertisement(reader);
    return advertised_.heads;
  }

  /// Whether the server hands out `id`: what it lists, or all that it has.
  [[nodiscard]] bool offers(const git_oid& id) const {
    if (advertised_.can("allow-reachable-sha1-in-want")) return true;
    return std::any_of(advertised_.heads.begin(), advertised_.heads.end(),
                       [&](const RemoteHead& head) { return git_oid_equal(&head.id, &id) != 0; });
  }

  void download(const git_oid& id, git_repository* repository) {
    if (!advertised_.can("side-band-64k")) {
      throw Error(ErrorCode::unsupported, "expected a Git server with side-band-64k, found none");
    }
    std::string want = "want " + id_text(id) + " side-band-64k no-progress";
    if (advertised_.can("ofs-delta")) want += " ofs-delta";
    std::string request = pkt_line(want + " agent=reconcile\n");
    if (advertised_.can("shallow")) request += pkt_line("deepen 1");
    wire_->write(request + std::string(pkt_flush) + pkt_line("done\n"));
    PacketReader reader = make_reader(transfer_.options.limits.transfer_bytes_max);
    receive(reader, repository);
  }

 private:
  PacketReader make_reader(std::uint64_t bytes_max) {
    return {[this](std::span<char> buffer) { return wire_->read(buffer); }, bytes_max};
  }

  void receive(PacketReader& reader, git_repository* repository) {
    PackSink sink(transfer_, repository);
    bool has_pack = false;
    while (const std::optional<Packet> packet = reader.next()) {
      const std::string_view line = packet->payload;
      // Before the pack: "shallow …" lines up to a flush, then "NAK".
      if (packet->flush || line.empty()) {
        if (has_pack) break;
        continue;
      }
      if (line[0] == 1) {
        sink.write(line.substr(1));
        has_pack = true;
      } else if (line[0] == 3 || line.starts_with("ERR ")) {
        throw Error(ErrorCode::unavailable,
                    "expected a pack from " + transfer_.base_url + ", the server says \"" +
                        plain_text(line.substr(line[0] == 3 ? 1 : 4), words_bytes_max) + "\"");
      }
    }
    if (!has_pack) {
      throw Error(ErrorCode::unavailable,
                  "expected a pack from " + transfer_.base_url + ", found none");
    }
    sink.finish();
  }

  Transfer& transfer_;
  std::unique_ptr<GitWire> wire_;
  PushAdvertisement advertised_;
};

RepositoryPtr open_path(const std::string& path) {
  require_libgit2();
  RepositoryPtr repository = open_repository(path);
  if (!repository) throw Error(ErrorCode::not_found, "expected a Git repository at " + path);
  return repository;
}

/// The commit of a revision as people write it; the repository is at `path`.
git_oid commit_of(git_repository* repository, const std::string& revision,
                  const std::string& path) {
  git_object* found = nullptr;
  const int result =
      git_revparse_single(&found, repository, revision.empty() ? "HEAD" : revision.c_str());
  const ObjectPtr object(found);
  const std::optional<git_oid> commit =
      result == 0 ? find_commit(repository, *git_object_id(object.get())) : std::nullopt;
  if (commit) return *commit;
  throw Error(ErrorCode::not_found, (result == GIT_EAMBIGUOUS ? "more than one" : "no") +
                                        std::string(" branch, tag, ref or commit \"") + revision +
                                        "\" in " + path);
}

GitSnapshot read_in_place(const std::string& path, const std::string& revision,
                          const GitOptions& options) {
  const RepositoryPtr repository = open_path(path);
  const git_oid commit = commit_of(repository.get(), revision, path);
  ObjectReader reader(open_repository(path));
  git_oid root{};
  if (!reader.find_tree(commit, root))
    throw Error(ErrorCode::not_found, "expected the tree of " + id_text(commit) + " in " + path);
  auto tree = git_tree(path, id_text(commit), options.files);
  std::vector<GitSubmodule> submodules = find_submodules(reader, root, *tree, path);
  return {id_text(commit), std::move(submodules), std::move(tree)};
}

/// The whole history, for a commit that the server names in no ref and hands out to nobody.
GitSnapshot fetch_with_history(GitOptions options, const std::string& commit,
                               const std::string& data_dir) {
  options.reference = {};
  options.reference.commit = commit;
  GitSource source(std::move(options), data_dir);
  static_cast<void>(source.fetch(std::nullopt));
  return {commit, {}, source.graph()->tree(commit)};
}

}  // namespace

GitSnapshot fetch_git_snapshot(const GitOptions& options, const std::string& revision,
                               const std::string& data_dir) {
  const std::string url = clean_git_url(options);
  if (is_local_path(url)) return read_in_place(url, revision, options);
  require_libgit2();
  GitEdges edges;
  Transfer transfer(options, edges, url);
  try {
    const std::shared_ptr<GitMirror> mirror =
        GitMirror::open(data_dir, options.scope + "\nsnapshots", url);
    const std::unique_lock busy(mirror->transfer_mutex, transfer.remaining());
    if (!busy) {
      throw Error(ErrorCode::unavailable, "expected the Git mirror to be free in time");
    }
    std::shared_ptr<MirrorGeneration> generation = mirror->current();
    const bool usable =
        generation && !generation->damaged() && generation->packs() < options.limits.packs_max;
    if (!usable) generation = mirror->begin();
    SnapshotFetch conversation(transfer);
    const git_oid id = find_object(revision, conversation.list(), url);
    RepositoryPtr repository = generation->open();
    if (!repository) throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror");
    std::optional<git_oid> commit = find_commit(repository.get(), id);
    if (!commit) {
      if (!conversation.offers(id)) return fetch_with_history(options, id_text(id), data_dir);
      conversation.download(id, repository.get());
      repository = generation->open();
      commit = find_commit(repository.get(), id);
    }
    git_oid tree{};
    if (!commit || !generation->reader()->find_tree(*commit, tree)) {
      throw Error(ErrorCode::not_found, "expected a commit at " + revision + " in " + url);
    }
    if (!usable) mirror->accept(generation);
    mirror->mark_used();
    // The mirror's lock too: nobody removes what is being read.
    const auto held = std::make_shared<HeldMirror>(HeldMirror{mirror, generation});
    auto files = object_tree(generation->reader(), tree, held, options.files);
    std::vector<GitSubmodule> submodules =
        find_submodules(*generation->reader(), tree, *files, url);
    return {id_text(*commit), std::move(submodules), std::move(files)};
  } catch (Error& error) {
    throw std::move(error).with_context("fetch " + url);
  }
}

std::string merge_base(const std::string& path, const std::string& one, const std::string& other) {
  const RepositoryPtr repository = open_path(path);
  const git_oid left = commit_of(repository.get(), one, path);
  const git_oid right = commit_of(repository.get(), other, path);
  git_oid base{};
  if (git_merge_base(&base, repository.get(), &left, &right) != 0) {
    throw Error(ErrorCode::not_found, "expected a commit that " + one + " and " + other +
                                          " have in common in " + path +
                                          ", found none (a shallow clone may lack it)");
  }
  return id_text(base);
}

}  // namespace reconcile::sources
