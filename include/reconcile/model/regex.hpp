#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

/// A regular expression with the syntax and the leftmost-first semantics of Go's `regexp` (RE2).
/// Immutable after construction; safe to use from several threads.
class Regex {
 public:
  /// Throws Error(invalid_input) "error parsing regexp: …" naming the pattern.
  explicit Regex(std::string_view pattern);
  /// As above, from a cache of the most recently used patterns of the process (bounded,
  /// thread-safe).
  static std::shared_ptr<const Regex> cached(std::string_view pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Whether the pattern matches anywhere in `text`.
  [[nodiscard]] bool matches(std::string_view text) const;
  /// Whether the pattern matches the whole of `text`, as if written ^(?:pattern)$.
  [[nodiscard]] bool matches_whole(std::string_view text) const;
  /// The leftmost match; absent where there is none.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view text) const;
  /// Successive non-overlapping matches as Go's FindAllString; `count_max` < 0 means all.
  [[nodiscard]] std::vector<std::string_view> find_all(std::string_view text, int count_max) const;
  /// The match and its groups (absent groups are empty with null data) as Go's FindStringSubmatch.
  [[nodiscard]] std::vector<std::string_view> find_groups(std::string_view text) const;
  /// Go's ReplaceAllString: `$1`, `${1}`, `$name` are expanded; `$1W` is the group named 1W.
  [[nodiscard]] std::string replace_all(std::string_view text, std::string_view replacement) const;
  /// Go's ReplaceAllLiteralString.
  [[nodiscard]] std::string replace_all_literal(std::string_view text,
                                                std::string_view replacement) const;
  /// Go's Split; `count_max` < 0 means all, 0 answers nothing.
  [[nodiscard]] std::vector<std::string_view> split(std::string_view text, int count_max) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// Go's regexp.QuoteMeta.
std::string regex_quote(std::string_view text);

}  // namespace reconcile::model
