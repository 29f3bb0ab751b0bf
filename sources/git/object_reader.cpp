#include "sources/git/object_reader.hpp"

#include <git2/sys/repository.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using model::FileType;

constexpr std::size_t cached_entries_max = 300'000;
constexpr std::uint64_t tree_bytes_max = 32U << 20U;
constexpr std::uint64_t handle_bytes_max = 2U << 20U;
constexpr unsigned mode_type_mask = 0170000;

bool is_git_directory(std::string_view name) {
  if (name.size() != 4) return false;
  return name[0] == '.' && (name[1] | 0x20) == 'g' && (name[2] | 0x20) == 'i' &&
         (name[3] | 0x20) == 't';
}

bool is_allowed(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && !is_git_directory(name) &&
         name.find('/') == std::string_view::npos;
}

FileType type_of(unsigned mode) {
  switch (mode & mode_type_mask) {
    case 0100000:
      return FileType::regular;
    case 0040000:
      return FileType::directory;
    case 0120000:
      return FileType::symlink;
    default:
      return FileType::other;
  }
}

Error refused(const git_oid& id, const std::string& path, const std::string& found) {
  Error error(ErrorCode::invalid_input,
              "expected a tree that Git allows, found " + found + " in tree " + id_text(id));
  if (!path.empty()) error.in_file(path);
  return error;
}

/// A tree object is a row of "<octal mode> <name>\0<20 bytes>".
GitDirectory parse_tree(std::string_view bytes, const git_oid& id, const std::string& path) {
  GitDirectory entries;
  while (!bytes.empty()) {
    GitEntry entry;
    unsigned mode = 0;
    std::size_t at = 0;
    while (at < bytes.size() && at < 7 && bytes[at] >= '0' && bytes[at] <= '7') {
      mode = mode * 8 + static_cast<unsigned>(bytes[at++] - '0');
    }
    const std::size_t end = bytes.find('\0', at);
    if (at == 0 || end == std::string_view::npos || bytes[at] != ' ' ||
        bytes.size() - end - 1 < GIT_OID_RAWSZ) {
      throw refused(id, path, "a broken entry");
    }
    entry.name = bytes.substr(at + 1, end - at - 1);
    if (!is_allowed(entry.name)) throw refused(id, path, "the name \"" + entry.name + "\"");
    entry.type = type_of(mode);
    entry.executable = entry.type == FileType::regular && (mode & 0100U) != 0;
    std::memcpy(entry.id.id, bytes.data() + end + 1, GIT_OID_RAWSZ);
    entries.push_back(std::move(entry));
    bytes.remove_prefix(end + 1 + GIT_OID_RAWSZ);
  }
  std::sort(entries.begin(), entries.end(),
            [](const GitEntry& a, const GitEntry& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(entries.begin(), entries.end(),
                         [](const GitEntry& a, const GitEntry& b) { return a.name == b.name; });
  if (twice != entries.end()) throw refused(id, path, "the name \"" + twice->name + "\" twice");
  return entries;
}

}  // namespace

std::size_t ObjectReader::IdHash::operator()(const git_oid& id) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, id.id, sizeof hash);
  return hash;
}

bool ObjectReader::IdEqual::operator()(const git_oid& a, const git_oid& b) const noexcept {
  return std::memcmp(a.id, b.id, GIT_OID_RAWSZ) == 0;
}

ObjectReader::ObjectReader(RepositoryPtr repository, Handle handle)
    : repository_(std::move(repository)), handle_(handle) {
  odb_locked();
}

git_odb* ObjectReader::odb_locked() {
  if (!odb_) {
    git_odb* odb = nullptr;
    check_git(git_repository_odb(&odb, repository_.get()), "cannot open the object database");
    odb_.reset(odb);
  }
  return odb_.get();
}

/// The repository holds the database too: it gives up both.
void ObjectReader::count_locked(std::uint64_t bytes) {
  read_bytes_ += bytes;
  if (handle_ == Handle::kept || read_bytes_ < handle_bytes_max) return;
  read_bytes_ = 0;
  odb_.reset();
  git_repository__cleanup(repository_.get());
}

