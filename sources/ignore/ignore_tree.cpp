// A FileTree that hides ignored files. The patterns of a directory are its ancestors' and its own
// .sourceignore, read when the directory is first looked at. A directory that is ignored itself is
// shown where a "!pattern" brings back something below, which is searched for once.
// Tests: test/sources/ignore_test.cpp.

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/ignore.hpp"

namespace reconcile::sources {
namespace {

using model::DirectoryEntry;
using model::Error;
using model::ErrorCode;
using model::FileInfo;
using model::FileTree;
using model::FileType;
using Patterns = std::vector<IgnorePattern>;
using Verdict = IgnorePattern::Verdict;

constexpr std::string_view ignore_file = ".sourceignore";
constexpr std::size_t depth_max = 128;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t slash = 0; slash != std::string_view::npos;) {
    slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  }
  return parts;
}

void check_count(const Patterns& patterns, const IgnoreOptions& options, const std::string& file) {
  if (patterns.size() <= options.patterns_max) return;
  throw Error(ErrorCode::limit_exceeded,
              "expected at most " + std::to_string(options.patterns_max) +
                  " ignore patterns, found " + std::to_string(patterns.size()))
      .in_file(file);
}

Patterns read_ignore_file(const FileTree& tree, const std::string& directory,
                          const IgnoreOptions& options) {
  const std::string path = model::join_path(directory, ignore_file);
  std::optional<FileInfo> info;
  try {
    info = tree.stat(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::outside_root) return {};
    throw;
  }
  if (!info || info->type != FileType::regular) return {};
  if (info->size > options.file_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected an ignore file of at most " +
                                               std::to_string(options.file_bytes_max) +
                                               " bytes, found " + std::to_string(info->size))
        .in_file(path);
  }
  Patterns patterns = parse_ignore(tree.read(path), directory);
  check_count(patterns, options, path);
  return patterns;
}

/// Whether any .sourceignore in the tree holds a pattern.
bool has_patterns(const FileTree& tree, const IgnoreOptions& options) {
  std::deque<std::string> pending{""};
  std::size_t seen = 0;
  while (!pending.empty()) {
    const std::string directory = std::move(pending.front());
    pending.pop_front();
    if (++seen > options.directories_max) {
      throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                                 std::to_string(options.directories_max) +
                                                 " directories, found more");
    }
    for (const DirectoryEntry& entry : tree.list(directory)) {
      if (entry.name == ignore_file && !read_ignore_file(tree, directory, options).empty()) {
        return true;
      }
      if (entry.type == FileType::directory && entry.name != ".git") {
        pending.push_back(model::join_path(directory, entry.name));
      }
    }
  }
  return false;
}

class IgnoreTree final : public FileTree {
 public:
  IgnoreTree(std::shared_ptr<const FileTree> tree, const IgnoreOptions& options)
      : FileTree(tree->limits()), tree_(std::move(tree)), options_(options) {
    first_ = vcs_patterns();
    last_ = parse_ignore(options.ignore);
    check_count(last_, options, "spec.ignore");
    if (last_.empty() && !has_patterns(*tree_, options)) {
      Patterns defaults = default_patterns();
      first_.insert(first_.end(), defaults.begin(), defaults.end());
    }
  }

 private:
  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    std::optional<FileInfo> info = tree_->lstat(path);
    if (!info || !visible(path, info->type)) return std::nullopt;
    return info;
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    std::vector<DirectoryEntry> entries = tree_->list(path);
    std::erase_if(entries, [&](const DirectoryEntry& entry) {
      return !visible(model::join_path(path, entry.name), entry.type);
    });
    return entries;
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    return tree_->read(path);
  }
  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    return tree_->read_link(path);
  }
  [[nodiscard]] std::string blob_at(const std::string& path) const override {
    return tree_->blob(path);
  }

  [[nodiscard]] bool visible(const std::string& path, FileType type) const {
    const bool directory = type == FileType::directory;
    if (!ignored(path, directory)) return true;
    return directory && may_return_below(path) && any_visible_below(path);
  }

  /// The patterns of one directory's ignore file. The answer stays where it is: entries are never
  /// removed.
  [[nodiscard]] const Patterns& patterns_of(const std::string& directory) const {
    const std::lock_guard lock(mutex_);
    const auto found = patterns_.find(directory);
    if (found != patterns_.end()) return found->second;
    return patterns_.emplace(directory, read_ignore_file(*tree_, directory, options_))
        .first->second;
  }

  [[nodiscard]] bool ignored(const std::string& path, bool directory) const {
    Verdict verdict = Verdict::none;
    const std::vector<std::string_view> parts = split(path);
    const auto ask = [&](const Patterns& patterns) {
      for (auto it = patterns.rbegin(); it != patterns.rend() && verdict == Verdict::none; ++it) {
        verdict = it->match(parts, directory);
      }
    };
    ask(last_);
    for (std::string at = path; verdict == Verdict::none && !at.empty();) {
      at = model::parent_path(at);
      ask(patterns_of(at));
    }
    ask(first_);
    return verdict == Verdict::exclude;
  }

  /// Whether a "!pattern" may bring back something below an ignored directory: of `ignore`, of the
  /// ancestors, or of its own ignore file.
  [[nodiscard]] bool may_return_below(const std::string& directory) const {
    const auto may = [&](const Patterns& patterns) {
      return std::any_of(patterns.begin(), patterns.end(), [&](const IgnorePattern& pattern) {
        return pattern.is_inclusion() && pattern.may_match_below(directory);
      });
    };
    if (may(last_)) return true;
    for (std::string at = directory;; at = model::parent_path(at)) {
      if (may(patterns_of(at))) return true;
      if (at.empty()) return false;
    }
  }

  [[nodiscard]] bool any_visible_below(const std::string& directory, std::size_t depth = 0) const {
    {
      const std::lock_guard lock(mutex_);
      const auto found = shown_.find(directory);
      if (found != shown_.end()) return found->second;
    }
    bool shown = false;
    for (const DirectoryEntry& entry : tree_->list(directory)) {
      const std::string path = model::join_path(directory, entry.name);
      if (entry.type == FileType::directory) {
        shown = depth < depth_max && may_return_below(path) && any_visible_below(path, depth + 1);
      } else {
        shown = !ignored(path, false);
      }
      if (shown) break;
    }
    const std::lock_guard lock(mutex_);
    shown_.emplace(directory, shown);
    return shown;
  }

  std::shared_ptr<const FileTree> tree_;
  IgnoreOptions options_;
  Patterns first_;
  Patterns last_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, Patterns> patterns_;
  mutable std::unordered_map<std::string, bool> shown_;
};

}  // namespace

std::shared_ptr<const FileTree> without_ignored(std::shared_ptr<const FileTree> tree,
                                                const IgnoreOptions& options) {
  return std::make_shared<IgnoreTree>(std::move(tree), options);
}

}  // namespace reconcile::sources
