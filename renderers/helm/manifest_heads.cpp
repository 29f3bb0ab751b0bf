#include "renderers/helm/manifest_heads.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/helm/manifests.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

/// The reader is told of this much at once (about 50 us of reading).
constexpr std::size_t step_bytes = std::size_t{4} << 10U;
/// Looks at what is told before it sleeps: waking it costs as much.
constexpr int looks_max = 4000;

}  // namespace

void ManifestHeads::stop() noexcept {
  stopping_ = true;
  ++told_;
  told_.notify_one();
  for (std::size_t i = 0; i < count_; ++i) {
    // Who has not begun, will not.
    int expected = waiting;
    if (!files_[i].state.compare_exchange_strong(expected, done)) files_[i].state.wait(running);
  }
}

void ManifestHeads::expect(std::size_t count) {
  files_ = std::make_unique<File[]>(count);
  expected_ = count;
}

void ManifestHeads::add(std::string_view path, std::string_view text) {
  const std::string_view name = path_base(path);
  if (count_ == expected_ || name.starts_with('_') || path.ends_with("NOTES.txt")) return;
  File& file = files_[count_++];
  file.text = text;
  places_[text.data()] = &file;
  untold_bytes_ += text.size();
  if (untold_bytes_ < step_bytes) return;
  untold_bytes_ = 0;
  told_ = static_cast<int>(count_);
  told_.notify_one();
}

void ManifestHeads::read_added() {
  std::size_t next = 0;
  while (true) {
    const int told = told_;
    while (!stopping_ && next < static_cast<std::size_t>(told)) read(files_[next++]);
    if (stopping_) return;
    for (int i = 0; i < looks_max && told_ == told; ++i) __builtin_ia32_pause();
    told_.wait(told);
  }
}

void ManifestHeads::read(File& file) const {
  int expected = waiting;
  if (!file.state.compare_exchange_strong(expected, running)) return;
  if (!trim_space(file.text).empty()) {
    for (const std::string_view document : split_manifests(file.text, profile_)) {
      HeadedDocument& read = file.documents.emplace_back(HeadedDocument{document, std::nullopt});
      try {
        read.head = read_head(document, profile_);
      } catch (const model::Error&) {
        // Nothing behind it is asked for.
        break;
      }
    }
  }
  file.state = done;
  file.state.notify_one();
}

const std::vector<HeadedDocument>& ManifestHeads::of(std::string_view text) {
  const auto place = places_.find(text.data());
  if (place == places_.end() || place->second->text.size() != text.size()) {
    other_.documents.clear();
    other_.text = text;
    other_.state = waiting;
    read(other_);
    return other_.documents;
  }
  File& file = *place->second;
  read(file);
  file.state.wait(running);
  return file.documents;
}

}  // namespace reconcile::helm
