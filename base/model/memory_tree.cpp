// Trees that live in memory, and the view of a part of another tree.

#include <set>
#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::model {
namespace {

class MemoryTree final : public FileTree {
 public:
  MemoryTree(std::map<std::string, std::string> files, std::map<std::string, std::string> links,
             FileLimits limits)
      : FileTree(limits), files_(std::move(files)), links_(std::move(links)) {
    for (const auto& [path, content] : files_) add_parents(path, FileType::regular);
    for (const auto& [path, target] : links_) add_parents(path, FileType::symlink);
  }

 private:
  void add_parents(const std::string& path, FileType type) {
    std::string at = path;
    while (true) {
      const std::string parent = parent_path(at);
      directories_[parent].insert_or_assign(std::string(base_name(at)), type);
      if (parent.empty()) return;
      at = parent;
      type = FileType::directory;
    }
  }

  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    if (const auto file = files_.find(path); file != files_.end()) {
      return FileInfo{FileType::regular, false, file->second.size()};
    }
    if (links_.contains(path)) return FileInfo{FileType::symlink, false, 0};
    if (directories_.contains(path)) return FileInfo{FileType::directory, false, 0};
    return std::nullopt;
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    std::vector<DirectoryEntry> entries;
    const auto directory = directories_.find(path);
    if (directory == directories_.end()) return entries;
    for (const auto& [name, type] : directory->second) entries.push_back({name, type});
    return entries;
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    return files_.at(path);
  }

  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    return links_.at(path);
  }

  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> links_;
  std::map<std::string, std::map<std::string, FileType>> directories_;
};

/// The part of a tree below a directory. Links are resolved by this object, so their targets count
/// from the part's root and cannot leave it.
class SubTree final : public FileTree {
 public:
  SubTree(std::shared_ptr<const FileTree> tree, std::string path)
      : FileTree(tree->limits()), tree_(std::move(tree)), path_(std::move(path)) {}

 private:
  [[nodiscard]] std::string full(const std::string& path) const { return join_path(path_, path); }

  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    if (path.empty()) return tree_->stat(path_);
    return tree_->lstat(full(path));
  }
  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    return tree_->list(full(path));
  }
  [[nodiscard]] std::string read_at(const std::string& path) const override {
    return tree_->read(full(path));
  }
  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    return tree_->read_link(full(path));
  }
  [[nodiscard]] std::string blob_at(const std::string& path) const override {
    return tree_->blob(full(path));
  }

  std::shared_ptr<const FileTree> tree_;
  std::string path_;
};

}  // namespace

std::shared_ptr<const FileTree> memory_tree(std::map<std::string, std::string> files,
                                            std::map<std::string, std::string> symlinks,
                                            FileLimits limits) {
  return std::make_shared<MemoryTree>(std::move(files), std::move(symlinks), limits);
}

std::shared_ptr<const FileTree> sub_tree(std::shared_ptr<const FileTree> tree, std::string path) {
  const std::string at = tree->resolve(path);
  const std::optional<FileInfo> info = tree->stat(at);
  if (!info || info->type != FileType::directory) {
    throw Error(ErrorCode::not_found, "expected a directory \"" + path + "\", found a file");
  }
  return std::make_shared<SubTree>(std::move(tree), at);
}

}  // namespace reconcile::model
