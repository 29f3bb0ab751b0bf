#pragma once

#include <string>

namespace reconcile::model {

/// A new folder below the system's folder for temporary files, readable by its owner alone, that is
/// removed with all it holds when its owner ends. One thread at a time.
class TemporaryFolder {
 public:
  /// Throws Error(unavailable) where none can be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// Absolute, without a slash at its end.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace reconcile::model
