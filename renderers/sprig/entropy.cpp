#include "renderers/sprig/entropy.hpp"

#include <limits>

namespace reconcile::sprig {

std::string Entropy::bytes(std::size_t count) {
  if (!context_.random_bytes) {
    throw gotemplate::FunctionError("random values are not available in this render");
  }
  constexpr std::uint64_t steps_per_draw = 250;  // the kernel is asked
  context_.work += steps_per_draw;
  std::string drawn = context_.random_bytes(count);
  if (drawn.size() != count) {
    throw gotemplate::FunctionError("the entropy of this render answered " +
                                    std::to_string(drawn.size()) + " bytes instead of " +
                                    std::to_string(count));
  }
  return drawn;
}

std::uint64_t Entropy::below(std::uint64_t limit) {
  constexpr std::size_t reserve_bytes = 256;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t fair = most - most % limit;  // numbers from here on would favour small ones
  for (;;) {
    if (used_ + 8 > reserve_.size()) {
      reserve_ = bytes(reserve_bytes);
      used_ = 0;
    }
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) {
      number = (number << 8U) | static_cast<unsigned char>(reserve_[used_++]);
    }
    if (number < fair) return number % limit;
  }
}

}  // namespace reconcile::sprig
