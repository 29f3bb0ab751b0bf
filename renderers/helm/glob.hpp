#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace reconcile::helm {

struct GlobMatcher;

/// A pattern of `.Files.Glob`, with the grammar of gobwas/glob 0.2.3 and separator '/': `*` and `?`
/// stop at '/', `**` does not, `[a-z]` or `[abc]`, `[!abc]`, `{a,b}`, `\` escapes. As there, a
/// brace that is not closed ends with the pattern, and some patterns match less than they mean
/// (`{a*,b}.txt` not abc.txt, `?` nothing beyond ASCII).
class Glob {
 public:
  /// Absent where `pattern` is malformed: it then matches everything in Helm.
  static std::optional<Glob> parse(std::string_view pattern);

  /// Whether the pattern matches the whole of `path`. Bounded: false where that takes too long.
  /// Throws gotemplate::FunctionError where the library panics, for a brace with nothing in it.
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  explicit Glob(std::shared_ptr<const GlobMatcher> matcher) : matcher_(std::move(matcher)) {}

  std::shared_ptr<const GlobMatcher> matcher_;
};

}  // namespace reconcile::helm
