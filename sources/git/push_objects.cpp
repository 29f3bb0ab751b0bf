#include "sources/git/push_objects.hpp"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include <chrono>

#include "sources/git/git_repack.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr int memory_priority = 1000;  // above the mirror's own 1 and 2: new objects go to memory
constexpr std::string_view identity = "Reconcile <reconcile@localhost>";
constexpr std::uint32_t file_mode = 0100644;

using IndexPtr = std::unique_ptr<git_index, GitFree<git_index_free>>;
using IndexerPtr = std::unique_ptr<git_indexer, GitFree<git_indexer_free>>;

struct PackSink {
  std::string bytes;
  std::uint64_t bytes_max = 0;
};

int take_pack(void* data, std::size_t size, void* payload) {
  auto& sink = *static_cast<PackSink*>(payload);
  if (sink.bytes.size() + size > sink.bytes_max) return GIT_EUSER;
  sink.bytes.append(static_cast<const char*>(data), size);
  return 0;
}

bool is_relative(const std::string& path) {
  return !path.empty() && !path.starts_with('/') && !path.ends_with('/') &&
         path.find("//") == std::string::npos && path.find('\0') == std::string::npos;
}

Error bad_path(const std::string& path) {
  return {ErrorCode::invalid_input,
          "expected a path that Git allows, found \"" + path.substr(0, 200) + "\""};
}

}  // namespace

PushObjects::PushObjects(RepositoryPtr mirror) : mirror_(std::move(mirror)) {
  git_odb* odb = nullptr;
  check_git(git_repository_odb(&odb, mirror_.get()), "cannot open the Git mirror");
  odb_.reset(odb);
  git_odb_backend* memory = nullptr;
  check_git(git_mempack_new(&memory), "cannot keep Git objects in memory");
  check_git(git_odb_add_backend(odb, memory, memory_priority), "cannot keep Git objects in memory");
}

void PushObjects::read_also(const std::string& objects_path) {
  check_git(git_odb_add_disk_alternate(odb_.get(), objects_path.c_str()),
            "cannot read the other repository");
}

git_oid PushObjects::write_tree(const std::map<std::string, std::string>& files) {
  git_index* raw = nullptr;
  check_git(git_index_new(&raw), "cannot make a Git tree");
  const IndexPtr index(raw);
  for (const auto& [path, content] : files) {
    git_index_entry entry{};
    entry.path = path.c_str();
    entry.mode = file_mode;
    check_git(git_odb_write(&entry.id, odb_.get(), content.data(), content.size(), GIT_OBJECT_BLOB),
              "cannot make a Git blob");
    if (!is_relative(path) || git_index_add(raw, &entry) < 0) throw bad_path(path);
  }
  // A file that stands where another needs a directory takes its place without a word.
  if (git_index_entrycount(raw) != files.size()) throw bad_path(files.begin()->first);
  git_oid tree{};
  check_git(git_index_write_tree_to(&tree, raw, mirror_.get()), "cannot make a Git tree");
  return tree;
}

git_oid PushObjects::write_commit(const git_oid& tree, const git_oid& parent,
                                  const std::string& message, model::WallTime at) {
  if (message.find('\0') != std::string::npos) {
    throw Error(ErrorCode::invalid_input, "expected a commit message without NUL bytes");
  }
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
  const std::string stamp = std::string(identity) + " " + std::to_string(seconds) + " +0000\n";
  std::string text = "tree " + id_text(tree) + "\n";
  if (git_oid_is_zero(&parent) == 0) text += "parent " + id_text(parent) + "\n";
  text += "author " + stamp + "committer " + stamp + "\n" + message;
  if (!text.ends_with('\n')) text += '\n';
  git_oid commit{};
  check_git(git_odb_write(&commit, odb_.get(), text.data(), text.size(), GIT_OBJECT_COMMIT),
            "cannot make a Git commit");
  return commit;
}

std::string PushObjects::pack(const git_oid& commit, const git_oid& known, Transfer& transfer) {
  const auto check = [&](int result) {
    if (result < 0 && transfer.error) throw *transfer.error;
    check_git(result, "cannot pack what is pushed");
  };
  git_packbuilder* raw_builder = nullptr;
  check(git_packbuilder_new(&raw_builder, mirror_.get()));
  const PackbuilderPtr builder(raw_builder);
  git_packbuilder_set_threads(raw_builder, 1);
  check(git_packbuilder_set_callbacks(raw_builder, on_pack_progress, &transfer));
  git_revwalk* raw_walk = nullptr;
  check(git_revwalk_new(&raw_walk, mirror_.get()));
  const RevwalkPtr walk(raw_walk);
  check(git_revwalk_push(raw_walk, &commit));
  if (git_oid_is_zero(&known) == 0) check(git_revwalk_hide(raw_walk, &known));
  check(git_packbuilder_insert_walk(raw_builder, raw_walk));
  PackSink sink{{}, transfer.options.limits.push_bytes_max};
  if (git_packbuilder_foreach(raw_builder, take_pack, &sink) < 0) {
    if (transfer.error) throw *transfer.error;
    throw Error(ErrorCode::limit_exceeded,
                "expected a push of at most " + std::to_string(sink.bytes_max) +
                    " bytes, found more in " +
                    std::to_string(git_packbuilder_object_count(raw_builder)) + " objects");
  }
  transfer.moved.objects += git_packbuilder_object_count(raw_builder);
  return std::move(sink.bytes);
}

void PushObjects::keep(const std::string& pack) {
  const std::string what = "cannot write to the Git mirror";
  const std::string directory = std::string(git_repository_path(mirror_.get())) + "objects/pack";
  git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;
  git_indexer* raw = nullptr;
  check_git(git_indexer_new(&raw, directory.c_str(), 0, odb_.get(), &options), what);
  const IndexerPtr indexer(raw);
  git_indexer_progress progress{};
  check_git(git_indexer_append(raw, pack.data(), pack.size(), &progress), what);
  check_git(git_indexer_commit(raw, &progress), what);
}

}  // namespace reconcile::sources
