#include "engine/controllers/unclaimed_objects.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::engine {
namespace {

using Texts = std::vector<std::string>;
using std::chrono::minutes;

const appliers::UnitKey apps{appliers::UnitKind::kustomization, "flux-system", "apps"};
const appliers::UnitKey other{appliers::UnitKind::kustomization, "flux-system", "other"};
const model::SteadyTime start{};

model::ObjectId map_of(const std::string& name) {
  return {"", "ConfigMap", "a", name};
}

}  // namespace

TEST_CASE("A unit claims the newest state of its objects", "[engine][unclaimed_objects]") {
  UnclaimedRoom room(nullptr);
  const std::int64_t all = room.bytes_left;
  {
    UnclaimedObjects objects(room, start);
    objects.keep(apps, map_of("x"), "{\"v\":1}", start);
    objects.keep(apps, map_of("y"), "{\"v\":2}", start);
    objects.keep(apps, map_of("z"), "{\"v\":3}", start);
    objects.keep(other, map_of("o"), "{\"v\":4}", start);
    objects.keep(apps, map_of("x"), "{\"v\":5}", start);
    objects.keep(apps, map_of("z"), "", start);
    CHECK(objects.claim(apps) == Texts{"{\"v\":5}", "{\"v\":2}"});
    CHECK(room.bytes_left < all);
    objects.keep(apps, map_of("x"), "{\"v\":6}", start);
    CHECK(objects.claim(apps) == Texts{});
    CHECK(objects.claim(other) == Texts{"{\"v\":4}"});
    CHECK(room.bytes_left == all);
    objects.keep({appliers::UnitKind::kustomization, "a", "late"}, map_of("l"), "{}", start);
  }
  CHECK(room.bytes_left == all);
}

TEST_CASE("A list that begins again forgets what was told before", "[engine][unclaimed_objects]") {
  UnclaimedRoom room(nullptr);
  const std::int64_t all = room.bytes_left;
  UnclaimedObjects objects(room, start);
  objects.keep(apps, map_of("x"), "{}", start);
  objects.restart(start);
  CHECK(room.bytes_left == all);
  CHECK(objects.claim(apps) == Texts{});
}

TEST_CASE("Without room, or some minutes later, a unit has to be listed",
          "[engine][unclaimed_objects]") {
  UnclaimedRoom room(nullptr);
  room.bytes_left = 20;
  UnclaimedObjects objects(room, start);
  objects.keep(apps, map_of("x"), "{}", start);
  objects.keep(apps, map_of("y"), "{}", start + minutes(1));
  CHECK(room.bytes_left == 20);
  CHECK_FALSE(objects.claim(apps));
  CHECK_FALSE(objects.claim(other));

  room.bytes_left = 1000;
  objects.restart(start + minutes(2));
  const appliers::UnitKey late{appliers::UnitKind::kustomization, "flux-system", "late"};
  objects.keep(late, map_of("o"), "{}", start + minutes(3));
  CHECK(room.bytes_left < 1000);
  objects.keep(late, map_of("p"), "{}", start + minutes(8));
  CHECK(room.bytes_left == 1000);
  CHECK_FALSE(objects.claim(late));
}

TEST_CASE("What nobody claimed yet rests in the spill file", "[engine][unclaimed_objects]") {
  const model::TemporaryFolder folder;
  UnclaimedRoom room(model::SpillFile::open(folder.path()));
  UnclaimedObjects objects(room, start);
  const std::string large(model::TextPacker::block_bytes, 'x');
  objects.keep(apps, map_of("x"), large, start);
  objects.keep(apps, map_of("y"), "{}", start);
  CHECK(room.spill->size() >= large.size());
  CHECK(objects.claim(apps) == Texts{large, "{}"});
  CHECK(room.spill->size() == 0);
}

TEST_CASE("Where the disk takes no more, a unit has to be listed", "[engine][unclaimed_objects]") {
  const model::TemporaryFolder folder;
  UnclaimedRoom room(model::SpillFile::open(folder.path(), {}, 16));
  const std::int64_t all = room.bytes_left;
  UnclaimedObjects objects(room, start);
  objects.keep(apps, map_of("x"), "{}", start);
  objects.keep(other, map_of("y"), std::string(model::TextPacker::block_bytes, 'x'), start);
  CHECK(room.bytes_left == all);
  CHECK_FALSE(objects.claim(apps));
}

TEST_CASE("Where the disk does not give back what it took, a unit has to be listed",
          "[engine][unclaimed_objects]") {
  const model::TemporaryFolder folder;
  UnclaimedRoom room(model::SpillFile::open(folder.path()));
  const std::int64_t all = room.bytes_left;
  UnclaimedObjects objects(room, start);
  objects.keep(apps, map_of("x"), std::string(model::TextPacker::block_bytes, 'x'), start);
  objects.keep(other, map_of("y"), "{}", start);
  for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string file = std::filesystem::read_symlink(open.path(), gone).string();
    if (file.starts_with(folder.path())) std::ofstream(open.path(), std::ios::trunc);
  }
  CHECK_FALSE(objects.claim(apps));
  CHECK_FALSE(objects.claim(other));
  CHECK(room.bytes_left == all);
}

}  // namespace reconcile::engine
