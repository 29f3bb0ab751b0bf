#include "renderers/helm/manifest_heads.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/manifests.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

/// The reader is told of this much at once (about 50 us of reading).
constexpr std::size_t step_bytes = std::size_t{4} << 10U;
/// Looks at what is told before it sleeps (about 0.3 ms, longer than most templates take): whoever
/// tells it would have to wake it.
constexpr int looks_max = 12000;

/// `documents` of the text `from` as those of `to`, which is the same.
std::vector<HeadedDocument> moved(const std::vector<HeadedDocument>& documents,
                                  std::string_view from, std::string_view to) {
  std::vector<HeadedDocument> copies = documents;
  for (HeadedDocument& copy : copies) {
    copy.text =
        to.substr(static_cast<std::size_t>(copy.text.data() - from.data()), copy.text.size());
  }
  return copies;
}

bool is_whole(const std::vector<HeadedDocument>& documents) {
  return std::all_of(documents.begin(), documents.end(),
                     [](const HeadedDocument& document) { return document.documents; });
}

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
  file.path = path;
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
  if (!trim_space(file.text).empty()) read_documents(file);
  file.state = done;
  file.state.notify_one();
}

void ManifestHeads::read_documents(File& file) const {
  KeptManifests* const kept = wanted_.objects ? wanted_.kept : nullptr;
  if (kept != nullptr) {
    if (const auto known = kept->find(file.path, file.text, profile_)) {
      file.documents = moved(known->documents, known->text, file.text);
      return;
    }
  }
  for (const std::string_view document : split_manifests(file.text, profile_)) {
    if (!read_document(file.documents.emplace_back(HeadedDocument{document, std::nullopt}))) return;
  }
  if (kept == nullptr || !is_whole(file.documents)) return;
  auto read = std::make_shared<ReadFile>(ReadFile{std::string(file.text), profile_, {}});
  read->documents = moved(file.documents, file.text, read->text);
  kept->keep(file.path, std::move(read));
}

bool ManifestHeads::read_document(HeadedDocument& document) const {
  if (wanted_.objects) {
    try {
      model::YamlOptions options;
      options.keep_empty = true;
      document.documents = model::parse_yaml_stream(document.text, options);
    } catch (const model::Error&) {
      // The head may stand before the error, and errors of heads come first.
    }
  }
  try {
    const bool is_read = document.documents && !document.documents->empty();
    document.head = is_read ? read_head(document.documents->front().root(), profile_)
                            : read_head(document.text, profile_);
    return true;
  } catch (const model::Error&) {
    return false;
  }
}

const std::vector<HeadedDocument>& ManifestHeads::of(std::string_view path, std::string_view text) {
  const auto place = places_.find(text.data());
  if (place == places_.end() || place->second->text.size() != text.size()) {
    other_.documents.clear();
    other_.path = path;
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
