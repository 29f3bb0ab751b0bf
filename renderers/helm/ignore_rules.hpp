#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::helm {

enum class PathType { file, directory };

/// The rules of a `.helmignore`, as Helm 4.3.1 reads them (not Git's grammar: a rule that starts
/// with `!` ignores what it does not match).
class IgnoreRules {
 public:
  /// The built-in rule alone: dot files directly in templates/.
  IgnoreRules();
  /// Adds the rules of `text` in front of the built-in one. Throws Error(invalid_input) on `**` and
  /// on a malformed pattern, naming it.
  explicit IgnoreRules(std::string_view text);

  /// Whether the file or directory `path`, relative to the chart, is left out.
  [[nodiscard]] bool ignores(std::string_view path, PathType type) const;

 private:
  /// Most patterns are a name, or a name with one star: those are compared, not matched.
  enum class Shape { name, one_star, other };
  struct Rule {
    std::string pattern;
    Shape shape = Shape::other;
    std::size_t head_bytes = 0;  ///< the pattern's text before the first special character
    bool negated = false;
    bool directory_only = false;
    bool whole_path = false;  ///< matched against the path, else against its last element
  };
  void add(std::string_view line);
  static bool matches(const Rule& rule, std::string_view text);

  std::vector<Rule> rules_;
};

}  // namespace reconcile::helm
