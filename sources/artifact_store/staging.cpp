#include "sources/artifact_store/staging.hpp"

#include <filesystem>
#include <utility>

#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"
#include "sources/artifact_store/durable_file.hpp"

namespace reconcile::sources {

Staging::Staging(std::string directory) : directory_(std::move(directory)) {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  make_directories(directory_);
}

Staging::~Staging() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Staging::add(const std::string& object, std::string_view content, std::uint64_t bytes_max) {
  const std::string packed = model::zstd_compress(content);
  bytes_ += packed.size();
  if (bytes_ > bytes_max) {
    throw model::Error(model::ErrorCode::limit_exceeded, "expected an artifact of at most " +
                                                             std::to_string(bytes_max) +
                                                             " compressed bytes, found more");
  }
  write_new_file(path_of(object), packed);
  sizes_[object] = packed.size();
}

std::string Staging::path_of(const std::string& object) const {
  return directory_ + "/" + object;
}

}  // namespace reconcile::sources
