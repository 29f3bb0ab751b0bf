#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace reconcile::helm {

enum class Profile;
struct ReadFile;

/// What rendered files were read as. Other values change few of a chart's files: the rest is found
/// here by path and text and not read again. Of each path the last four texts are kept, of all
/// paths `bytes_max` at most (texts, and the trees that are read from them); the longest unused
/// goes first. Safe from any thread.
class KeptManifests {
 public:
  explicit KeptManifests(std::size_t bytes_max);
  ~KeptManifests();
  KeptManifests(const KeptManifests&) = delete;
  KeptManifests& operator=(const KeptManifests&) = delete;

  /// Another bound; what is above it goes.
  void set_bytes_max(std::size_t bytes_max);
  /// Held now, by an estimate that is rather too high.
  [[nodiscard]] std::size_t bytes() const;
  /// Files that are kept.
  [[nodiscard]] std::size_t size() const;

  /// What was kept of the file `path` with this `text`; null where nothing was.
  std::shared_ptr<const ReadFile> find(std::string_view path, std::string_view text,
                                       Profile profile);
  void keep(std::string_view path, std::shared_ptr<const ReadFile> file);

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace reconcile::helm
