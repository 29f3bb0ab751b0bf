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
std::span<const T> Parser::keep_from(std::vector<T>& pending, std::size_t begin) {
  const std::size_t count = pending.size() - begin;
  if (count == 0) return {};
  T* data = static_cast<T*>(nodes_.allocate(count * sizeof(T)));
  std::uninitialized_copy_n(pending.begin() + static_cast<std::ptrdiff_t>(begin), count, data);
  pending.resize(begin);
  return {data, count};
}

}  // namespace reconcile::gotemplate
