#include "sources/artifact_store/stored_tree.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace reconcile::sources {
namespace {

using model::DirectoryEntry;
using model::FileInfo;
using model::FileTree;
using model::FileType;

class StoredTree final : public FileTree {
 public:
  StoredTree(Manifest manifest, ReadObject read, model::FileLimits limits)
      : FileTree(limits), files_(std::move(manifest.files)), read_(std::move(read)) {
    directories_[""];
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const ListedFile& file = files_[i].file;
      const bool link = file.mode == ListedMode::symlink;
      index_.emplace(file.path, i);
      add_entry(file.path, link ? FileType::symlink : FileType::regular);
    }
  }

 private:
  void add_entry(const std::string& path, FileType type) {
    const std::string parent = model::parent_path(path);
    if (!directories_.contains(parent)) add_entry(parent, FileType::directory);
    directories_[parent].push_back({std::string(model::base_name(path)), type});
    if (type == FileType::directory) directories_[path];
  }

  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    if (directories_.contains(path)) return FileInfo{FileType::directory, false, 0};
    const auto found = index_.find(path);
    if (found == index_.end()) return std::nullopt;
    const ListedFile& file = files_[found->second].file;
    if (file.mode == ListedMode::symlink) return FileInfo{FileType::symlink, false, 0};
    return FileInfo{FileType::regular, file.mode == ListedMode::executable, file.size};
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    return directories_.at(path);
  }
  [[nodiscard]] std::string read_at(const std::string& path) const override {
    return read_(files_[index_.at(path)].object);
  }
  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    return read_(files_[index_.at(path)].object);
  }
  [[nodiscard]] std::string blob_at(const std::string& path) const override {
    return files_[index_.at(path)].file.blob;
  }

  std::vector<StoredFile> files_;
  ReadObject read_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_map<std::string, std::vector<DirectoryEntry>> directories_;
};

}  // namespace

std::shared_ptr<const FileTree> stored_tree(Manifest manifest, ReadObject read,
                                            model::FileLimits limits) {
  return std::make_shared<StoredTree>(std::move(manifest), std::move(read), limits);
}

}  // namespace reconcile::sources
