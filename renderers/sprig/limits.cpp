#include "renderers/sprig/limits.hpp"

#include <string>

#include "reconcile/gotemplate/function.hpp"

namespace reconcile::sprig {

void check_result_bytes(std::string_view function, std::uint64_t count, std::uint64_t size) {
  if (size == 0 || count <= result_bytes_max / size) return;
  throw gotemplate::FunctionError(std::string(function) + ": the result exceeds the limit of " +
                                  std::to_string(result_bytes_max) + " bytes");
}

void check_result_items(std::string_view function, std::uint64_t count) {
  if (count <= result_items_max) return;
  throw gotemplate::FunctionError(std::string(function) + ": the result of " +
                                  std::to_string(count) + " elements exceeds the limit of " +
                                  std::to_string(result_items_max));
}

}  // namespace reconcile::sprig
