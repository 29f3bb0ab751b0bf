#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "reconcile/model/spill_file.hpp"

namespace reconcile::model {

/// A text at rest: compressed in memory, or in a spill file as it is but encrypted. Immutable;
/// copying shares the content; safe from any thread.
class PackedText {
 public:
  PackedText() = default;

  /// Empty where nothing was packed. Throws Error(unavailable) where a disk does not give it.
  [[nodiscard]] std::string text() const;
  /// Bytes that it takes where it rests.
  [[nodiscard]] std::size_t packed_size() const noexcept { return packed_size_; }
  [[nodiscard]] bool present() const noexcept { return contents_ != nullptr; }

 private:
  friend class TextPacker;
  struct Contents;

  std::shared_ptr<const Contents> contents_;  ///< of all texts of one block
  std::size_t offset_ = 0;
  std::size_t size_ = 0;  ///< of the text
  std::uint32_t packed_size_ = 0;
  std::uint32_t place_ = 0;  ///< among the texts of its block
};

/// Packs texts, in blocks that live as long as one of their texts. One thread at a time; what was
/// packed may be read by others only after `finish`.
class TextPacker {
 public:
  /// A block goes to `spill` when it is full; null, or where it fails: it stays in memory.
  explicit TextPacker(std::shared_ptr<SpillFile> spill = nullptr);
  ~TextPacker();
  TextPacker(const TextPacker&) = delete;
  TextPacker& operator=(const TextPacker&) = delete;

  /// Throws Error(limit_exceeded) for a text of more than 1 GiB.
  [[nodiscard]] PackedText pack(std::string_view text);
  /// Bytes of what was packed that are in memory: with a spill file that takes them, less than a
  /// block.
  [[nodiscard]] std::size_t bytes_in_memory() const noexcept;
  /// The last block goes to the spill file. What is packed later begins another one.
  void finish();

  static constexpr std::size_t block_bytes = 128U << 10U;

 private:
  void open_block();

  std::shared_ptr<SpillFile> spill_;
  std::shared_ptr<PackedText::Contents> block_;
  std::uint32_t texts_ = 0;     ///< of the block
  std::size_t kept_bytes_ = 0;  ///< of blocks before that stayed in memory
};

}  // namespace reconcile::model
