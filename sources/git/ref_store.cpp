// A fetch lists the server's refs and downloads what the mirror lacks; a push lists them again, as
// receive-pack has them, builds its objects in memory, packs what the server lacks, puts that pack
// into the mirror and sends it. The mirror remembers a server's ref as
// refs/reconcile/<name, its slashes escaped>. Tests: test/sources/ref_store_test.cpp.
#include "reconcile/sources/ref_store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "reconcile/io/http_message.hpp"
#include "sources/git/commit_graph.hpp"
#include "sources/git/git_mirror.hpp"
#include "sources/git/git_push.hpp"
#include "sources/git/git_repack.hpp"
#include "sources/git/git_url.hpp"
#include "sources/git/kept_refs.hpp"
#include "sources/git/plain_text.hpp"
#include "sources/git/push_objects.hpp"
#include "sources/git/ref_log.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using Generation = std::shared_ptr<MirrorGeneration>;

constexpr std::size_t shown_bytes_max = 200;

bool is_ref_name(const std::string& name) {
  int valid = 0;
  return name.starts_with("refs/") && can_keep(name) && name.find('\0') == std::string::npos &&
         git_reference_name_is_valid(&valid, name.c_str()) == 0 && valid == 1;
}

void check_ref_name(const std::string& name) {
  if (is_ref_name(name)) return;
  throw Error(ErrorCode::invalid_input, "expected a Git ref such as refs/gitops/x, found \"" +
                                            plain_text(name, shown_bytes_max) + "\"");
}

git_oid id_of(const std::string& text) {
  return text.empty() ? git_oid{} : parse_id(text);
}

bool same(const git_oid& a, const git_oid& b) {
  return git_oid_equal(&a, &b) != 0;
}

std::string place_of(const git_oid& id) {
  return git_oid_is_zero(&id) != 0 ? "absent" : "at " + id_text(id);
}

git_oid find_ref(const PushAdvertisement& advertised, const std::string& name) {
  for (const RemoteHead& head : advertised.heads) {
    if (head.name == name) return head.id;
  }
  return {};
}

Error conflict(const std::string& ref, const git_oid& expected, const git_oid& found) {
  return {ErrorCode::conflict,
          "expected " + ref + " to be " + place_of(expected) + ", found it " + place_of(found)};
}

