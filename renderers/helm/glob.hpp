#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace reconcile::helm {

struct GlobPart;

/// A pattern of `.Files.Glob`, with the grammar of gobwas/glob 0.2.3 and separator '/': `*` and `?`
/// stop at '/', `**` does not, `[a-z]` or `[abc]`, `[!abc]`, `{a,b}`, `\` escapes. As there, a
/// brace that is not closed ends with the pattern, and characters are Unicode's.
class Glob {
 public:
  /// Absent where `pattern` is malformed: it then matches everything in Helm.
  static std::optional<Glob> parse(std::string_view pattern);

  /// Whether the pattern matches the whole of `path`. Bounded: false where that takes too long.
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  explicit Glob(std::shared_ptr<const GlobPart> root) : root_(std::move(root)) {}

  std::shared_ptr<const GlobPart> root_;
};

}  // namespace reconcile::helm
