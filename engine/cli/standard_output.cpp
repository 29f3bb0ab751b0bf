#include "engine/cli/standard_output.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <iostream>
#include <vector>

namespace reconcile::engine {
namespace {

/// Takes `bytes` off the front of `parts`.
std::span<iovec> behind(std::span<iovec> parts, std::size_t bytes) {
  while (!parts.empty() && bytes >= parts.front().iov_len) {
    bytes -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (bytes > 0) {
    parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + bytes;
    parts.front().iov_len -= bytes;
  }
  return parts;
}

bool write_all(std::span<iovec> parts) {
  while (!parts.empty()) {
    const int count = static_cast<int>(std::min<std::size_t>(parts.size(), IOV_MAX));
    const ssize_t written = ::writev(STDOUT_FILENO, parts.data(), count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    parts = behind(parts, static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

void write_pieces(std::ostream& out, std::span<const std::string_view> pieces) {
  if (&out != &std::cout) {
    for (const std::string_view piece : pieces) out << piece;
    return;
  }
  if (!out.flush()) return;
  std::vector<iovec> parts;
  parts.reserve(pieces.size());
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) parts.push_back({const_cast<char*>(piece.data()), piece.size()});
  }
  if (!write_all(parts)) out.setstate(std::ios::badbit);
}

}  // namespace reconcile::engine
