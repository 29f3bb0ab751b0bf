#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "reconcile/model/object.hpp"

namespace reconcile::model {

/// An object at rest: what names it, and its content compressed, a fifth to a sixth of what the
/// tree takes. Immutable; copying shares the content; safe from any thread.
class PackedObject {
 public:
  PackedObject() = default;

  [[nodiscard]] const Gvk& gvk() const noexcept { return gvk_; }
  [[nodiscard]] const ObjectId& id() const noexcept { return id_; }
  [[nodiscard]] const ObjectOrigin& origin() const noexcept { return origin_; }
  /// The content as compact JSON, keys in the order of the object that was packed.
  [[nodiscard]] std::string json() const;
  /// The content as a tree of its own, made anew at each call (about 7 µs a KiB): to be held as
  /// long as values of it are used. As JSON data it equals what was packed; how scalars were
  /// written in their source is not kept. Absent where nothing was packed.
  [[nodiscard]] Document document() const;

 private:
  friend class ObjectPacker;

  Gvk gvk_;
  ObjectId id_;
  ObjectOrigin origin_;
  std::shared_ptr<const std::string>
      packed_;  ///< of all objects of one packer, one after the other
  std::size_t offset_ = 0;
  std::size_t packed_size_ = 0;
  std::size_t size_ = 0;  ///< of the JSON
};

/// Packs objects that live and die together. One thread at a time; what was packed may be read by
/// others only after `finish`.
class ObjectPacker {
 public:
  ObjectPacker();
  ~ObjectPacker();
  ObjectPacker(const ObjectPacker&) = delete;
  ObjectPacker& operator=(const ObjectPacker&) = delete;

  [[nodiscard]] PackedObject pack(const Object& object);
  /// Nothing follows: gives back the memory that was kept for more.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reconcile::model
