#include "renderers/sprig/encoded_node.hpp"

#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/limits.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoValue;

/// Counts what an encoder will visit and stops at the limits.
class SizeCheck {
 public:
  explicit SizeCheck(std::string_view function) : function_(function) {}

  void visit(const GoValue& value, int depth) {
    check_result_items(function_, ++nodes_);
    if (depth > depth_max) return;  // the encoder reports a cycle
    if (value.is_string()) {
      add(value.as_text().size());
    } else if (value.is_map() && value.as_map() != nullptr) {
      for (const gotemplate::GoEntry& entry : value.as_map()->entries()) {
        add(entry.name().size());
        visit(entry.value, depth + 1);
        if (deepest_reached_) return;
      }
    } else if (value.is_slice() && value.type() != gotemplate::GoType::bytes) {
      for (const GoValue& item : value.as_items()) {
        visit(item, depth + 1);
        if (deepest_reached_) return;
      }
    }
    deepest_reached_ = deepest_reached_ || depth == depth_max;
  }

 private:
  void add(std::size_t bytes) {
    bytes_ += bytes;
    check_result_bytes(function_, bytes_);
  }

  std::string_view function_;
  std::uint64_t nodes_ = 0;
  std::uint64_t bytes_ = 0;
  bool deepest_reached_ = false;  ///< deep enough for the encoder to fail: no need to go on
};

}  // namespace

void check_encoded_size(const GoValue& value, std::string_view function) {
  SizeCheck(function).visit(value, 0);
}

model::Node encoded_node(model::Arena& arena, const GoValue& value, std::string_view function) {
  check_encoded_size(value, function);
  try {
    return gotemplate::to_node(arena, value);
  } catch (const gotemplate::FunctionError& error) {
    throw EncodingError{error.what()};
  }
}

}  // namespace reconcile::sprig
