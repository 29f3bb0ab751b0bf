#include "reconcile/helm/kept_manifests.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "renderers/helm/manifest_heads.hpp"

namespace reconcile::helm {
namespace {

/// Texts of one path: of a release before and after a change, of a few releases beside.
constexpr std::size_t texts_max = 4;
/// The first block of an arena, what it is made of, and its place here.
constexpr std::size_t document_bytes_min = std::size_t{5} << 10U;

std::size_t bytes_of(std::string_view path, const ReadFile& file) {
  std::size_t bytes = sizeof(ReadFile) + 2 * path.size() + file.text.size();
  for (const HeadedDocument& part : file.documents) {
    bytes += sizeof(HeadedDocument);
    for (const auto& [name, text] : part.head->annotations)
      bytes += 128 + name.size() + text.size();
    for (const model::Document& document : *part.documents) {
      // Blocks grow with the arena and are not filled to their ends.
      bytes += document_bytes_min + 2 * document.arena()->used_bytes();
    }
  }
  return bytes;
}

}  // namespace

struct KeptManifests::Files {
  struct Kept {
    std::string path;
    std::shared_ptr<const ReadFile> file;
    std::size_t bytes;
  };
  using Place = std::list<Kept>::iterator;

  void erase(Place place) {
    const auto found = places.find(place->path);
    std::erase(found->second, place);
    if (found->second.empty()) places.erase(found);
    bytes -= place->bytes;
    kept.erase(place);
  }
  void shrink() {
    while (bytes > bytes_max) erase(std::prev(kept.end()));
  }

  mutable std::mutex mutex;
  std::size_t bytes_max = 0;
  std::size_t bytes = 0;
  std::list<Kept> kept;  ///< the last used first
  std::map<std::string, std::vector<Place>, std::less<>> places;
};

KeptManifests::KeptManifests(std::size_t bytes_max) : files_(std::make_unique<Files>()) {
  files_->bytes_max = bytes_max;
}

KeptManifests::~KeptManifests() = default;

void KeptManifests::set_bytes_max(std::size_t bytes_max) {
  const std::lock_guard lock(files_->mutex);
  files_->bytes_max = bytes_max;
  files_->shrink();
}

std::size_t KeptManifests::bytes() const {
  const std::lock_guard lock(files_->mutex);
  return files_->bytes;
}

std::size_t KeptManifests::size() const {
  const std::lock_guard lock(files_->mutex);
  return files_->kept.size();
}

// Texts are compared without the lock: other units go on meanwhile.
std::shared_ptr<const ReadFile> KeptManifests::find(std::string_view path, std::string_view text,
                                                    Profile profile) {
  std::vector<std::shared_ptr<const ReadFile>> candidates;
  {
    const std::lock_guard lock(files_->mutex);
    const auto found = files_->places.find(path);
    if (found == files_->places.end()) return nullptr;
    for (const Files::Place& place : found->second) candidates.push_back(place->file);
  }
  const auto known = std::find_if(candidates.begin(), candidates.end(), [&](const auto& file) {
    return file->profile == profile && file->text == text;
  });
  if (known == candidates.end()) return nullptr;
  const std::lock_guard lock(files_->mutex);
  const auto found = files_->places.find(path);
  if (found == files_->places.end()) return *known;
  for (const Files::Place& place : found->second) {
    if (place->file == *known) files_->kept.splice(files_->kept.begin(), files_->kept, place);
  }
  return *known;
}

void KeptManifests::keep(std::string_view path, std::shared_ptr<const ReadFile> file) {
  const std::size_t bytes = bytes_of(path, *file);
  const std::lock_guard lock(files_->mutex);
  if (bytes > files_->bytes_max) return;
  std::vector<Files::Place>& places = files_->places[std::string(path)];
  files_->kept.push_front({std::string(path), std::move(file), bytes});
  files_->bytes += bytes;
  places.push_back(files_->kept.begin());
  if (places.size() > texts_max) files_->erase(places.front());
  files_->shrink();
}

}  // namespace reconcile::helm
