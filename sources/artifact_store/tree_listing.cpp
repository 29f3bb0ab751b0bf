#include "reconcile/sources/tree_listing.hpp"

#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::DirectoryEntry;
using model::Error;
using model::ErrorCode;
using model::FileInfo;
using model::FileTree;
using model::FileType;

class Walk {
 public:
  Walk(const FileTree& tree, const ListingLimits& limits,
       const std::function<void(ListedFile)>& on_file, const std::atomic<bool>* stop)
      : tree_(tree), limits_(limits), on_file_(on_file), stop_(stop) {}

  void directory(const std::string& path, std::size_t depth) {
    if (stop_ != nullptr && *stop_) throw Error(ErrorCode::cancelled, "the walk was cancelled");
    if (depth > limits_.depth_max) over("directories inside each other", limits_.depth_max, path);
    for (const DirectoryEntry& entry : tree_.list(path)) {
      const std::string below = path.empty() ? entry.name : path + "/" + entry.name;
      if (entry.type == FileType::directory) directory(below, depth + 1);
      if (entry.type == FileType::symlink) link(below);
      if (entry.type == FileType::regular) file(below);
    }
  }

 private:
  void file(const std::string& path) {
    const std::optional<FileInfo> info = tree_.lstat(path);
    if (!info || info->type != FileType::regular) return;
    bytes_ += info->size;
    if (bytes_ > limits_.total_bytes_max) over("bytes in all files", limits_.total_bytes_max, path);
    const ListedMode mode = info->executable ? ListedMode::executable : ListedMode::regular;
    emit({path, mode, info->size, tree_.blob(path)});
  }

  void link(const std::string& path) {
    const std::string target = tree_.read_link(path);
    std::string framed = "blob " + std::to_string(target.size());
    framed += '\0';
    emit({path, ListedMode::symlink, 0, model::sha1_hex(framed + target)});
  }

  void emit(ListedFile file) {
    if (++files_ > limits_.files_max) over("files", limits_.files_max, file.path);
    on_file_(std::move(file));
  }

  [[noreturn]] static void over(const std::string& what, std::uint64_t limit,
                                const std::string& path) {
    throw Error(ErrorCode::limit_exceeded,
                "expected at most " + std::to_string(limit) + " " + what + ", found more")
        .in_file(path);
  }

  const FileTree& tree_;
  const ListingLimits& limits_;
  const std::function<void(ListedFile)>& on_file_;
  const std::atomic<bool>* stop_;
  std::uint64_t bytes_ = 0;
  std::size_t files_ = 0;
};

}  // namespace

void list_files(const FileTree& tree, const ListingLimits& limits,
                const std::function<void(ListedFile)>& on_file, const std::atomic<bool>* stop) {
  Walk(tree, limits, on_file, stop).directory("", 0);
}

std::string listing_line(const ListedFile& file) {
  std::string line{static_cast<char>(file.mode), ' '};
  line += file.blob;
  line += ' ';
  line += file.path;
  line += '\0';
  return line;
}

TreeSummary summarise_tree(const FileTree& tree, const ListingLimits& limits,
                           const std::atomic<bool>* stop) {
  TreeSummary summary;
  std::string listing;
  list_files(
      tree, limits,
      [&](const ListedFile& file) {
        listing += listing_line(file);
        ++summary.files;
        summary.bytes += file.size;
      },
      stop);
  summary.digest = "sha256:" + model::sha256_hex(listing);
  return summary;
}

}  // namespace reconcile::sources
