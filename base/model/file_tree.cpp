#include "reconcile/model/file_tree.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t path_bytes_max = 4096;

Error outside(std::string_view path) {
  return {ErrorCode::outside_root, "expected a path inside the source's root, found \"" +
                                       std::string(path.substr(0, 256)) + "\""};
}

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty()) parts.push_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

void check_path_text(std::string_view path) {
  if (path.size() > path_bytes_max) {
    throw Error(ErrorCode::limit_exceeded,
                "expected a path of at most 4096 bytes, found " + std::to_string(path.size()));
  }
  if (path.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::invalid_input, "expected a path without NUL bytes");
  }
}

/// Whether normalise_path would leave the path as it is.
bool is_normal(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

/// A directory whose every read looks the whole path up.
class NamedDirectory final : public OpenDirectory {
 public:
  NamedDirectory(const FileTree& tree, std::string path) : tree_(tree), path_(std::move(path)) {}

  [[nodiscard]] std::vector<DirectoryEntry> list() const override { return tree_.list(path_); }
  [[nodiscard]] std::string read(const std::string& name) const override {
    return tree_.read(join_path(path_, name));
  }
  [[nodiscard]] std::unique_ptr<OpenDirectory> enter(const std::string& name) const override {
    return tree_.open_directory(join_path(path_, name));
  }

 private:
  const FileTree& tree_;
  std::string path_;
};

}  // namespace

std::string normalise_path(std::string_view path) {
  check_path_text(path);
  if (path.starts_with('/')) throw outside(path);
  std::vector<std::string_view> kept;
  for (const std::string_view part : split_path(path)) {
    if (part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
      continue;
    }
    if (kept.empty()) throw outside(path);
    kept.pop_back();
  }
  std::string normal;
  for (const std::string_view part : kept) {
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  return normal;
}

std::string join_path(std::string_view base, std::string_view relative) {
  if (relative.starts_with('/')) throw outside(relative);
  std::string joined(base);
  joined += '/';
  joined += relative;
  return normalise_path(base.empty() ? relative : std::string_view(joined));
}

std::string parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool FileTree::is_free_of_links(const std::string&) const {
  return false;
}

std::optional<std::string> FileTree::read_free_of_links(const std::string&) const {
  return std::nullopt;
}

std::string FileTree::resolve(std::string_view path) const {
  check_path_text(path);
  if (path.starts_with('/')) throw outside(path);
  if (is_normal(path) && is_free_of_links(std::string(path))) return std::string(path);
  // The parts still to walk, last first; a symlink puts its target's parts in front of the rest.
  std::vector<std::string> pending;
  const auto push_parts = [&pending](std::string_view text) {
    const std::vector<std::string_view> parts = split_path(text);
    for (std::size_t i = parts.size(); i > 0; --i) pending.emplace_back(parts[i - 1]);
  };
  push_parts(path);
  std::string at;
  std::size_t links = 0;
  while (!pending.empty()) {
    const std::string part = std::move(pending.back());
    pending.pop_back();
    if (part == ".") continue;
    if (part == "..") {
      if (at.empty()) throw outside(path);
      at = parent_path(at);
      continue;
    }
    std::string next = at.empty() ? part : at + "/" + part;
    const std::optional<FileInfo> info = lstat_at(next);
    if (!info) {
      throw Error(ErrorCode::not_found,
                  "expected a file or directory \"" + std::string(path) + "\", found none");
    }
    if (info->type != FileType::symlink) {
      at = std::move(next);
      continue;
    }
    if (++links > limits_.symlinks_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(limits_.symlinks_max) +
                      " symbolic links on the way to \"" + std::string(path) + "\", found more");
    }
    const std::string target = read_link_at(next);
    if (target.starts_with('/') && has_absolute_links())
      at.clear();
    else if (target.starts_with('/')) {
      throw Error(ErrorCode::outside_root,
                  "symbolic link \"" + next + "\" leaves the source's root: \"" + target + "\"");
    }
    push_parts(target);
  }
  return at;
}

std::optional<FileInfo> FileTree::stat(std::string_view path) const {
  try {
    const std::string at = resolve(path);
    if (at.empty()) return FileInfo{FileType::directory, false, 0};
    return lstat_at(at);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

std::optional<FileInfo> FileTree::lstat(std::string_view path) const {
  const std::string normal = normalise_path(path);
  if (normal.empty()) return FileInfo{FileType::directory, false, 0};
  try {
    return lstat_at(join_path(resolve(parent_path(normal)), base_name(normal)));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

std::string FileTree::read_link(std::string_view path) const {
  const std::string normal = normalise_path(path);
  const std::optional<FileInfo> info = lstat(normal);
  if (!info || info->type != FileType::symlink) {
    throw Error(ErrorCode::not_found,
                "expected a symbolic link \"" + normal + "\", found something else");
  }
  return read_link_at(join_path(resolve(parent_path(normal)), base_name(normal)));
}

std::vector<DirectoryEntry> FileTree::list(std::string_view path) const {
  const std::string at = resolve(path);
  if (!at.empty()) {
    const std::optional<FileInfo> info = lstat_at(at);
    if (!info || info->type != FileType::directory) {
      throw Error(ErrorCode::not_found,
                  "expected a directory \"" + std::string(path) + "\", found a file");
    }
  }
  return in_order(list_at(at), path);
}

std::vector<DirectoryEntry> FileTree::in_order(std::vector<DirectoryEntry> entries,
                                               std::string_view path) const {
  if (entries.size() > limits_.directory_entries_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                               std::to_string(limits_.directory_entries_max) +
                                               " entries in directory \"" + std::string(path) +
                                               "\", found " + std::to_string(entries.size()));
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

std::unique_ptr<OpenDirectory> FileTree::open_directory(std::string_view path) const {
  return open_directory_at(resolve(path));
}

std::unique_ptr<OpenDirectory> FileTree::open_directory_at(const std::string& path) const {
  return std::make_unique<NamedDirectory>(*this, path);
}

std::string FileTree::read(std::string_view path) const {
  check_path_text(path);
  if (is_normal(path)) {
    std::optional<std::string> content = read_free_of_links(std::string(path));
    if (content) return *std::move(content);
  }
  const std::string at = resolve(path);
  const std::optional<FileInfo> info = at.empty() ? std::nullopt : lstat_at(at);
  if (!info || info->type != FileType::regular) {
    throw Error(ErrorCode::not_found,
                "expected a regular file \"" + std::string(path) + "\", found something else");
  }
  if (info->size > limits_.file_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a file of at most " +
                                               std::to_string(limits_.file_bytes_max) +
                                               " bytes, found " + std::to_string(info->size))
        .in_file(std::string(path));
  }
  return read_at(at);
}

std::string FileTree::blob(std::string_view path) const {
  const std::string at = resolve(path);
  const std::optional<FileInfo> info = at.empty() ? std::nullopt : lstat_at(at);
  if (!info || info->type != FileType::regular) {
    throw Error(ErrorCode::not_found,
                "expected a regular file \"" + std::string(path) + "\", found something else");
  }
  return blob_at(at);
}

std::string FileTree::blob_at(const std::string& path) const {
  const std::string content = read(path);
  std::string framed = "blob " + std::to_string(content.size());
  framed += '\0';
  return sha1_hex(framed + content);
}

}  // namespace reconcile::model
