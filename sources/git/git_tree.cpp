#include "reconcile/sources/git_tree.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/error.hpp"
#include "sources/git/object_reader.hpp"

namespace reconcile::sources {
namespace {

using model::DirectoryEntry;
using model::Error;
using model::ErrorCode;
using model::FileInfo;
using model::FileTree;
using model::FileType;

constexpr std::uint64_t link_bytes_max = 4096;

class GitTree final : public FileTree {
 public:
  GitTree(std::shared_ptr<ObjectReader> reader, const git_oid& root,
          std::shared_ptr<const void> keep, model::FileLimits limits)
      : FileTree(limits), keep_(std::move(keep)), reader_(std::move(reader)), root_(root) {}

 private:
  /// The entry at `path`, which is not the root. Absent where there is none.
  [[nodiscard]] std::optional<GitEntry> find(const std::string& path) const {
    std::shared_ptr<const GitDirectory> directory = reader_->directory(root_, "");
    for (std::size_t start = 0;;) {
      const std::size_t slash = path.find('/', start);
      const std::string_view name = std::string_view(path).substr(start, slash - start);
      const auto at = std::lower_bound(
          directory->begin(), directory->end(), name,
          [](const GitEntry& entry, std::string_view wanted) { return entry.name < wanted; });
      if (at == directory->end() || at->name != name) return std::nullopt;
      if (slash == std::string::npos) return *at;
      if (at->type != FileType::directory) return std::nullopt;
      directory = reader_->directory(at->id, path.substr(0, slash));
      start = slash + 1;
    }
  }

  [[nodiscard]] GitEntry need(const std::string& path) const {
    std::optional<GitEntry> entry = find(path);
    if (entry) return std::move(*entry);
    throw Error(ErrorCode::not_found, "expected \"" + path + "\" in the tree, found nothing");
  }

  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    const std::optional<GitEntry> entry = find(path);
    if (!entry) return std::nullopt;
    const bool regular = entry->type == FileType::regular;
    return FileInfo{entry->type, entry->executable, regular ? reader_->size(entry->id, path) : 0};
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    const git_oid id = path.empty() ? root_ : need(path).id;
    const std::shared_ptr<const GitDirectory> directory = reader_->directory(id, path);
    std::vector<DirectoryEntry> entries;
    entries.reserve(directory->size());
    for (const GitEntry& entry : *directory) entries.push_back({entry.name, entry.type});
    return entries;
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    return reader_->content(need(path).id, limits().file_bytes_max, path);
  }
  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    return reader_->content(need(path).id, link_bytes_max, path);
  }
  [[nodiscard]] std::string blob_at(const std::string& path) const override {
    return id_text(need(path).id);
  }

  std::shared_ptr<const void> keep_;
  std::shared_ptr<ObjectReader> reader_;
  git_oid root_;
};

}  // namespace

std::shared_ptr<const FileTree> object_tree(std::shared_ptr<ObjectReader> reader,
                                            const git_oid& root, std::shared_ptr<const void> keep,
                                            model::FileLimits limits) {
  return std::make_shared<GitTree>(std::move(reader), root, std::move(keep), limits);
}

std::shared_ptr<const FileTree> git_tree(const std::string& path, std::string_view commit,
                                         model::FileLimits limits) {
  require_libgit2();
  const git_oid id = parse_id(commit);
  RepositoryPtr repository = open_repository(path);
  if (!repository) {
    throw Error(ErrorCode::not_found, "expected a Git repository at \"" + path + "\", found none");
  }
  auto reader = std::make_shared<ObjectReader>(std::move(repository));
  git_oid tree{};
  if (!reader->find_tree(id, tree)) {
    throw Error(ErrorCode::not_found,
                "expected commit " + id_text(id) + " in \"" + path + "\", found none");
  }
  return object_tree(std::move(reader), tree, nullptr, limits);
}

}  // namespace reconcile::sources
