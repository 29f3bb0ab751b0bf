#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace reconcile::fuzz {

/// Texts that make a value of one type: leaves hold no others.
struct CelTemplates {
  std::vector<std::string_view> leaves;
  std::vector<std::string_view> branches;
};

/// Types: b bool, i int, u uint, d double, s string, y bytes, l list, m map, t timestamp,
/// p duration, o optional, T type, z null and what fits nowhere.
const CelTemplates& cel_templates(char type);

/// Paths in the documents, some of which do not exist.
std::span<const std::string_view> cel_paths();
std::span<const std::string_view> cel_documents();

}  // namespace reconcile::fuzz
