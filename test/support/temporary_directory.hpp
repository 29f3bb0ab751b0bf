#pragma once

#include <string>

#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::test {

/// A fresh directory that is removed with its owner.
class TemporaryDirectory {
 public:
  [[nodiscard]] const std::string& path() const noexcept { return folder_.path(); }
  /// Writes a file below the directory, its parents too. Returns its absolute path.
  std::string write(const std::string& relative, const std::string& content) const;

 private:
  model::TemporaryFolder folder_;
};

}  // namespace reconcile::test
