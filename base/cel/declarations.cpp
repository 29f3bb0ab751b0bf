// The functions of the environment that Flux 2.9 makes (fluxcd/pkg runtime/cel/expression.go): the
// standard library, optional types and the extensions strings, sets and encoders, each with the
// signatures of cel-go 0.27 in its order. In signatures A, B and C are type parameters.
#include "base/cel/declarations.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

#include "base/cel/declaration_rows.hpp"

namespace reconcile::cel {
namespace {

/// Reads "(string, list(A)) -> bool"; a point in front makes a member.
class SignatureReader {
 public:
  SignatureReader(std::string_view text, Overload& overload) : rest_(text), overload_(overload) {}

  void run() {
    overload_.is_member = accept('.');
    accept('(');
    while (!accept(')')) {
      overload_.arguments.push_back(type());
      accept(',');
    }
    accept('-');
    accept('>');
    overload_.result = type();
  }

 private:
  bool accept(char c) {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  TypePtr type() {
    accept(' ');
    std::size_t size = 0;
    while (size < rest_.size() && (std::isalpha(static_cast<unsigned char>(rest_[size])) != 0)) {
      ++size;
    }
    const std::string_view name = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (name == "A" || name == "B" || name == "C") {
      const auto variable = static_cast<std::size_t>(name[0] - 'A');
      overload_.variables = std::max(overload_.variables, variable + 1);
      return parameter_type(variable);
    }
    std::vector<TypePtr> parameters;
    if (accept('(')) {
      while (!accept(')')) {
        parameters.push_back(type());
        accept(',');
      }
    }
    return named(name, std::move(parameters));
  }

  static TypePtr named(std::string_view name, std::vector<TypePtr> parameters) {
    if (name == "list") return compound_type(TypeKind::list, std::move(parameters));
    if (name == "map") return compound_type(TypeKind::map, std::move(parameters));
    if (name == "optional") return compound_type(TypeKind::optional, std::move(parameters));
    if (name == "type") return compound_type(TypeKind::type, std::move(parameters));
    if (name == "dyn") return plain_type(TypeKind::dyn);
    if (name == "timestamp") return plain_type(TypeKind::timestamp);
    if (name == "duration") return plain_type(TypeKind::duration);
    TypePtr found = find_type(name);
    if (found == nullptr) throw std::logic_error("unknown type in a signature");
    return found;
  }

  std::string_view rest_;
  Overload& overload_;
};

Arity arity_of(const Function& function) {
  if (function.name == "format") return Arity::any;
  if (function.run == nullptr && function.overloads.size() > 1) return Arity::any;
  const std::size_t count = function.overloads.front().arguments.size();
  if (count == 1) return Arity::one;
  return count == 2 ? Arity::two : Arity::any;
}

std::map<std::string_view, Function> make_functions() {
  std::map<std::string_view, Function> functions;
  for (const DeclarationRow& row : declaration_rows()) {
    Function& function = functions[row.function];
    function.name = row.function;
    Overload overload;
    overload.id = row.id;
    SignatureReader(row.signature, overload).run();
    switch (row.binding) {
      case Binding::none:
        break;
      case Binding::overload:
        overload.run = row.run;
        break;
      case Binding::whole:
        function.run = row.run;
        function.trait = row.trait;
        break;
      case Binding::unguarded:
        overload.run = row.run;
        function.is_guarded = false;
        break;
    }
    function.overloads.push_back(std::move(overload));
  }
  for (auto& [name, function] : functions) {
    bool bound = function.run != nullptr;
    for (const Overload& overload : function.overloads) bound = bound || overload.run != nullptr;
    if (bound) function.arity = arity_of(function);
  }
  return functions;
}

}  // namespace

const Function* find_function(std::string_view name) {
  static const std::map<std::string_view, Function> functions = make_functions();
  const auto found = functions.find(name);
  return found == functions.end() ? nullptr : &found->second;
}

}  // namespace reconcile::cel
