#pragma once

#include <atomic>
#include <string>

#include "reconcile/sources/ignore.hpp"
#include "reconcile/sources/source.hpp"

namespace reconcile::sources {

/// A directory on disk. Its revision is "sha256:<hex>" of the content, so an edit is a new
/// revision. The artifact reads from the directory itself: keep it still while the artifact is in
/// use, or put it into an ArtifactStore.
class DirectorySource final : public Source {
 public:
  explicit DirectorySource(std::string path, IgnoreOptions ignore = {},
                           model::FileLimits files = {});

  std::optional<Artifact> fetch(const std::optional<Revision>& known) override;
  void cancel() noexcept override { cancelled_ = true; }

 private:
  std::string path_;
  IgnoreOptions ignore_;
  model::FileLimits files_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace reconcile::sources
