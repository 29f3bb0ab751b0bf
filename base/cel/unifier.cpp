#include "base/cel/unifier.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::cel {
namespace {

constexpr std::uint64_t steps_max = 5'000'000;

bool is_wild(const StaticType& type) {
  return type.kind == TypeKind::dyn || type.kind == TypeKind::error;
}

/// Types that null can be used for.
bool takes_null(const StaticType& type) {
  return type.kind == TypeKind::null || type.kind == TypeKind::optional ||
         type.kind == TypeKind::duration || type.kind == TypeKind::timestamp;
}

bool equal_or_less_specific(const StaticType& a, const StaticType& b) {
  if (a.kind == TypeKind::dyn || a.kind == TypeKind::parameter) return true;
  if (b.kind == TypeKind::dyn || b.kind == TypeKind::parameter) return false;
  if (a.kind != b.kind) return false;
  if (a.kind == TypeKind::type) return true;
  if (a.parameters.size() != b.parameters.size()) return false;
  for (std::size_t i = 0; i < a.parameters.size(); ++i) {
    if (!equal_or_less_specific(*a.parameters[i], *b.parameters[i])) return false;
  }
  return true;
}

}  // namespace

const TypePtr& more_general(const TypePtr& a, const TypePtr& b) {
  return equal_or_less_specific(*a, *b) ? a : b;
}

void Unifier::count_step() {
  if (++steps_ > steps_max) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "checking the types takes more steps than allowed");
  }
}

void Unifier::bind(std::size_t variable, TypePtr type) {
  changes_.emplace_back(variable, std::move(bindings_[variable]));
  bindings_[variable] = std::move(type);
}

void Unifier::roll_back(std::size_t size) {
  while (changes_.size() > size) {
    bindings_[changes_.back().first] = std::move(changes_.back().second);
    changes_.pop_back();
  }
}

bool Unifier::assignable(const TypePtr& from, const TypePtr& to) {
  const std::size_t size = changes_.size();
  if (match(from, to)) return true;
  roll_back(size);
  return false;
}

bool Unifier::assignable(const std::vector<TypePtr>& from, const std::vector<TypePtr>& to) {
  const std::size_t size = changes_.size();
  if (match(from, to)) return true;
  roll_back(size);
  return false;
}

bool Unifier::match(const std::vector<TypePtr>& a, const std::vector<TypePtr>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!match(a[i], b[i])) return false;
  }
  return true;
}

bool Unifier::match(const TypePtr& a, const TypePtr& b) {
  count_step();
  if (b->kind == TypeKind::parameter) {
    const Substitution found = try_bind(a, b);
    if (found != Substitution::impossible) return found == Substitution::valid;
  }
  if (a->kind == TypeKind::parameter) return try_bind(b, a) == Substitution::valid;
  if (is_wild(*a) || is_wild(*b)) return true;
  if (a->kind == TypeKind::null) return takes_null(*b);
  if (b->kind == TypeKind::null) return takes_null(*a);
  if (a->kind != b->kind) return false;
  return a->kind == TypeKind::type || match(a->parameters, b->parameters);
}

Unifier::Substitution Unifier::try_bind(const TypePtr& type, const TypePtr& variable) {
  if (same_type(*type, *variable)) return Substitution::valid;
  const TypePtr bound = bindings_[variable->variable];
  if (bound != nullptr) {
    if (same_type(*type, *bound)) return Substitution::valid;
    if (!match(type, bound)) return Substitution::bound_otherwise;
    const TypePtr& general = more_general(type, bound);
    if (absent_in(*variable, *general)) bind(variable->variable, general);
    return Substitution::valid;
  }
  if (!absent_in(*variable, *type)) return Substitution::impossible;
  bind(variable->variable, type);
  return Substitution::valid;
}

bool Unifier::absent_in(const StaticType& variable, const StaticType& type) {
  count_step();
  if (same_type(variable, type)) return false;
  if (type.kind == TypeKind::parameter) {
    const TypePtr& bound = bindings_[type.variable];
    return bound == nullptr || absent_in(variable, *bound);
  }
  for (const TypePtr& parameter : type.parameters) {
    if (!absent_in(variable, *parameter)) return false;
  }
  return true;
}

TypePtr Unifier::substitute(const TypePtr& type, bool free_to_dyn) {
  count_step();
  if (type->kind == TypeKind::parameter) {
    const TypePtr& bound = bindings_[type->variable];
    if (bound != nullptr) return substitute(bound, free_to_dyn);
    return free_to_dyn ? plain_type(TypeKind::dyn) : type;
  }
  if (type->parameters.empty()) return type;
  std::vector<TypePtr> parameters;
  for (const TypePtr& parameter : type->parameters) {
    parameters.push_back(substitute(parameter, free_to_dyn));
  }
  return compound_type(type->kind, std::move(parameters));
}

std::vector<TypePtr> Unifier::fresh_variables(std::size_t count) {
  std::vector<TypePtr> variables;
  for (std::size_t i = 0; i < count; ++i) variables.push_back(fresh());
  return variables;
}

TypePtr Unifier::instantiate(const TypePtr& type, const std::vector<TypePtr>& variables) {
  if (type->kind == TypeKind::parameter) return variables[type->variable];
  if (type->parameters.empty()) return type;
  std::vector<TypePtr> parameters;
  for (const TypePtr& parameter : type->parameters) {
    parameters.push_back(instantiate(parameter, variables));
  }
  return compound_type(type->kind, std::move(parameters));
}

}  // namespace reconcile::cel
