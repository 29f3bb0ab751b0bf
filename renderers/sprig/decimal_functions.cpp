#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/decimal.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoValue;
using Operation = Decimal (Decimal::*)(const Decimal&) const;

/// What one operation takes with common numbers.
constexpr std::uint64_t decimal_steps = 200;

GoValue fold(Call& call, Decimal result, std::span<const GoValue> operands, Operation operation) {
  call.context.work += operands.size() * decimal_steps;
  for (const GoValue& operand : operands) {
    result = (result.*operation)(Decimal(to_float64(operand)));
  }
  return GoValue::floating(result.to_float64());
}

GoValue add_floats(Call& call) {
  return fold(call, Decimal(0.0), call.arguments, &Decimal::plus);
}

GoValue add_one(Call& call) {
  return GoValue::floating(Decimal(to_float64(call[0])).plus(Decimal(1.0)).to_float64());
}

template <Operation operation>
GoValue chain(Call& call) {
  return fold(call, Decimal(to_float64(call[0])), call.arguments.subspan(1), operation);
}

constexpr Function functions[] = {
    {"add1f", "a", add_one},
    {"addf", "a*", add_floats},
    {"subf", "aa*", chain<&Decimal::minus>},
    {"divf", "aa*", chain<&Decimal::divided_by>},
    {"mulf", "aa*", chain<&Decimal::times>},
};

}  // namespace

std::span<const Function> decimal_functions() {
  return functions;
}

}  // namespace reconcile::sprig
