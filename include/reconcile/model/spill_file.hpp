#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

class SpillFile;

/// Bytes in a spill file. Gives their place back at its end; keeps the file open as long. To be
/// read from any thread.
class SpillPart {
 public:
  ~SpillPart();
  SpillPart(SpillPart&& other) noexcept;
  SpillPart& operator=(SpillPart&&) = delete;
  SpillPart(const SpillPart&) = delete;
  SpillPart& operator=(const SpillPart&) = delete;

  /// `size` bytes from `offset` of the part on. Throws Error(unavailable) where the disk does not
  /// give them.
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t size) const;

 private:
  friend class SpillFile;
  SpillPart(std::shared_ptr<SpillFile> file, std::uint64_t begin, std::uint64_t size);

  std::shared_ptr<SpillFile> file_;  ///< null where moved from
  std::uint64_t begin_;
  std::uint64_t size_;
};

/// A file for what is seldom read and need not lie in memory. It has no name, so nobody else finds
/// it and nothing of it outlives the process. Safe from any thread.
class SpillFile : public std::enable_shared_from_this<SpillFile> {
 public:
  /// Told why a part is not stored, once until one is stored again; on the storing thread.
  using OnFailure = std::function<void(const std::string&)>;

  /// Parts of more than `bytes_max` in sum are not stored. Throws Error(unavailable) naming the
  /// folder.
  static std::shared_ptr<SpillFile> open(const std::string& folder, OnFailure on_failure = {},
                                         std::uint64_t bytes_max = std::uint64_t{4} << 30U);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  /// Absent where the disk does not take it.
  [[nodiscard]] std::optional<SpillPart> store(std::string_view bytes);
  /// Where the last part ends, in bytes.
  [[nodiscard]] std::uint64_t size() const;

 private:
  friend class SpillPart;
  SpillFile(int descriptor, OnFailure on_failure, std::uint64_t bytes_max);
  std::optional<std::uint64_t> take_place(std::uint64_t size);
  void give_back(std::uint64_t begin, std::uint64_t size);
  void note_failure(const std::string& reason);

  const int descriptor_;
  const OnFailure on_failure_;
  const std::uint64_t bytes_max_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> gaps_;  ///< begin and size; no two touch, none at the end
  std::uint64_t end_ = 0;
  bool failing_ = false;
};

}  // namespace reconcile::model
