#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace reconcile::cel {

/// One clause of a format such as `%.3f`.
struct FormatClause {
  char letter = 's';  ///< s d f e b x X o
  int precision = 6;
};

/// Walks over `format`: `text` takes what stands between clauses, `clause` takes each clause with
/// the number of its argument and answers an error or "". Answers the first error as cel-go 0.27
/// words it, "" for none.
std::string walk_format(std::string_view format, std::size_t arguments,
                        const std::function<void(std::string_view)>& text,
                        const std::function<std::string(const FormatClause&, std::size_t)>& clause);

/// What is wrong with an argument whose type is `type` for the clause.
std::string format_type_error(const FormatClause& clause, std::string_view type);

}  // namespace reconcile::cel
