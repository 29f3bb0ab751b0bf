#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "reconcile/model/object.hpp"

namespace reconcile::model {

/// An object at rest: what names it, and its content compressed, a fifth to a sixth of what the
/// tree takes. Immutable; copying shares the content; safe from any thread.
class PackedObject {
 public:
  PackedObject() = default;

  [[nodiscard]] const ObjectId& id() const noexcept { return id_; }
  [[nodiscard]] Gvk gvk() const { return {id_.group, version_, id_.kind}; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] ObjectOrigin origin() const;
  /// The content as compact JSON, keys in the order of the object that was packed.
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
  /// Of all objects of one packer, one after the other.
  std::shared_ptr<const std::string> packed_;
  std::size_t offset_ = 0;
  std::size_t size_ = 0;  ///< of the JSON
  std::uint32_t packed_size_ = 0;
  std::uint32_t document_index_ = 0;
};

/// Packs objects that live and die together. One thread at a time; what was packed may be read by
/// others only after `finish`.
class ObjectPacker {
 public:
  ObjectPacker();
  ~ObjectPacker();
  ObjectPacker(const ObjectPacker&) = delete;
  ObjectPacker& operator=(const ObjectPacker&) = delete;

  /// Throws Error(limit_exceeded) for an object of more than 1 GiB.
  [[nodiscard]] PackedObject pack(const Object& object);
  /// Nothing follows: gives back the memory that was kept for more.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One object alone.
[[nodiscard]] PackedObject pack(const Object& object);

}  // namespace reconcile::model
