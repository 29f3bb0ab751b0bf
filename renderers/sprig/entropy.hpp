#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "reconcile/gotemplate/function.hpp"

namespace reconcile::sprig {

/// Draws from the entropy of a render, in small reserves. Throws FunctionError where the request
/// has none.
class Entropy {
 public:
  explicit Entropy(gotemplate::RenderContext& context) : context_(context) {}
  std::string bytes(std::size_t count);
  /// A number in [0, limit) without bias; `limit` > 0.
  std::uint64_t below(std::uint64_t limit);

 private:
  gotemplate::RenderContext& context_;
  std::string reserve_;
  std::size_t used_ = 0;
};

}  // namespace reconcile::sprig