/// Whether a server's reason means "you may not", not "it did not work".
bool is_forbidden(std::string_view reason) {
  for (const std::string_view word :
       {"declined", "prohibited", "denied", "deny", "not allowed", "protected", "hidden",
        "non-fast-forward", "permission", "forbidden", "refus", "read-only", "read only"}) {
    if (reason.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

struct RefStore::Impl {
  Impl(GitOptions given, std::string dir, RefStoreLimits bounds)
      : options(std::move(given)),
        url(clean_git_url(options)),
        data_dir(std::move(dir)),
        limits(bounds) {
    if (is_local_path(url)) {
      throw Error(ErrorCode::unsupported,
                  "expected refs to be kept on a server, found the path \"" + url + "\"");
    }
    require_libgit2();
  }

  std::shared_ptr<GitMirror> open_mirror() {
    const std::lock_guard guard(mutex);
    if (!mirror) mirror = GitMirror::open(data_dir, "refs of " + options.scope, url);
    return mirror;
  }

  /// Does `work(transfer, mirror)` as the only one at the mirror.
  template <typename Work>
  auto with_mirror(const std::string& what, Work work) {
    Transfer transfer(options, edges, url);
    try {
      const std::shared_ptr<GitMirror> store = open_mirror();
      const std::unique_lock busy(store->transfer_mutex, transfer.remaining());
      if (!busy) {
        throw Error(ErrorCode::unavailable,
                    "expected the Git mirror to be free in time, found another transfer running");
      }
      return work(transfer, *store);
    } catch (Error& error) {
      throw std::move(error).with_context(what + " " + url);
    }
  }

  std::map<std::string, std::string> fetch(const std::vector<std::string>& prefixes,
                                           Transfer& transfer, GitMirror& store);
  std::map<std::string, std::string> fetch_into(const Generation& generation,
                                                const std::vector<std::string>& prefixes,
                                                Transfer& transfer, GitMirror& store);
  /// The listed refs below the prefixes. Throws Error(limit_exceeded).
  std::vector<RemoteHead> wanted(const std::vector<RemoteHead>& heads,
                                 const std::vector<std::string>& prefixes) const;
  template <typename Make>
  std::string push(const std::string& ref, const std::string& expected, Make make);
  void remove(const RefUpdate& update, Transfer& transfer, GitMirror& store);
  /// Sends; throws where the server did not make the update.
  void send(GitPush& push, const RefUpdate& update, const std::string& pack, Transfer& transfer);
  void remember(const std::map<std::string, std::string>& refs);

  const GitOptions options;
  const std::string url;
  const std::string data_dir;
  const RefStoreLimits limits;
  GitEdges edges;
  mutable std::mutex mutex;
  std::shared_ptr<GitMirror> mirror;
  std::map<std::string, std::string> ref_of;  ///< tip → ref, for messages
};

void RefStore::Impl::remember(const std::map<std::string, std::string>& refs) {
  const std::lock_guard guard(mutex);
  if (ref_of.size() > limits.refs_max) ref_of.clear();
  for (const auto& [ref, tip] : refs) ref_of[tip] = ref;
}

std::vector<RemoteHead> RefStore::Impl::wanted(const std::vector<RemoteHead>& heads,
                                               const std::vector<std::string>& prefixes) const {
  std::vector<RemoteHead> found;
  for (const RemoteHead& head : heads) {
    const bool below =
        std::any_of(prefixes.begin(), prefixes.end(),
                    [&](const std::string& prefix) { return head.name.starts_with(prefix); });
    if (!below || !is_ref_name(head.name)) continue;
    if (found.size() >= limits.refs_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(limits.refs_max) + " refs, found more");
    }
    found.push_back(head);
  }
  return found;
}

std::map<std::string, std::string> RefStore::Impl::fetch(const std::vector<std::string>& prefixes,
                                                         Transfer& transfer, GitMirror& store) {
  Generation generation = store.current();
  if (generation && !generation->damaged()) {
    try {
      return fetch_into(generation, prefixes, transfer, store);
    } catch (const Error&) {
      if (!generation->damaged()) throw;
      transfer.error.reset();
    }
  }
  generation = store.begin();
  return fetch_into(generation, prefixes, transfer, store);
}

std::map<std::string, std::string> RefStore::Impl::fetch_into(
    const Generation& generation, const std::vector<std::string>& prefixes, Transfer& transfer,
    GitMirror& store) {
  const RepositoryPtr repository = generation->open();
  if (!repository) {
    generation->mark_damaged();
    throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror");
  }
  GitConnection connection(transfer, repository.get());
  const std::vector<RemoteHead> heads = wanted(connection.list(), prefixes);
  std::vector<std::string> missing;
  for (const RemoteHead& head : heads) {
    if (!generation->reader()->contains(head.id)) missing.push_back(head.name);
  }
  if (!missing.empty()) {
    try {
      connection.download(missing);
    } catch (const Error&) {
      if (!transfer.error) generation->mark_damaged();
      throw;
    }
  }
  std::map<std::string, std::string> refs;
  KeptRefs kept(repository.get());
  for (const RemoteHead& head : heads) {
    if (!generation->reader()->contains(head.id)) {
      throw Error(ErrorCode::unavailable, "expected the server to send " + head.name + " at " +
                                              id_text(head.id) + ", found it missing");
    }
    refs[head.name] = id_text(head.id);
    kept.set(head.name, head.id);
  }
  kept.forget(prefixes, refs);
  if (store.current() != generation) store.accept(generation);
  compacted(store, generation, transfer);
  remember(refs);
  return refs;
}

template <typename Make>
std::string RefStore::Impl::push(const std::string& ref, const std::string& expected, Make make) {
  check_ref_name(ref);
  RefUpdate update{ref, id_of(expected), {}};
  return with_mirror("push " + ref + " to", [&](Transfer& transfer, GitMirror& store) {
    Generation generation = store.current();
    if (!generation) store.accept(generation = store.begin());
    RepositoryPtr repository = generation->open();
    if (!repository) {
      generation->mark_damaged();
      throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror");
    }
    PushObjects objects(std::move(repository));
    GitPush server(transfer);
    const git_oid found = find_ref(server.list(), ref);
    update.wanted = make(objects, *generation->reader());
    const bool arrived = same(found, update.wanted);
    if (!arrived && !same(found, update.expected)) throw conflict(ref, update.expected, found);
    git_oid tree{};
    const bool here = generation->reader()->find_tree(update.expected, tree);
    const git_oid known = here ? update.expected : git_oid{};
    const std::string pack = objects.pack(update.wanted, known, transfer);
    objects.keep(pack);
    if (!arrived) send(server, update, pack, transfer);
    KeptRefs(objects.repository()).set(ref, update.wanted);
    compacted(store, generation, transfer);
    remember({{ref, id_text(update.wanted)}});
    return id_text(update.wanted);
  });
}

void RefStore::Impl::send(GitPush& push, const RefUpdate& update, const std::string& pack,
                          Transfer& transfer) {
  const std::optional<PushRefusal> refusal = push.send(update, pack);
  if (!refusal) return;
  // The reason for a lost race differs from server to server; where the ref is now does not.
  const git_oid now = find_ref(push.list(), update.name);
  if (same(now, update.wanted)) return;
  if (!same(now, update.expected)) throw conflict(update.name, update.expected, now);
  throw Error(is_forbidden(refusal->reason) ? ErrorCode::unauthorized : ErrorCode::unavailable,
              "expected " + io::url_origin(transfer.base_url) + " to take the push, found \"" +
                  refusal->text() + "\"");
}

void RefStore::Impl::remove(const RefUpdate& update, Transfer& transfer, GitMirror& store) {
  GitPush server(transfer);
  const git_oid found = find_ref(server.list(), update.name);
  if (git_oid_is_zero(&found) == 0) {
    if (!same(found, update.expected)) throw conflict(update.name, update.expected, found);
    send(server, update, "", transfer);
  }
  const Generation generation = store.current();
  const RepositoryPtr repository = generation ? generation->open() : nullptr;
  if (repository) KeptRefs(repository.get()).forget(update.name);
}

RefStore::RefStore(GitOptions options, std::string data_dir, RefStoreLimits limits)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(data_dir), limits)) {
}
RefStore::~RefStore() = default;

