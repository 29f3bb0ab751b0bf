#include "reconcile/model/archive.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

std::vector<ArchiveEntry> read_all(std::string_view tar, const ArchiveLimits& limits = {}) {
  std::vector<ArchiveEntry> entries;
  read_tar(tar, limits, [&](ArchiveEntry entry) { entries.push_back(std::move(entry)); });
  return entries;
}

ArchiveEntry file(std::string path, std::string content) {
  ArchiveEntry entry;
  entry.path = std::move(path);
  entry.content = std::move(content);
  return entry;
}

TEST_CASE("a tar survives a round trip, long paths too", "[model][archive]") {
  ArchiveEntry link;
  link.path = "link";
  link.type = ArchiveEntryType::symlink;
  link.link_target = std::string(150, 't');
  ArchiveEntry directory;
  directory.path = "dir/";
  directory.type = ArchiveEntryType::directory;
  const std::string long_path = std::string(90, 'a') + "/" + std::string(120, 'b');
  const std::vector<ArchiveEntry> read = read_all(
      write_tar({directory, file("dir/f", std::string(1000, 'x')), file(long_path, ""), link}));
  REQUIRE(read.size() == 4);
  CHECK(read[0].type == ArchiveEntryType::directory);
  CHECK(read[1].content == std::string(1000, 'x'));
  CHECK(read[2].path == long_path);
  CHECK(read[3].link_target == link.link_target);
}

TEST_CASE("a damaged or oversized tar is refused", "[model][archive]") {
  std::string tar = write_tar({file("f", "content")});
  ArchiveLimits limits;
  limits.file_bytes_max = 3;
  CHECK_THROWS_AS(read_all(tar, limits), Error);
  tar[10] = 'x';
  CHECK_THROWS_WITH(read_all(tar), Catch::Contains("wrong checksum"));
  const std::string cut = write_tar({file("f", std::string(600, 'x'))}).substr(0, 700);
  CHECK_THROWS_WITH(read_all(cut), Catch::Contains("ends behind the archive"));
}

TEST_CASE("compression survives a round trip", "[model][archive]") {
  const std::string data = "some text " + std::string(10'000, 'z');
  CHECK(gzip_decompress(gzip_compress(data)) == data);
  CHECK(zstd_decompress(zstd_compress(data)) == data);
  CHECK(gzip_decompress(gzip_compress("a") + gzip_compress("b")) == "ab");
  CHECK(zstd_decompress(zstd_compress("")).empty());
}

TEST_CASE("damage and bombs are refused", "[model][archive]") {
  const std::string data(100'000, 'z');
  for (const auto& [packed, unpack] : {std::pair{gzip_compress(data), &gzip_decompress},
                                       std::pair{zstd_compress(data), &zstd_decompress}}) {
    CHECK_THROWS_AS(unpack(packed.substr(0, packed.size() / 2), {}), Error);
    CHECK_THROWS_AS(unpack("not compressed", {}), Error);
    ArchiveLimits limits;
    limits.total_bytes_max = 50'000;
    CHECK_THROWS_AS(unpack(packed, limits), Error);
  }
  const std::string bomb = gzip_compress(std::string(64U << 20U, '\0'));
  CHECK_THROWS_WITH(gzip_decompress(bomb), Catch::Contains("1000-fold"));
}

}  // namespace
}  // namespace reconcile::model
