#include "sources/artifact_store/durable_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

Error system_error(const std::string& what, const std::string& path, int number) {
  return {ErrorCode::unavailable, "cannot " + what + " \"" + path + "\": " + std::strerror(number)};
}

void write_all(int file, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

OwnedFd create(const std::string& path) {
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) throw system_error("create", path, errno);
  return file;
}

OwnedFd open_directory(const std::string& directory) {
  OwnedFd file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0) throw system_error("open directory", directory, errno);
  return file;
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (number_ >= 0) ::close(number_);
}
OwnedFd::OwnedFd(OwnedFd&& other) noexcept : number_(std::exchange(other.number_, -1)) {
}
OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

void make_directories(const std::string& path) {
  std::string made;
  for (const std::filesystem::path& part : std::filesystem::path(path)) {
    made = (std::filesystem::path(made) / part).string();
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) {
      const int number = errno;
      struct stat info {};
      if (::stat(made.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) continue;
      throw system_error("create directory", made, number);
    }
  }
}

std::optional<std::string> read_file(const std::string& path, std::uint64_t bytes_max) {
  const OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.number() < 0 && errno == ENOENT) return std::nullopt;
  if (file.number() < 0) throw system_error("read", path, errno);
  std::string content;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", path, errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > bytes_max) {
      throw Error(ErrorCode::limit_exceeded, "expected \"" + path + "\" to have at most " +
                                                 std::to_string(bytes_max) + " bytes");
    }
  }
}

void write_new_file(const std::string& path, std::string_view content) {
  const OwnedFd file = create(path);
  write_all(file.number(), content, path);
}

void replace_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".new";
  {
    const OwnedFd file = create(temporary);
    write_all(file.number(), content, temporary);
    if (::fsync(file.number()) != 0) throw system_error("sync", temporary, errno);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw system_error("replace", path, errno);
  sync_directory(std::filesystem::path(path).parent_path().string());
}

void sync_directory(const std::string& directory) {
  const OwnedFd file = open_directory(directory);
  if (::fsync(file.number()) != 0) throw system_error("sync directory", directory, errno);
}

void sync_file_system(const std::string& directory) {
  const OwnedFd file = open_directory(directory);
  if (::syncfs(file.number()) != 0) throw system_error("sync the file system of", directory, errno);
}

std::optional<OwnedFd> try_lock_file(const std::string& path) {
  OwnedFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) throw system_error("open", path, errno);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw system_error("lock", path, errno);
}

}  // namespace reconcile::sources
