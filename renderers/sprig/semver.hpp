#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Masterminds/semver 3.5.0 as Helm uses it.
namespace reconcile::sprig {

/// A version "1.2.3-pre+meta". A leading `v`, a missing minor or patch and leading zeros are taken.
class Version {
 public:
  Version() = default;
  /// Throws Error(invalid_input) with the library's text, e.g. "invalid semantic version".
  static Version parse(std::string_view text);

  [[nodiscard]] std::uint64_t major() const noexcept { return major_; }
  [[nodiscard]] std::uint64_t minor() const noexcept { return minor_; }
  [[nodiscard]] std::uint64_t patch() const noexcept { return patch_; }
  [[nodiscard]] const std::string& prerelease() const noexcept { return prerelease_; }
  [[nodiscard]] const std::string& metadata() const noexcept { return metadata_; }
  /// The text it was read from.
  [[nodiscard]] const std::string& original() const noexcept { return original_; }
  /// "major.minor.patch[-prerelease][+metadata]" without a leading `v`.
  [[nodiscard]] std::string to_string() const;

  /// By precedence: metadata is ignored, a prerelease is lower than its release.
  [[nodiscard]] std::strong_ordering compare(const Version& other) const noexcept;

  /// The next versions; prerelease and metadata are dropped, and a prerelease's next patch is its
  /// release. Throws Error(invalid_input) where a number would overflow.
  [[nodiscard]] Version next_patch() const;
  [[nodiscard]] Version next_minor() const;
  [[nodiscard]] Version next_major() const;
  /// Copies with another prerelease or metadata. Throw Error(invalid_input) where it is malformed.
  [[nodiscard]] Version with_prerelease(std::string_view prerelease) const;
  [[nodiscard]] Version with_metadata(std::string_view metadata) const;

 private:
  void rename();

  std::uint64_t major_ = 0;
  std::uint64_t minor_ = 0;
  std::uint64_t patch_ = 0;
  std::string prerelease_;
  std::string metadata_;
  std::string original_;
};

/// The precedence of two prerelease texts, part by part.
std::strong_ordering compare_prereleases(std::string_view left, std::string_view right) noexcept;

/// A constraint such as ">=1.20.0-0 <2 || ^3.1": groups of conditions, one group must hold.
class Constraint {
 public:
  /// Throws Error(invalid_input) with the library's text, e.g. `improper constraint: "a"`.
  static Constraint parse(std::string_view text);
  /// A version with a prerelease passes only groups in which some condition names a prerelease.
  [[nodiscard]] bool allows(const Version& version) const;

 private:
  enum class Operator : std::uint8_t {
    tilde_or_equal,
    not_equal,
    greater,
    less,
    greater_equal,
    less_equal,
    tilde,
    caret,
  };
  struct Condition {
    Operator comparison = Operator::tilde_or_equal;
    Version version;
    bool dirty = false;        ///< some part is missing or a wildcard
    bool minor_dirty = false;  ///< the minor is
    bool patch_dirty = false;  ///< only the patch is

    [[nodiscard]] bool holds(const Version& candidate) const;
    [[nodiscard]] bool holds_not_equal(const Version& candidate) const;
    [[nodiscard]] bool holds_greater(const Version& candidate) const;
    [[nodiscard]] bool holds_less_equal(const Version& candidate) const;
    [[nodiscard]] bool holds_tilde(const Version& candidate) const;
    [[nodiscard]] bool holds_caret(const Version& candidate) const;
  };
  struct Group {
    std::vector<Condition> conditions;
    bool has_prerelease = false;
  };
  class Reader;

  std::vector<Group> groups_;
};

}  // namespace reconcile::sprig
