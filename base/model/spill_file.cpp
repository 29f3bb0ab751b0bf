// One file without a name, its places given out first fit. Tests: test/model/spill_file_test.cpp.
#include "reconcile/model/spill_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

int open_nameless(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) return descriptor;
  // Not every file system has such files. mkostemp replaces the letters behind the dash.
  std::string path = folder + "/.spill-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named < 0) {
    throw Error(ErrorCode::unavailable,
                "cannot make a file in " + folder + ": " + std::strerror(errno));
  }
  ::unlink(path.c_str());
  return named;
}

/// Empty, or why not all was written.
std::string write_all(int descriptor, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? std::strerror(errno) : "nothing was written";
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

}  // namespace

SpillPart::SpillPart(std::shared_ptr<SpillFile> file, std::uint64_t begin, std::uint64_t size)
    : file_(std::move(file)), begin_(begin), size_(size) {
}

SpillPart::SpillPart(SpillPart&& other) noexcept
    : file_(std::move(other.file_)), begin_(other.begin_), size_(other.size_) {
}

SpillPart::~SpillPart() {
  if (file_ != nullptr) file_->give_back(begin_, size_);
}

std::string SpillPart::read(std::uint64_t offset, std::uint64_t size) const {
  if (offset > size_ || size > size_ - offset)
    throw Error(ErrorCode::internal, "a read beyond what was spilled");
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = ::pread(file_->descriptor_, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(begin_ + offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw Error(ErrorCode::unavailable,
                  "cannot read what was spilled to disk: " +
                      std::string(got < 0 ? std::strerror(errno) : "the file is shorter"));
    }
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

SpillFile::SpillFile(int descriptor, OnFailure on_failure, std::uint64_t bytes_max)
    : descriptor_(descriptor), on_failure_(std::move(on_failure)), bytes_max_(bytes_max) {
}

SpillFile::~SpillFile() {
  ::close(descriptor_);
}

std::shared_ptr<SpillFile> SpillFile::open(const std::string& folder, OnFailure on_failure,
                                           std::uint64_t bytes_max) {
  return std::shared_ptr<SpillFile>(
      new SpillFile(open_nameless(folder), std::move(on_failure), bytes_max));
}

std::optional<SpillPart> SpillFile::store(std::string_view bytes) {
  const std::optional<std::uint64_t> begin = take_place(bytes.size());
  if (!begin) {
    note_failure("it has its " + std::to_string(bytes_max_) + " bytes");
    return std::nullopt;
  }
  SpillPart part(shared_from_this(), *begin, bytes.size());
  const std::string reason = write_all(descriptor_, bytes, *begin);
  note_failure(reason);
  if (!reason.empty()) return std::nullopt;
  return part;
}

std::uint64_t SpillFile::size() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

std::optional<std::uint64_t> SpillFile::take_place(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
    const auto [begin, length] = *gap;
    if (length < size) continue;
    gaps_.erase(gap);
    if (length > size) gaps_.emplace(begin + size, length - size);
    return begin;
  }
  if (size > bytes_max_ - end_) return std::nullopt;
  return std::exchange(end_, end_ + size);
}

void SpillFile::give_back(std::uint64_t begin, std::uint64_t size) {
  if (size == 0) return;
  const std::lock_guard lock(mutex_);
  auto next = gaps_.lower_bound(begin);
  if (next != gaps_.end() && begin + size == next->first) {
    size += next->second;
    next = gaps_.erase(next);
  }
  if (next != gaps_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == begin) {
      begin = before->first;
      size += before->second;
      gaps_.erase(before);
    }
  }
  if (begin + size < end_) {
    gaps_.emplace(begin, size);
    return;
  }
  end_ = begin;
  // Where that fails the disk is used a while longer, no more.
  [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, static_cast<off_t>(end_));
}

void SpillFile::note_failure(const std::string& reason) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(failing_, !reason.empty()) || reason.empty()) return;
  }
  if (on_failure_) on_failure_(reason);
}

}  // namespace reconcile::model
