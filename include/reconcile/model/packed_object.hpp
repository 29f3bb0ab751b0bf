#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "reconcile/model/object.hpp"
#include "reconcile/model/spill_file.hpp"

namespace reconcile::model {

/// An object at rest: what names it, and its content compressed, a fifth to a sixth of what the
/// tree takes, in memory or in a spill file, there encrypted. Immutable; copying shares the
/// content; safe from any thread.
class PackedObject {
 public:
  PackedObject() = default;

  [[nodiscard]] const ObjectId& id() const noexcept { return id_; }
  [[nodiscard]] Gvk gvk() const { return {id_.group, version_, id_.kind}; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] ObjectOrigin origin() const;
  /// The content as compact JSON, keys in the order of the object that was packed. Throws
  /// Error(unavailable) where a disk does not give it.
  [[nodiscard]] std::string json() const;
  /// The content as a tree of its own, made anew at each call (about 7 µs a KiB): to be held as
  /// long as values of it are used. As JSON data it equals what was packed; how scalars were
  /// written in their source is not kept. Absent where nothing was packed.
  [[nodiscard]] Document document() const;

 private:
  friend class ObjectPacker;
  struct Contents;

  ObjectId id_;
  std::string version_;
  std::shared_ptr<const std::string> file_;   ///< of the origin, shared by objects of one file
  std::shared_ptr<const Contents> contents_;  ///< of all objects of one packer
  std::size_t offset_ = 0;
  std::size_t size_ = 0;  ///< of the JSON
  std::uint32_t packed_size_ = 0;
  std::uint32_t document_index_ = 0;
  std::uint32_t place_ = 0;  ///< among the objects of its packer
};

/// Packs objects that live and die together. One thread at a time; what was packed may be read by
/// others only after `finish`.
class ObjectPacker {
 public:
  /// The contents go to `spill` when all are packed; null, or where it fails: they stay in memory.
  explicit ObjectPacker(std::shared_ptr<SpillFile> spill = nullptr);
  ~ObjectPacker();
  ObjectPacker(const ObjectPacker&) = delete;
  ObjectPacker& operator=(const ObjectPacker&) = delete;

  /// Throws Error(limit_exceeded) for an object of more than 1 GiB.
  [[nodiscard]] PackedObject pack(const Object& object);
  /// Nothing follows.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One object alone.
[[nodiscard]] PackedObject pack(const Object& object);

}  // namespace reconcile::model
