#pragma once

#include <string>

namespace reconcile::test {

/// A fresh directory that is removed with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Writes a file below the directory, its parents too.
  void write(const std::string& relative, const std::string& content) const;

 private:
  std::string path_;
};

}  // namespace reconcile::test
