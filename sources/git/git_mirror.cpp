#include "sources/git/git_mirror.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "sources/git/commit_graph.hpp"

namespace reconcile::sources {
namespace {

namespace fs = std::filesystem;
using model::Error;
using model::ErrorCode;

constexpr std::string_view generation_prefix = "generation-";
constexpr std::uint64_t current_bytes_max = 256;

OwnedFd lock_mirror(const std::string& directory) {
  make_directories(directory);
  std::optional<OwnedFd> lock = try_lock_file(directory + "/lock");
  if (lock) return std::move(*lock);
  throw Error(ErrorCode::conflict, "expected the Git mirror \"" + directory +
                                       "\" to be free, found it open in another process");
}

/// Whether libgit2 1.5 leaves such a file behind when it is interrupted.
bool is_leftover(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.ends_with(".lock") || name.find("_git2_") != std::string::npos) return true;
  std::error_code ignored;
  return name.ends_with(".idx") && !fs::exists(fs::path(path).replace_extension(".pack"), ignored);
}

void remove_leftovers(const std::string& repository) {
  std::error_code failure;
  std::vector<fs::path> leftovers;
  for (fs::recursive_directory_iterator at(repository, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (is_leftover(at->path())) leftovers.push_back(at->path());
  }
  for (const fs::path& path : leftovers) fs::remove(path, failure);
}

unsigned long number_of(const std::string& name) {
  unsigned long number = 0;
  if (!name.starts_with(generation_prefix)) return 0;
  const char* digits = name.c_str() + generation_prefix.size();
  std::from_chars(digits, name.c_str() + name.size(), number);
  return number;
}

}  // namespace

MirrorGeneration::~MirrorGeneration() {
  if (!temporary_) return;
  reader_.reset();
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::shared_ptr<ObjectReader> MirrorGeneration::reader() {
  const std::lock_guard guard(mutex_);
  if (!reader_) {
    RepositoryPtr repository = open();
    if (!repository) {
      damaged_ = true;
      throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror \"" + path_ + "\"");
    }
    reader_ = std::make_shared<ObjectReader>(std::move(repository), ObjectReader::Handle::renewed);
  }
  return reader_;
}

bool MirrorGeneration::damaged() const {
  const std::lock_guard guard(mutex_);
  return damaged_ || (reader_ && reader_->damaged());
}

void MirrorGeneration::mark_damaged() {
  const std::lock_guard guard(mutex_);
  damaged_ = true;
}

void MirrorGeneration::set_temporary(bool temporary) {
  const std::lock_guard guard(mutex_);
  temporary_ = temporary;
}

std::size_t MirrorGeneration::packs() const {
  std::size_t count = 0;
  std::error_code failure;
  for (fs::directory_iterator at(path_ + "/objects/pack", failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->path().extension() == ".pack") ++count;
  }
  return count;
}

std::shared_ptr<const CommitGraph> graph_of(const std::shared_ptr<MirrorGeneration>& generation) {
  RepositoryPtr repository = generation->open();
  if (!repository) {
    generation->mark_damaged();
    throw git_failure(ErrorCode::unavailable,
                      "cannot open the Git mirror \"" + generation->path() + "\"");
  }
  return std::make_shared<RepositoryGraph>(std::move(repository), generation->reader(), generation);
}

std::shared_ptr<GitMirror> GitMirror::open(const std::string& data_dir, const std::string& scope,
                                           const std::string& url) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<GitMirror>> mirrors;
  const std::string name = model::sha256_hex(scope + '\0' + url).substr(0, 32);
  const std::string directory = data_dir + "/git/" + name;
  const std::lock_guard guard(mutex);
  std::erase_if(mirrors, [](const auto& entry) { return entry.second.expired(); });
  if (std::shared_ptr<GitMirror> mirror = mirrors[directory].lock()) return mirror;
  auto mirror = std::make_shared<GitMirror>(directory);
  mirrors[directory] = mirror;
  return mirror;
}

GitMirror::GitMirror(std::string directory)
    : directory_(std::move(directory)), lock_(lock_mirror(directory_)) {
  recover();
}

void GitMirror::recover() {
  std::optional<std::string> name;
  try {
    name = read_file(directory_ + "/current", current_bytes_max);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::limit_exceeded) throw;
  }
  std::error_code failure;
  std::vector<fs::path> abandoned;
  for (fs::directory_iterator at(directory_, failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string found = at->path().filename().string();
    next_ = std::max(next_, number_of(found) + 1);
    if (found.starts_with(generation_prefix) && found != name) abandoned.push_back(at->path());
  }
  for (const fs::path& path : abandoned) fs::remove_all(path, failure);
  if (!name || number_of(*name) == 0) return;
  const std::string path = directory_ + "/" + *name;
  remove_leftovers(path);
  current_ = std::make_shared<MirrorGeneration>(path);
  if (!current_->open()) current_->mark_damaged();
}

void GitMirror::mark_used() const {
  std::error_code ignored;
  fs::last_write_time(directory_, fs::file_time_type::clock::now(), ignored);
}

std::shared_ptr<MirrorGeneration> GitMirror::current() const {
  const std::lock_guard guard(mutex_);
  return current_;
}

std::shared_ptr<MirrorGeneration> GitMirror::begin() {
  const std::lock_guard guard(mutex_);
  const std::string path =
      directory_ + "/" + std::string(generation_prefix) + std::to_string(next_++);
  auto generation = std::make_shared<MirrorGeneration>(path);
  generation->set_temporary(true);
  git_repository* repository = nullptr;
  check_git(git_repository_init(&repository, path.c_str(), 1), "cannot create the Git mirror");
  git_repository_free(repository);
  return generation;
}

void GitMirror::accept(const std::shared_ptr<MirrorGeneration>& generation) {
  std::shared_ptr<MirrorGeneration> replaced;
  const std::lock_guard guard(mutex_);
  replace_file(directory_ + "/current", fs::path(generation->path()).filename().string());
  generation->set_temporary(false);
  replaced = std::exchange(current_, generation);
  if (replaced) replaced->set_temporary(true);
}

}  // namespace reconcile::sources
