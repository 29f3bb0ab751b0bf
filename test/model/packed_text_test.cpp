#include "reconcile/model/packed_text.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::model {
namespace {

const std::string text_of_a_block(TextPacker::block_bytes, 'x');

TEST_CASE("texts are compressed in memory", "[model][packed_text]") {
  TextPacker packer;
  const PackedText empty = packer.pack("");
  const PackedText text = packer.pack(text_of_a_block);
  CHECK(text.packed_size() < 1000);
  CHECK(text.text() == text_of_a_block);
  packer.finish();
  CHECK(text.text() == text_of_a_block);
  CHECK(empty.text().empty());
  CHECK(packer.bytes_in_memory() == empty.packed_size() + text.packed_size());
}

TEST_CASE("a full block goes to the spill file at once", "[model][packed_text]") {
  const TemporaryFolder folder;
  const auto spill = SpillFile::open(folder.path());
  TextPacker packer(spill);
  const PackedText first = packer.pack("first");
  CHECK(packer.bytes_in_memory() == first.packed_size());
  CHECK(first.text() == "first");
  const PackedText second = packer.pack(text_of_a_block);
  CHECK(packer.bytes_in_memory() == 0);
  CHECK(spill->size() == first.packed_size() + second.packed_size());
  const PackedText third = packer.pack("third");
  CHECK(packer.bytes_in_memory() == third.packed_size());
  packer.finish();
  CHECK(packer.bytes_in_memory() == 0);
  CHECK(first.text() == "first");
  CHECK(second.text() == text_of_a_block);
  CHECK(third.text() == "third");
}

TEST_CASE("a block gives its place back with the last of its texts", "[model][packed_text]") {
  const TemporaryFolder folder;
  const auto spill = SpillFile::open(folder.path());
  TextPacker packer(spill);
  std::optional<PackedText> first = packer.pack("first");
  std::optional<PackedText> second = packer.pack("second");
  packer.finish();
  const std::uint64_t size = spill->size();
  first.reset();
  CHECK(spill->size() == size);
  CHECK(second->text() == "second");
  second.reset();
  CHECK(spill->size() == 0);
}

TEST_CASE("texts that the spill file takes not stay in memory", "[model][packed_text]") {
  const TemporaryFolder folder;
  TextPacker packer(SpillFile::open(folder.path(), {}, 16));
  const PackedText first = packer.pack(text_of_a_block);
  const PackedText second = packer.pack("second");
  packer.finish();
  CHECK(packer.bytes_in_memory() == first.packed_size() + second.packed_size());
  CHECK(first.text() == text_of_a_block);
  CHECK(second.text() == "second");
}

TEST_CASE("no packed text is empty", "[model][packed_text]") {
  const PackedText none;
  CHECK_FALSE(none.present());
  CHECK(none.text().empty());
  CHECK(none.packed_size() == 0);
}

}  // namespace
}  // namespace reconcile::model
