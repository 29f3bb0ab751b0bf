// Texts kept one by one, so that each can be read alone. What goes to a disk is sealed, each text
// by itself: Secrets are among them. It is not compressed, which would take longer than all else.
// Tests: test/model/packed_text_test.cpp.
#include "reconcile/model/packed_text.hpp"

#include <zstd.h>

#include "base/model/seal.hpp"
#include "base/model/zstd_unpacker.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

/// Higher levels cost three times as much for a fiftieth less.
constexpr int level = 1;
constexpr std::size_t bytes_max = 1U << 30U;

}  // namespace

/// The texts of one block, one after the other.
struct PackedText::Contents {
  std::string bytes;               ///< empty where they are spilled
  std::optional<SpillPart> spill;  ///< absent: in memory
  std::uint64_t seal_number = 0;   ///< 0: compressed and not sealed
};

std::string PackedText::text() const {
  if (contents_ == nullptr) return {};
  const Contents& contents = *contents_;
  if (contents.spill)
    return unseal(contents.seal_number, place_, contents.spill->read(offset_, packed_size_));
  const std::string_view packed = std::string_view(contents.bytes).substr(offset_, packed_size_);
  if (contents.seal_number != 0) return unseal(contents.seal_number, place_, packed);
  std::string text(size_, '\0');
  const std::size_t size =
      ZSTD_decompressDCtx(zstd_unpacker(), text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0U)
    throw Error(ErrorCode::internal,
                std::string("a text could not be unpacked: ") + ZSTD_getErrorName(size));
  return text;
}

TextPacker::TextPacker(std::shared_ptr<SpillFile> spill) : spill_(std::move(spill)) {
  open_block();
}

TextPacker::~TextPacker() = default;

void TextPacker::open_block() {
  block_ = std::make_shared<PackedText::Contents>();
  texts_ = 0;
  if (spill_ != nullptr) block_->seal_number = next_seal_number();
}

PackedText TextPacker::pack(std::string_view text) {
  if (text.size() > bytes_max)
    throw Error(ErrorCode::limit_exceeded, "expected a text of at most 1 GiB, found " +
                                               std::to_string(text.size()) + " bytes");
  PackedText result;
  result.size_ = text.size();
  result.place_ = texts_++;
  std::string& bytes = block_->bytes;
  result.offset_ = bytes.size();
  if (block_->seal_number != 0) {
    seal(block_->seal_number, result.place_, text, bytes);
  } else {
    bytes += zstd_compress(text, level);
  }
  result.packed_size_ = static_cast<std::uint32_t>(bytes.size() - result.offset_);
  result.contents_ = block_;
  if (bytes.size() >= block_bytes) finish();
  return result;
}

std::size_t TextPacker::bytes_in_memory() const noexcept {
  return kept_bytes_ + block_->bytes.size();
}

void TextPacker::finish() {
  PackedText::Contents& block = *block_;
  if (spill_ != nullptr && !block.bytes.empty()) {
    if (std::optional<SpillPart> part = spill_->store(block.bytes)) {
      block.spill.emplace(*std::move(part));
      block.bytes.clear();
    }
  }
  block.bytes.shrink_to_fit();
  kept_bytes_ += block.bytes.size();
  open_block();
}

}  // namespace reconcile::model
