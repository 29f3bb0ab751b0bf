#pragma once

#include <algorithm>
#include <new>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/parser.hpp"

namespace reconcile::gotemplate {

template <class T>
T* Parser::make(NodeKind kind, std::uint32_t position) {
  static_assert(std::is_trivially_destructible_v<T>);
  T* node = new (nodes_.allocate(sizeof(T))) T{};
  node->kind = kind;
  node->position = position;
  return node;
}

template <class T>
std::span<const T> Parser::keep(const std::vector<T>& items) {
  if (items.empty()) return {};
  T* data = static_cast<T*>(nodes_.allocate(items.size() * sizeof(T)));
  std::uninitialized_copy(items.begin(), items.end(), data);
  return {data, items.size()};
}

}  // namespace reconcile::gotemplate
