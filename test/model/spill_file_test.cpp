#include "reconcile/model/spill_file.hpp"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::model {
namespace {

TEST_CASE("a spill file gives back what it took", "[model][spill]") {
  const TemporaryFolder folder;
  const auto file = SpillFile::open(folder.path());
  const std::optional<SpillPart> first = file->store("first");
  const std::optional<SpillPart> second = file->store("second");
  const std::optional<SpillPart> empty = file->store("");
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(empty);
  CHECK(first->read(0, 5) == "first");
  CHECK(second->read(3, 3) == "ond");
  CHECK(empty->read(0, 0).empty());
  CHECK_THROWS_AS(first->read(3, 3), Error);
  CHECK_THROWS_AS(first->read(6, 0), Error);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("places are used again and the file shrinks", "[model][spill]") {
  const TemporaryFolder folder;
  const auto file = SpillFile::open(folder.path());
  std::vector<std::optional<SpillPart>> parts;
  for (const char letter : {'a', 'b', 'c', 'd'})
    parts.push_back(file->store(std::string(4, letter)));
  CHECK(file->size() == 16);
  parts[1].reset();
  parts[2].reset();
  CHECK(file->size() == 16);
  SECTION("neighbouring gaps are one, taken from its begin") {
    const std::optional<SpillPart> six = file->store("eeeeee");
    const std::optional<SpillPart> two = file->store("ff");
    CHECK(file->size() == 16);
    CHECK(six->read(0, 6) == "eeeeee");
    CHECK(two->read(0, 2) == "ff");
    CHECK(parts[0]->read(0, 4) == "aaaa");
    CHECK(parts[3]->read(0, 4) == "dddd");
  }
  SECTION("what does not fit goes to the end") {
    const std::optional<SpillPart> nine = file->store("ggggggggg");
    CHECK(file->size() == 25);
    CHECK(nine->read(0, 9) == "ggggggggg");
  }
  SECTION("gaps at the end are cut off") {
    parts[3].reset();
    CHECK(file->size() == 4);
    parts[0].reset();
    CHECK(file->size() == 0);
  }
  SECTION("given back in another order") {
    parts[0].reset();
    parts[3].reset();
    CHECK(file->size() == 0);
  }
}

TEST_CASE("a part outlives the hand on its file", "[model][spill]") {
  const TemporaryFolder folder;
  auto file = SpillFile::open(folder.path());
  const std::optional<SpillPart> part = file->store("kept");
  file.reset();
  CHECK(part->read(0, 4) == "kept");
}

TEST_CASE("what the disk does not take is not stored, and said once", "[model][spill]") {
  const TemporaryFolder folder;
  std::vector<std::string> reasons;
  const auto note = [&](const std::string& reason) { reasons.push_back(reason); };

  SECTION("by its bound") {
    const auto file = SpillFile::open(folder.path(), note, 10);
    const std::optional<SpillPart> part = file->store("1234567");
    CHECK_FALSE(file->store("1234"));
    CHECK_FALSE(file->store("1234"));
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0] == "it has its 10 bytes");
    CHECK(file->store("123"));
    CHECK_FALSE(file->store("1234"));
    CHECK(reasons.size() == 2);
  }
  SECTION("by the system's") {
    const auto file = SpillFile::open(folder.path(), note);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit small = before;
    small.rlim_cur = 4096;
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const bool stored = file->store(std::string(10'000, 'x')).has_value();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK_FALSE(stored);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0] == "File too large");
    CHECK(file->size() == 0);
    CHECK(file->store("small"));
  }
  SECTION("a folder that is not there") {
    CHECK_THROWS_WITH(
        SpillFile::open(folder.path() + "/none"),
        Catch::Matchers::Contains("cannot make a file in " + folder.path() + "/none"));
  }
}

}  // namespace
}  // namespace reconcile::model
