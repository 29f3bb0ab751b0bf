#include "reconcile/model/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "reconcile/model/error.hpp"

namespace reconcile::model {

TemporaryFolder::TemporaryFolder() {
  // mkdtemp replaces the letters behind the dash, and gives the folder to its owner alone.
  std::string path = (std::filesystem::temp_directory_path() / "reconcile-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw Error(ErrorCode::unavailable,
                "cannot make a temporary folder like " + path + ": " + std::strerror(errno));
  }
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace reconcile::model
