// Every manifest that a key names or that an open tree reads from owns one reference to each of its
// objects. `Hold` is that ownership: keys and trees share it, and when the last one lets go of an
// artifact that was replaced, its references are given back and objects without any are deleted. A
// crash in between leaves files that nobody references; opening the store removes them.
// Tests: test/sources/artifact_store_test.cpp.
#include "reconcile/sources/artifact_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "reconcile/model/archive.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "sources/artifact_store/durable_file.hpp"
#include "sources/artifact_store/manifest.hpp"
#include "sources/artifact_store/staging.hpp"
#include "sources/artifact_store/store_index.hpp"
#include "sources/artifact_store/stored_tree.hpp"

namespace reconcile::sources {

using model::Error;
using model::ErrorCode;

namespace {

constexpr std::uint64_t manifest_bytes_max = 512ULL << 20U;

struct StoredObject {
  std::uint32_t references = 0;
  std::uint64_t bytes = 0;  ///< compressed
};

OwnedFd lock_store(const std::string& directory) {
  make_directories(directory + "/objects");
  std::optional<OwnedFd> lock = try_lock_file(directory + "/lock");
  if (lock) return std::move(*lock);
  throw Error(ErrorCode::conflict, "expected the artifact store \"" + directory +
                                       "\" to be free, found it open in another process");
}

}  // namespace

struct ArtifactStore::Impl : std::enable_shared_from_this<ArtifactStore::Impl> {
  struct Hold {
    std::string manifest;
    std::vector<std::string> objects;  ///< only while a put is under way
    std::weak_ptr<Impl> store;
    std::atomic<bool> retired{false};

    ~Hold() {
      if (!retired) return;
      if (const std::shared_ptr<Impl> impl = store.lock()) impl->release(*this);
    }
  };
  using HoldPtr = std::shared_ptr<Hold>;

  Impl(std::string where, StoreLimits bounds)
      : directory(std::move(where)),
        limits(bounds),
        lock(lock_store(directory)),
        index(directory + "/index", limits.index_bytes_max) {}

  [[nodiscard]] std::string path_of(const std::string& object) const {
    return directory + "/objects/" + object.substr(0, 2) + "/" + object + ".zst";
  }

  [[nodiscard]] std::string read_object(const std::string& object, std::uint64_t bytes_max) const {
    const std::string path = path_of(object);
    const std::optional<std::string> packed = read_file(path, bytes_max + (1U << 20U));
    if (!packed) {
      throw Error(ErrorCode::unavailable,
                  "expected the stored object \"" + path + "\", found none");
    }
    std::string content;
    try {
      content = model::zstd_decompress(
          *packed,
          {.total_bytes_max = bytes_max, .file_bytes_max = bytes_max, .ratio_max = 1U << 30U});
    } catch (const Error&) {
      content.clear();
    }
    if (model::sha256_hex(content) != object) {
      throw Error(ErrorCode::unavailable, "the stored object \"" + path + "\" is damaged");
    }
    return content;
  }

  [[nodiscard]] Manifest read_manifest(const std::string& manifest) const {
    return decode_manifest(read_object(manifest, manifest_bytes_max));
  }

  static std::vector<std::string> objects_of(const std::string& manifest, const Manifest& content) {
    std::vector<std::string> objects{manifest};
    for (const StoredFile& stored : content.files) objects.push_back(stored.object);
    std::sort(objects.begin(), objects.end());
    objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
    return objects;
  }

  /// The object of each blob in a stored artifact; nothing where its manifest is damaged.
  [[nodiscard]] std::unordered_map<std::string, std::string> known_content(
      const std::string& manifest) const {
    std::unordered_map<std::string, std::string> known;
    try {
      for (StoredFile& stored : read_manifest(manifest).files) {
        known[std::move(stored.file.blob)] = std::move(stored.object);
      }
    } catch (const Error&) {
      known.clear();
    }
    return known;
  }

  HoldPtr make_hold(const std::string& manifest) {
    auto hold = std::make_shared<Hold>();
    hold->manifest = manifest;
    hold->store = weak_from_this();
    return hold;
  }

