#include "reconcile/model/temporary_folder.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

using namespace reconcile;

TEST_CASE("a temporary folder goes with all it holds", "[model][temporary_folder]") {
  std::optional<model::TemporaryFolder> folder(std::in_place);
  const std::string path = folder->path();
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  std::filesystem::create_directories(path + "/a/b");
  std::ofstream(path + "/a/b/file") << "text";
  CHECK(model::TemporaryFolder().path() != path);
  folder.reset();
  CHECK_FALSE(std::filesystem::exists(path));
}
