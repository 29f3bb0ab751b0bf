#include "engine/remote/mounted_tree.hpp"

#include <utility>

namespace reconcile::engine {
namespace {

using model::DirectoryEntry;
using model::FileInfo;
using model::FileTree;
using model::FileType;

class MountedTree final : public FileTree {
 public:
  MountedTree(std::shared_ptr<const FileTree> tree, std::map<std::string, OpenMount> mounts)
      : FileTree(tree->limits()), tree_(std::move(tree)), mounts_(std::move(mounts)) {}

 private:
  /// A path of the tree that it lies in.
  struct Place {
    const FileTree* tree;
    std::string path;
  };

  [[nodiscard]] Place find(const std::string& path) const {
    for (const auto& [at, open] : mounts_) {
      if (!path.starts_with(at + "/")) continue;
      std::shared_ptr<const FileTree>& opened = opened_[at];
      if (opened == nullptr) opened = open();
      return {opened.get(), path.substr(at.size() + 1)};
    }
    return {tree_.get(), path};
  }

  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    if (mounts_.contains(path)) return FileInfo{FileType::directory, false, 0};
    const Place place = find(path);
    return place.tree->lstat(place.path);
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    if (mounts_.contains(path)) {
      const Place root = find(path + "/");
      return root.tree->list("");
    }
    const Place place = find(path);
    std::vector<DirectoryEntry> entries = place.tree->list(place.path);
    for (DirectoryEntry& entry : entries) {
      const std::string full = path.empty() ? entry.name : path + "/" + entry.name;
      if (mounts_.contains(full)) entry.type = FileType::directory;
    }
    return entries;
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    const Place place = find(path);
    return place.tree->read(place.path);
  }
  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    const Place place = find(path);
    return place.tree->read_link(place.path);
  }

  std::shared_ptr<const FileTree> tree_;
  std::map<std::string, OpenMount> mounts_;
  mutable std::map<std::string, std::shared_ptr<const FileTree>> opened_;
};

}  // namespace

std::shared_ptr<const FileTree> mounted_tree(std::shared_ptr<const FileTree> tree,
                                             std::map<std::string, OpenMount> mounts) {
  if (mounts.empty()) return tree;
  return std::make_shared<MountedTree>(std::move(tree), std::move(mounts));
}

}  // namespace reconcile::engine
