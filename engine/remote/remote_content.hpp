#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/temporary_folder.hpp"
#include "reconcile/sources/git_snapshot.hpp"
#include "reconcile/sources/web_file.hpp"

namespace reconcile::engine {

struct RemoteOptions {
  /// `git/` (mirrors by URL) and `charts/` (archives by digest) lie there; losing it is safe.
  std::string cache_dir;
  std::uint64_t git_bytes_max = 2ULL << 30U;         ///< of all mirrors, after a build
  std::uint64_t charts_bytes_max = 512ULL << 20U;    ///< of all archives
  std::size_t fetches_max = 200;                     ///< of one build
  std::chrono::milliseconds total_timeout{300'000};  ///< of all fetches of one build
  sources::WebOptions web;
  sources::LocalRepositories local = sources::LocalRepositories::refused;
  /// Fills in how to log in at `url`'s server; may be empty.
  std::function<void(const std::string& url, sources::GitOptions& options)> log_in;
};

/// Remote files, repositories and charts of one build: what it asks for twice is the same both
/// times. Keeps all it answered until it goes, but nothing of it counts as read from the build's
/// own tree. For one thread.
class RemoteContent final : public kustomize::RemoteLoader {
 public:
  explicit RemoteContent(RemoteOptions options);
  ~RemoteContent() override;

  kustomize::RemoteFile file(const std::string& url) override;
  std::shared_ptr<const model::FileTree> repository(
      const kustomize::RepositoryAddress& address) override;
  /// The chart that the repository or registry has for the address now.
  std::shared_ptr<const model::FileTree> chart(const kustomize::HelmChartAddress& address);
  /// What was answered so far, by URL (without credentials) and reference, with its digest.
  [[nodiscard]] const std::map<std::string, std::string>& answers() const noexcept {
    return answers_;
  }

 private:
  std::chrono::milliseconds begin_fetch(const std::string& what);
  /// `depth` counts repositories inside one another.
  std::shared_ptr<const model::FileTree> fetch_repository(
      const kustomize::RepositoryAddress& address, std::size_t depth);
  std::shared_ptr<const model::FileTree> with_submodules(
      sources::GitSnapshot snapshot, const kustomize::RepositoryAddress& address,
      std::size_t depth);

  RemoteOptions options_;
  model::SteadyTime deadline_;
  std::size_t fetches_ = 0;
  std::map<std::string, std::string> answers_;
  std::map<std::string, kustomize::RemoteFile> files_;
  /// Used where another process has the cache; goes after the trees that read it.
  std::optional<model::TemporaryFolder> temporary_;
  std::map<std::string, std::shared_ptr<const model::FileTree>> trees_;
};

}  // namespace reconcile::engine
