#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "reconcile/model/object.hpp"
#include "reconcile/model/packed_text.hpp"

namespace reconcile::model {

/// An object at rest: what names it, and its content as a packed text, a fifth to a sixth of what
/// the tree takes in memory. Immutable; copying shares the content; safe from any thread.
class PackedObject {
 public:
  PackedObject() = default;

  [[nodiscard]] const ObjectId& id() const noexcept { return id_; }
  [[nodiscard]] Gvk gvk() const { return {id_.group, version_, id_.kind}; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] ObjectOrigin origin() const;
  /// The content as canonical JSON: compact, keys sorted, nothing escaped for HTML. Throws
  /// Error(unavailable) where a disk does not give it.
  [[nodiscard]] std::string json() const;
  /// The content as a tree of its own, made anew at each call (about 7 µs a KiB): to be held as
  /// long as values of it are used. As JSON data it equals what was packed; how scalars were
  /// written in their source is not kept. Absent where nothing was packed.
  [[nodiscard]] Document document() const;

 private:
  friend class ObjectPacker;

  ObjectId id_;
  std::string version_;
  std::shared_ptr<const std::string> file_;  ///< of the origin, shared by objects of one file
  PackedText content_;
  std::uint32_t document_index_ = 0;
};

/// Packs objects. One thread at a time; what was packed may be read by others only after `finish`.
class ObjectPacker {
 public:
  /// The contents go to `spill`; null, or where it fails: they stay in memory.
  explicit ObjectPacker(std::shared_ptr<SpillFile> spill = nullptr) : packer_(std::move(spill)) {}

  /// Throws Error(limit_exceeded) for an object of more than 1 GiB.
  [[nodiscard]] PackedObject pack(const Object& object);
  /// What `json` of the object that was packed last answers; until the next one is packed.
  [[nodiscard]] std::string_view last_json() const noexcept { return json_; }
  /// Nothing follows.
  void finish() { packer_.finish(); }

 private:
  TextPacker packer_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> files_;
  std::string json_;  ///< of one object
};

/// One object alone.
[[nodiscard]] PackedObject pack(const Object& object);

}  // namespace reconcile::model