std::map<std::string, std::string> RefStore::fetch(const std::vector<std::string>& prefixes) {
  return impl_->with_mirror("fetch refs of", [&](Transfer& transfer, GitMirror& store) {
    return impl_->fetch(prefixes, transfer, store);
  });
}

std::vector<RefEntry> RefStore::log(const std::string& tip, const std::string& until,
                                    std::size_t count_max) const {
  const Generation generation = impl_->open_mirror()->current();
  if (!generation) {
    throw Error(ErrorCode::not_found, "expected the refs of " + impl_->url + " to be fetched");
  }
  try {
    return read_log(*generation->reader(), tip, until, count_max, impl_->limits);
  } catch (Error& error) {
    const std::lock_guard guard(impl_->mutex);
    const auto ref = impl_->ref_of.find(tip);
    if (ref == impl_->ref_of.end()) throw;
    throw std::move(error).with_context(ref->second);
  }
}

std::string RefStore::append(const std::string& ref, const std::string& expected,
                             const std::map<std::string, std::string>& files,
                             const std::string& message, model::WallTime at) {
  const git_oid parent = id_of(expected);
  return impl_->push(ref, expected, [&](PushObjects& objects, ObjectReader& reader) {
    // A commit whose parent is not here would make the server believe that its history is.
    if (git_oid_is_zero(&parent) == 0 && !reader.contains(parent)) {
      throw Error(ErrorCode::not_found, "expected commit " + expected + " to be fetched before");
    }
    return objects.write_commit(objects.write_tree(files), parent, message, at);
  });
}

std::string RefStore::push_tree(const std::string& ref, const std::string& expected,
                                const CommitGraph& from, const std::string& commit,
                                const std::string& message, model::WallTime at) {
  const git_oid tree = parse_id(from.tree_id(commit));
  const std::string other = need_repository(from).path() + "/objects";
  return impl_->push(ref, expected, [&](PushObjects& objects, ObjectReader&) {
    objects.read_also(other);
    return objects.write_commit(tree, {}, message, at);
  });
}

void RefStore::remove(const std::string& ref, const std::string& expected) {
  check_ref_name(ref);
  const RefUpdate update{ref, id_of(expected), {}};
  impl_->with_mirror("delete " + ref + " of", [&](Transfer& transfer, GitMirror& store) {
    impl_->remove(update, transfer, store);
  });
}

std::shared_ptr<const CommitGraph> RefStore::graph() const {
  const Generation generation = impl_->open_mirror()->current();
  return generation ? graph_of(generation) : nullptr;
}

void RefStore::cancel() noexcept {
  impl_->edges.cancel();
}

}  // namespace reconcile::sources
