#include "sources/git/git_transfer.hpp"

#include <utility>

namespace reconcile::sources {

using model::Error;
using model::ErrorCode;

Transfer::Transfer(const GitOptions& given, GitEdges& shared, std::string url)
    : options(given),
      edges(shared),
      deadline(model::system_clock().steady_now() + given.limits.total_timeout),
      base_url(std::move(url)) {
}

std::chrono::milliseconds Transfer::remaining() const {
  if (edges.cancelled) throw Error(ErrorCode::cancelled, "the transfer was cancelled");
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - model::system_clock().steady_now());
  if (left.count() > 0) return left;
  throw Error(ErrorCode::unavailable, "expected the transfer to end within " +
                                          model::format_duration(options.limits.total_timeout) +
                                          ", found it still running");
}

}  // namespace reconcile::sources
