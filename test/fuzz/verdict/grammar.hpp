#pragma once

#include <cstddef>
#include <string>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/object.hpp"
#include "test/fuzz/verdict/choices.hpp"

namespace reconcile::fuzz {

/// What a generated object is called.
struct ObjectName {
  std::string space;
  std::size_t number = 0;

  std::string text() const { return "v" + std::to_string(number); }
  /// Of the addresses that no service gets.
  std::string address() const {
    return "10." + std::to_string(128 + number / 65536 % 64) + "." +
           std::to_string(number / 256 % 256) + "." + std::to_string(number % 256);
  }
};

/// The built-in kinds as kinds.yaml describes them; its head says how.
class Grammar {
 public:
  /// Throws where the file is missing or broken.
  Grammar();

  std::size_t kinds() const { return file_["kinds"].size(); }
  bool describes(const model::Gvk& gvk) const;
  /// An object of kind `index`: the same choices give the same one.
  model::Object make(std::size_t index, const ObjectName& name, Choices& choices) const;
  /// Labels and annotations, as they stand below metadata.
  model::Node metadata(model::Arena& arena, const ObjectName& name, Choices& choices) const;

 private:
  model::Document file_;
};

}  // namespace reconcile::fuzz