  /// Gives back the references of a hold and deletes what nobody holds any more.
  void release(const Hold& hold) noexcept {
    try {
      std::vector<std::string> given = hold.objects;
      if (given.empty()) given = objects_of(hold.manifest, read_manifest(hold.manifest));
      const std::lock_guard guard(mutex);
      for (const std::string& object : given) drop_reference(object);
    } catch (const std::exception&) {
      // The manifest is damaged: its objects are removed when the store is opened next.
      return;
    }
  }

  void drop_reference(const std::string& object) {
    const auto found = objects.find(object);
    if (found == objects.end() || --found->second.references > 0) return;
    ::unlink(path_of(object).c_str());
    total_bytes -= found->second.bytes;
    objects.erase(found);
  }

  struct Put;

  void load();
  void remove_unreferenced();
  Artifact artifact_of(const Manifest& manifest, const HoldPtr& hold);
  void evict(const std::string& keep);

  const std::string directory;
  const StoreLimits limits;
  OwnedFd lock;
  std::mutex put_mutex;  ///< one put at a time; taken before `mutex`
  mutable std::mutex mutex;
  StoreIndex index;
  std::map<std::string, HoldPtr> holds;
  std::unordered_map<std::string, StoredObject> objects;
  std::uint64_t total_bytes = 0;
};

void ArtifactStore::Impl::load() {
  std::vector<std::string> lost;
  for (const auto& [key, entry] : index.entries()) {
    try {
      for (const std::string& object : objects_of(entry.manifest, read_manifest(entry.manifest))) {
        ++objects[object].references;
      }
      holds[key] = make_hold(entry.manifest);
    } catch (const Error&) {
      lost.push_back(key);
    }
  }
  for (const std::string& key : lost) index.remove(key);
  remove_unreferenced();
}

void ArtifactStore::Impl::remove_unreferenced() {
  namespace fs = std::filesystem;
  std::error_code failure;
  for (fs::recursive_directory_iterator at(directory + "/objects", failure), end;
       !failure && at != end; at.increment(failure)) {
    if (at->is_directory(failure)) continue;
    const auto found = objects.find(at->path().stem().string());
    if (found == objects.end() || at->path().extension() != ".zst") {
      fs::remove(at->path(), failure);
      continue;
    }
    found->second.bytes = at->file_size(failure);
    total_bytes += found->second.bytes;
  }
}

Artifact ArtifactStore::Impl::artifact_of(const Manifest& manifest, const HoldPtr& hold) {
  Artifact artifact{manifest.revision, manifest.digest, nullptr, manifest.url,
                    manifest.files.size()};
  ReadObject read = [self = shared_from_this(), hold](const std::string& object) {
    return self->read_object(object, self->limits.file_bytes_max);
  };
  artifact.tree = stored_tree(manifest, std::move(read), {.file_bytes_max = limits.file_bytes_max});
  return artifact;
}

/// Drops the artifacts put longest ago, but for those that are being read, until the bound holds.
void ArtifactStore::Impl::evict(const std::string& keep) {
  while (true) {
    HoldPtr victim;  // let go of outside the lock
    std::string key;
    {
      const std::lock_guard guard(mutex);
      if (total_bytes <= limits.bytes_max) return;
      std::uint64_t oldest = ~std::uint64_t{0};
      for (const auto& [name, entry] : index.entries()) {
        const auto hold = holds.find(name);
        const bool free = hold != holds.end() && hold->second.use_count() == 1;
        if (name == keep || !free || entry.order >= oldest) continue;
        oldest = entry.order;
        key = name;
      }
      if (key.empty()) return;
      index.remove(key);
      victim = std::move(holds[key]);
      holds.erase(key);
      victim->retired = true;
    }
  }
}

ArtifactStore::ArtifactStore(std::string directory, StoreLimits limits)
    : impl_(std::make_shared<Impl>(std::move(directory), limits)) {
  impl_->load();
}

ArtifactStore::~ArtifactStore() = default;

/// One put: what the store has is referenced, what it lacks is staged, then everything moves at
/// once.
struct ArtifactStore::Impl::Put {
  Put(Impl& store, const Artifact& source)
      : impl(store), artifact(source), staging(store.directory + "/staging") {
    hold = impl.make_hold("");
  }

