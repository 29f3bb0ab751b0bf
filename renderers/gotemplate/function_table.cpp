#include <unordered_map>
#include <utility>
#include <vector>

#include "reconcile/gotemplate/function.hpp"

namespace reconcile::gotemplate {

struct FunctionTable::Names {
  std::unordered_map<std::string_view, const Function*> functions;
  std::vector<std::pair<GoType, std::span<const Function>>> methods;
};

FunctionTable::FunctionTable() : names_(std::make_unique<Names>()) {
}
FunctionTable::~FunctionTable() = default;
FunctionTable::FunctionTable(FunctionTable&&) noexcept = default;
FunctionTable& FunctionTable::operator=(FunctionTable&&) noexcept = default;

void FunctionTable::add(std::span<const Function> functions) {
  for (const Function& function : functions) names_->functions[function.name] = &function;
}

void FunctionTable::remove(std::string_view name) {
  names_->functions.erase(name);
}

const Function* FunctionTable::find(std::string_view name) const noexcept {
  const auto found = names_->functions.find(name);
  return found == names_->functions.end() ? nullptr : found->second;
}

void FunctionTable::add_methods(GoType type, std::span<const Function> methods) {
  names_->methods.emplace_back(type, methods);
}

const Function* FunctionTable::find_method(GoType type, std::string_view name) const noexcept {
  for (const auto& [owner, methods] : names_->methods) {
    if (owner != type) continue;
    for (const Function& method : methods) {
      if (method.name == name) return &method;
    }
  }
  return nullptr;
}

}  // namespace reconcile::gotemplate
