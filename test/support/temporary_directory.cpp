#include "test/support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>

namespace reconcile::test {

std::string TemporaryDirectory::write(const std::string& relative,
                                      const std::string& content) const {
  const std::filesystem::path path = std::filesystem::path(folder_.path()) / relative;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

}  // namespace reconcile::test
