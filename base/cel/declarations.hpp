#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cel/functions.hpp"
#include "base/cel/static_type.hpp"

namespace reconcile::cel {

/// One signature of a function. Type parameters are numbered from 0 in it.
struct Overload {
  std::string_view id;
  bool is_member = false;  ///< called as x.f(y); the receiver is the first argument
  std::vector<TypePtr> arguments;
  TypePtr result;
  std::size_t variables = 0;     ///< count of its type parameters
  Implementation run = nullptr;  ///< null where the function runs as a whole, or is an operator
};

/// How many arguments the code of a function takes, as far as cel-go tells them apart.
enum class Arity : std::uint8_t { unbound, one, two, any };

/// A function of the environment with its signatures in the order in which they are tried.
struct Function {
  std::string_view name;
  std::vector<Overload> overloads;
  Implementation run = nullptr;  ///< code for all signatures, guarded by `trait` only
  std::uint32_t trait = no_trait;
  Arity arity = Arity::unbound;
  bool is_guarded = true;  ///< arguments are compared with the signature before it runs
};

/// The function `name` ("size", "optional.of", "_+_"); null where there is none.
const Function* find_function(std::string_view name);

}  // namespace reconcile::cel
