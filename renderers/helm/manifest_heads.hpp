#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/helm/kept_manifests.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// What is read of a document: encoding/json's view of apiVersion, kind, metadata.name,
/// annotations.
struct Head {
  std::string kind;
  std::string name;
  std::map<std::string, std::string> annotations;
};

/// Throws model::Error in Helm's words, without the path.
Head read_head(std::string_view text, Profile profile);
/// The same of a document that has been read.
Head read_head(model::Value root, Profile profile);

/// One document of a rendered file.
struct HeadedDocument {
  std::string_view text;
  std::optional<Head> head;  ///< absent where it does not parse: whoever needs it gets the error
  /// All that the text holds, empty documents with a null root. Absent where only heads are wanted
  /// and where some of it does not parse.
  std::optional<std::vector<model::Document>> documents = std::nullopt;
};

/// A file that was read without an error, with all its documents.
struct ReadFile {
  std::string text;
  Profile profile;
  std::vector<HeadedDocument> documents;  ///< in `text`
};

/// What is read of rendered files beside the heads.
struct ReadingWanted {
  bool objects = false;           ///< the documents too
  KeptManifests* kept = nullptr;  ///< of other renders; may be null
};

/// The heads of rendered files, and where wanted the documents; a thread may read them while
/// further files are rendered. Files are added and asked for by one thread, read() runs on another.
class ManifestHeads {
 public:
  explicit ManifestHeads(Profile profile, ReadingWanted wanted = {})
      : profile_(profile), wanted_(wanted) {}
  ManifestHeads(const ManifestHeads&) = delete;
  ManifestHeads& operator=(const ManifestHeads&) = delete;

  /// At most `count` files are going to be added.
  void expect(std::size_t count);
  /// `text` must stay where it is until stop() returns.
  void add(std::string_view path, std::string_view text);
  /// The documents of the file `path` with this `text`, in its order; valid until the next call. A
  /// file that nobody has read is read now.
  const std::vector<HeadedDocument>& of(std::string_view path, std::string_view text);
  /// Reads what is added, until stop().
  void read_added();
  /// No text is looked at any more.
  void stop() noexcept;

 private:
  enum State : int { waiting, running, done };  // an int is what threads wait for without a proxy
  struct File {
    std::string_view path;
    std::string_view text;
    std::vector<HeadedDocument> documents;
    std::atomic<int> state = waiting;
  };

  /// Unless somebody has begun to.
  void read(File& file) const;
  void read_documents(File& file) const;
  /// False where nothing behind it is asked for.
  bool read_document(HeadedDocument& document) const;

  const Profile profile_;
  const ReadingWanted wanted_;
  std::unique_ptr<File[]> files_;
  std::size_t expected_ = 0;
  std::size_t count_ = 0;         ///< added
  std::size_t untold_bytes_ = 0;  ///< of added files that read_added() does not see yet
  std::atomic<int> told_ = 0;     ///< files that read_added() sees
  std::atomic<bool> stopping_ = false;
  std::map<const char*, File*> places_;
  File other_;
};

/// Stops `heads` at the end of a scope, whatever is thrown in it.
class HeadsStop {
 public:
  explicit HeadsStop(ManifestHeads& heads) : heads_(heads) {}
  ~HeadsStop() { heads_.stop(); }
  HeadsStop(const HeadsStop&) = delete;
  HeadsStop& operator=(const HeadsStop&) = delete;

 private:
  ManifestHeads& heads_;
};

}  // namespace reconcile::helm