  /// References the object where the store has it.
  bool take_reference(const std::string& object) {
    if (!taken.insert(object).second) return true;
    const std::lock_guard guard(impl.mutex);
    const auto found = impl.objects.find(object);
    if (found != impl.objects.end()) {
      ++found->second.references;
      hold->objects.push_back(object);
      return true;
    }
    return false;
  }

  std::string keep(std::string_view content) {
    std::string object = model::sha256_hex(content);
    if (!take_reference(object)) staging.add(object, content, impl.limits.bytes_max);
    return object;
  }

  void add(ListedFile file, const std::unordered_map<std::string, std::string>& known) {
    const auto found = known.find(file.blob);
    if (found != known.end() && take_reference(found->second)) {
      manifest.files.push_back({std::move(file), found->second});
      return;
    }
    if (found != known.end()) taken.erase(found->second);
    const bool link = file.mode == ListedMode::symlink;
    std::string object =
        keep(link ? artifact.tree->read_link(file.path) : artifact.tree->read(file.path));
    manifest.files.push_back({std::move(file), std::move(object)});
  }

  void commit() {
    hold->manifest = keep(encode_manifest(manifest));
    sync_file_system(staging.directory());
    for (const auto& [object, bytes] : staging.sizes()) {
      const std::string path = impl.path_of(object);
      make_directories(model::parent_path(path));
      std::filesystem::rename(staging.path_of(object), path);
      const std::lock_guard guard(impl.mutex);
      impl.objects[object] = {1, bytes};
      impl.total_bytes += bytes;
      hold->objects.push_back(object);
    }
    sync_file_system(staging.directory());
  }

  Impl& impl;
  const Artifact& artifact;
  Staging staging;
  Manifest manifest;
  HoldPtr hold;
  std::set<std::string> taken;
};

Artifact ArtifactStore::put(std::string_view key_text, const Artifact& artifact) {
  const std::string key(key_text);
  const std::lock_guard one_put(impl_->put_mutex);
  Impl::HoldPtr previous;
  {
    const std::lock_guard guard(impl_->mutex);
    const auto found = impl_->holds.find(key);
    if (found != impl_->holds.end()) previous = found->second;
  }
  std::unordered_map<std::string, std::string> known;
  if (previous) known = impl_->known_content(previous->manifest);
  Impl::Put put(*impl_, artifact);
  put.manifest.revision = artifact.revision;
  put.manifest.digest = artifact.digest;
  put.manifest.url = artifact.url;
  put.hold->retired = true;  // until it stands in the index, its references are to be given back
  list_files(*artifact.tree, impl_->limits.listing,
             [&](ListedFile file) { put.add(std::move(file), known); });
  put.commit();
  {
    const std::lock_guard guard(impl_->mutex);
    impl_->index.put(key, put.hold->manifest);
    put.hold->retired = false;
    put.hold->objects.clear();
    if (previous) previous->retired = true;
    impl_->holds[key] = put.hold;
  }
  previous.reset();
  impl_->evict(key);
  return impl_->artifact_of(put.manifest, put.hold);
}

std::optional<Artifact> ArtifactStore::get(std::string_view key) const {
  Impl::HoldPtr hold;
  {
    const std::lock_guard guard(impl_->mutex);
    const auto found = impl_->holds.find(std::string(key));
    if (found == impl_->holds.end()) return std::nullopt;
    hold = found->second;
  }
  try {
    return impl_->artifact_of(impl_->read_manifest(hold->manifest), hold);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::unavailable || error.code() == ErrorCode::invalid_input) {
      return std::nullopt;
    }
    throw;
  }
}

void ArtifactStore::remove(std::string_view key) {
  Impl::HoldPtr dropped;
  const std::lock_guard one_put(impl_->put_mutex);
  {
    const std::lock_guard guard(impl_->mutex);
    const auto found = impl_->holds.find(std::string(key));
    if (found == impl_->holds.end()) return;
    impl_->index.remove(found->first);
    dropped = std::move(found->second);
    dropped->retired = true;
    impl_->holds.erase(found);
  }
}

std::uint64_t ArtifactStore::size_bytes() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->total_bytes;
}

}  // namespace reconcile::sources
