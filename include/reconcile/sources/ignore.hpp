#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::sources {

/// One line of an ignore file. The grammar and its corners are those of fluxcd/pkg sourceignore
/// 0.18.0, which source-controller 1.9.1 links: a pattern that matches a directory matches what is
/// below, and a later "!pattern" brings files back even from an ignored directory.
class IgnorePattern {
 public:
  enum class Verdict { none, exclude, include };

  /// `domain` is the directory of the ignore file, "" at the root. A malformed pattern matches
  /// nothing.
  IgnorePattern(std::string_view line, std::string_view domain);

  /// What the pattern says about `path`, relative to the root; `directory`: it is one.
  [[nodiscard]] Verdict match(std::string_view path, bool directory) const;
  /// The same for a path that is already split at its slashes.
  [[nodiscard]] Verdict match(std::span<const std::string_view> path, bool directory) const;
  [[nodiscard]] bool is_inclusion() const noexcept { return inclusion_; }
  /// Whether something below `directory` could match; may err on the side of yes.
  [[nodiscard]] bool may_match_below(std::string_view directory) const;

 private:
  using Parts = std::span<const std::string_view>;
  [[nodiscard]] bool match_name(Parts path, bool directory) const;
  [[nodiscard]] bool match_path(Parts path, bool directory) const;

  std::vector<std::string> domain_;
  std::vector<std::string> segments_;
  bool inclusion_ = false;
  bool directory_only_ = false;
  bool anchored_ = false;  ///< holds a '/', so it is matched from the domain on
  bool malformed_ = false;
};

/// The patterns of an ignore file's text; empty lines and lines that begin with '#' are none.
std::vector<IgnorePattern> parse_ignore(std::string_view text, std::string_view domain = "");
/// Version control files, always ignored first: .git/ .gitignore .gitmodules .gitattributes
std::vector<IgnorePattern> vcs_patterns();
/// Images, archives and CI files, ignored where nobody says anything else.
std::vector<IgnorePattern> default_patterns();

struct IgnoreOptions {
  std::string ignore;  ///< spec.ignore: patterns that come last and so win; empty = none
  std::size_t file_bytes_max = 1U << 20U;   ///< of one .sourceignore
  std::size_t patterns_max = 10'000;        ///< of one .sourceignore and of `ignore`
  std::size_t directories_max = 1'000'000;  ///< walked in search of a .sourceignore
};

/// `tree` without what is ignored. Patterns in force, later ones win: version control; the default
/// list, where neither `ignore` nor any .sourceignore of the tree holds a pattern; each
/// .sourceignore for its own directory, from the root down; `ignore`. An ignored directory is
/// descended into only where a "!pattern" may match below. A link to an ignored file leads nowhere.
/// Links stay (Flux drops them from its artifacts). Thread-safe. Throws Error(limit_exceeded),
/// naming the file.
std::shared_ptr<const model::FileTree> without_ignored(std::shared_ptr<const model::FileTree> tree,
                                                       const IgnoreOptions& options = {});

}  // namespace reconcile::sources
