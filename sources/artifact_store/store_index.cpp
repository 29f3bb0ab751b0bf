#include "sources/artifact_store/store_index.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t checksum_digits = 16;
/// The file may grow past its bound by the records between two rewrites, never beyond this factor.
constexpr std::uint64_t slack = 4;

std::string record(std::string_view manifest, std::string_view key) {
  std::string rest(manifest);
  rest += ' ';
  rest += key;
  return model::sha256_hex(rest).substr(0, checksum_digits) + " " + rest + "\n";
}

Error failed(const std::string& what, const std::string& path) {
  return {ErrorCode::unavailable, "cannot " + what + " \"" + path + "\": " + std::strerror(errno)};
}

}  // namespace

StoreIndex::StoreIndex(std::string path, std::uint64_t bytes_max)
    : path_(std::move(path)), bytes_max_(bytes_max) {
  const std::optional<std::string> text = read_file(path_, bytes_max_ * slack);
  if (!text) {
    replace_file(path_, "");
    return;
  }
  load(*text);
  if (bytes_ < text->size() && ::truncate(path_.c_str(), static_cast<off_t>(bytes_)) != 0) {
    throw failed("cut", path_);
  }
}

void StoreIndex::load(std::string_view text) {
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || end <= checksum_digits + 1) return;
    const std::string_view rest = text.substr(checksum_digits + 1, end - checksum_digits - 1);
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view manifest = rest.substr(0, space);
    const std::string_view key = rest.substr(space + 1);
    if (record(manifest, key) != text.substr(0, end + 1)) return;
    if (manifest == "-") {
      entries_.erase(std::string(key));
    } else {
      entries_[std::string(key)] = {std::string(manifest), next_order_++};
    }
    bytes_ += end + 1;
    text.remove_prefix(end + 1);
  }
}

void StoreIndex::put(const std::string& key, const std::string& manifest) {
  append(key, manifest);
  entries_[key] = {manifest, next_order_++};
  if (bytes_ > bytes_max_) rewrite();
}

void StoreIndex::remove(const std::string& key) {
  if (!entries_.contains(key)) return;
  append(key, "-");
  entries_.erase(key);
}

void StoreIndex::append(const std::string& key, std::string_view manifest) {
  if (key.empty() || key.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) {
    throw Error(ErrorCode::invalid_input,
                "expected a key without line break, found \"" + key + "\"");
  }
  const std::string line = record(manifest, key);
  const OwnedFd file(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.number() < 0) throw failed("open", path_);
  // At its own offset: a record that was written in part before is overwritten.
  const ssize_t written =
      ::pwrite(file.number(), line.data(), line.size(), static_cast<off_t>(bytes_));
  if (written < 0 || static_cast<std::size_t>(written) != line.size()) {
    throw failed("write", path_);
  }
  if (::fsync(file.number()) != 0) throw failed("sync", path_);
  bytes_ += line.size();
}

void StoreIndex::rewrite() {
  std::map<std::uint64_t, const std::string*> by_order;
  for (const auto& [key, entry] : entries_) by_order[entry.order] = &key;
  std::string text;
  for (const auto& [order, key] : by_order) text += record(entries_.at(*key).manifest, *key);
  replace_file(path_, text);
  bytes_ = text.size();
}

}  // namespace reconcile::sources