void ObjectReader::fail(const git_oid& id, const std::string& path) {
  damaged_ = true;
  Error error = git_failure(ErrorCode::unavailable, "cannot read Git object " + id_text(id));
  if (!path.empty()) error.in_file(path);
  throw error;
}

std::uint64_t ObjectReader::size_locked(const git_oid& id, git_object_t type,
                                        const std::string& path) {
  std::size_t size = 0;
  git_object_t found = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &found, odb_locked(), &id) < 0) fail(id, path);
  if (found != type) throw refused(id, path, "an object of another type than its entry says");
  return size;
}

std::string ObjectReader::read_object(const git_oid& id, git_object_t type, std::uint64_t bytes_max,
                                      const std::string& path) {
  const std::lock_guard guard(mutex_);
  const std::uint64_t size = size_locked(id, type, path);
  if (size > bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a Git object of at most " +
                                               std::to_string(bytes_max) + " bytes, found " +
                                               std::to_string(size))
        .in_file(path);
  }
  git_odb_object* object = nullptr;
  if (git_odb_read(&object, odb_locked(), &id) < 0) fail(id, path);
  const OdbObjectPtr owner(object);
  std::string content(static_cast<const char*>(git_odb_object_data(object)),
                      git_odb_object_size(object));
  count_locked(content.size());
  return content;
}

std::shared_ptr<const GitDirectory> ObjectReader::directory(const git_oid& id,
                                                            const std::string& path) {
  {
    const std::lock_guard guard(mutex_);
    const auto found = cache_.find(id);
    if (found != cache_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->entries;
    }
  }
  auto entries = std::make_shared<const GitDirectory>(
      parse_tree(read_object(id, GIT_OBJECT_TREE, tree_bytes_max, path), id, path));
  const std::lock_guard guard(mutex_);
  if (cache_.contains(id)) return entries;
  recent_.push_front({id, entries});
  cache_[id] = recent_.begin();
  cached_entries_ += entries->size() + 1;
  while (cached_entries_ > cached_entries_max && recent_.size() > 1) {
    cached_entries_ -= recent_.back().entries->size() + 1;
    cache_.erase(recent_.back().id);
    recent_.pop_back();
  }
  return entries;
}

std::uint64_t ObjectReader::size(const git_oid& id, const std::string& path) {
  const std::lock_guard guard(mutex_);
  return size_locked(id, GIT_OBJECT_BLOB, path);
}

std::string ObjectReader::content(const git_oid& id, std::uint64_t bytes_max,
                                  const std::string& path) {
  return read_object(id, GIT_OBJECT_BLOB, bytes_max, path);
}

bool ObjectReader::find_tree(const git_oid& commit, git_oid& tree) {
  const std::lock_guard guard(mutex_);
  git_commit* found = nullptr;
  if (git_commit_lookup(&found, repository_.get(), &commit) < 0) return false;
  const CommitPtr owner(found);
  git_oid_cpy(&tree, git_commit_tree_id(found));
  return true;
}

std::optional<CommitLinks> ObjectReader::find_commit(const git_oid& commit,
                                                     std::uint64_t bytes_max) {
  const std::lock_guard guard(mutex_);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, odb_locked(), &commit) < 0) return std::nullopt;
  if (type != GIT_OBJECT_COMMIT) return std::nullopt;
  if (size > bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a commit of at most " +
                                               std::to_string(bytes_max) + " bytes, found " +
                                               std::to_string(size));
  }
  git_commit* found = nullptr;
  if (git_commit_lookup(&found, repository_.get(), &commit) < 0) fail(commit, "");
  const CommitPtr owner(found);
  CommitLinks links{*git_commit_tree_id(found), {}};
  for (unsigned i = 0; i < git_commit_parentcount(found); ++i) {
    links.parents.push_back(*git_commit_parent_id(found, i));
  }
  return links;
}

bool ObjectReader::contains(const git_oid& id) {
  const std::lock_guard guard(mutex_);
  return git_odb_exists(odb_locked(), &id) != 0;
}

bool ObjectReader::damaged() const {
  const std::lock_guard guard(mutex_);
  return damaged_;
}

}  // namespace reconcile::sources
