#include "renderers/helm/glob.hpp"

#include "renderers/helm/glob_matcher.hpp"

namespace reconcile::helm {

std::optional<Glob> Glob::parse(std::string_view pattern) {
  const auto read = read_glob(pattern);
  if (!read) return std::nullopt;
  return Glob(std::make_shared<const GlobMatcher>(compile_glob(*read)));
}

bool Glob::matches(std::string_view path) const {
  return match_glob(*matcher_, path);
}

}  // namespace reconcile::helm
