#include "engine/remote/chart_store.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/remote/disk_bound.hpp"
#include "reconcile/helm/chart.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;

std::string file_of(const std::string& folder, const std::string& digest) {
  return folder + "/" + digest.substr(digest.find(':') + 1) + ".tgz";
}

bool is_digest(const std::string& digest) {
  return digest.starts_with("sha256:") && digest.size() == 7 + 64 &&
         digest.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
}

}  // namespace

std::string ChartStore::find(const std::string& digest) const {
  if (!is_digest(digest)) return {};
  const std::string path = file_of(folder_, digest);
  std::ifstream file(path, std::ios::binary);
  std::string archive{std::istreambuf_iterator<char>(file), {}};
  if (!file || "sha256:" + model::sha256_hex(archive) != digest) return {};
  mark_used(path);
  return archive;
}

void ChartStore::keep(const std::string& archive) const {
  static std::atomic<unsigned> number{0};
  std::error_code failure;
  fs::create_directories(folder_, failure);
  const std::string path = file_of(folder_, "sha256:" + model::sha256_hex(archive));
  const std::string part =
      path + "." + std::to_string(::getpid()) + "." + std::to_string(number++) + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << archive;
  file.close();
  if (file) {
    fs::rename(part, path, failure);
  } else {
    fs::remove(part, failure);
  }
  bound_folder(folder_, bytes_max_);
}

std::shared_ptr<const model::FileTree> tree_of_chart_archive(const std::string& archive) {
  const helm::ChartLimits limits;
  model::ArchiveLimits bounds;
  bounds.total_bytes_max = limits.chart_bytes_max;
  bounds.entries_max = limits.files_max;
  std::map<std::string, std::string> files;
  model::read_tar(model::gzip_decompress(archive, bounds), bounds, [&](model::ArchiveEntry entry) {
    if (entry.type != model::ArchiveEntryType::regular) return;
    const std::string path = model::normalise_path(entry.path);
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) {
      throw model::Error(model::ErrorCode::invalid_input,
                         "chart archive has \"" + path + "\" beside the chart's folder");
    }
    files.insert_or_assign(path.substr(slash + 1), std::move(entry.content));
  });
  return model::memory_tree(std::move(files));
}

}  // namespace reconcile::engine
