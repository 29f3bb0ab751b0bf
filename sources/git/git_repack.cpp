#include "sources/git/git_repack.hpp"

#include <utility>
#include <vector>

namespace reconcile::sources {
namespace {

struct KeptRef {
  std::string name;
  git_oid id{};
};

std::vector<KeptRef> kept_refs(git_repository* repository) {
  git_reference_iterator* raw = nullptr;
  const std::string glob = std::string(kept_refs_prefix) + "*";
  check_git(git_reference_iterator_glob_new(&raw, repository, glob.c_str()),
            "cannot list the refs of the Git mirror");
  const ReferenceIteratorPtr iterator(raw);
  std::vector<KeptRef> refs;
  git_reference* next = nullptr;
  while (git_reference_next(&next, iterator.get()) == 0) {
    const ReferencePtr reference(next);
    const git_oid* target = git_reference_target(next);
    if (target != nullptr) refs.push_back({git_reference_name(next), *target});
  }
  return refs;
}

void check(int result, const Transfer& transfer) {
  if (result < 0 && transfer.error) throw *transfer.error;
  check_git(result, "cannot repack the Git mirror");
}

}  // namespace

int on_pack_progress(int /*stage*/, std::uint32_t /*current*/, std::uint32_t /*total*/,
                     void* payload) {
  auto& transfer = *static_cast<Transfer*>(payload);
  return guarded(transfer, [&] { static_cast<void>(transfer.remaining()); });
}

void repack(git_repository* from, const std::string& to, Transfer& transfer) {
  git_packbuilder* raw_builder = nullptr;
  check(git_packbuilder_new(&raw_builder, from), transfer);
  const PackbuilderPtr builder(raw_builder);
  git_packbuilder_set_threads(builder.get(), 1);
  check(git_packbuilder_set_callbacks(builder.get(), on_pack_progress, &transfer), transfer);
  git_revwalk* raw_walk = nullptr;
  check(git_revwalk_new(&raw_walk, from), transfer);
  const RevwalkPtr walk(raw_walk);
  const std::vector<KeptRef> refs = kept_refs(from);
  for (const KeptRef& ref : refs) check(git_revwalk_push(walk.get(), &ref.id), transfer);
  if (refs.empty()) return;
  check(git_packbuilder_insert_walk(builder.get(), walk.get()), transfer);
  const std::string packs = to + "/objects/pack";
  check(git_packbuilder_write(builder.get(), packs.c_str(), 0, nullptr, nullptr), transfer);
  const RepositoryPtr target = open_repository(to);
  if (!target) throw git_failure(model::ErrorCode::unavailable, "cannot open the new Git mirror");
  for (const KeptRef& ref : refs) {
    git_reference* created = nullptr;
    check(git_reference_create(&created, target.get(), ref.name.c_str(), &ref.id, 1, nullptr),
          transfer);
    git_reference_free(created);
  }
}

std::shared_ptr<MirrorGeneration> compacted(GitMirror& mirror,
                                            const std::shared_ptr<MirrorGeneration>& generation,
                                            Transfer& transfer) {
  if (generation->packs() <= transfer.options.limits.packs_max) return generation;
  try {
    std::shared_ptr<MirrorGeneration> fresh = mirror.begin();
    const RepositoryPtr repository = generation->open();
    if (!repository) return generation;
    repack(repository.get(), fresh->path(), transfer);
    static_cast<void>(fresh->reader());
    mirror.accept(fresh);
    return fresh;
  } catch (const model::Error&) {
    transfer.error.reset();
    return generation;
  }
}

}  // namespace reconcile::sources
