#include "renderers/sprig/semver.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "reconcile/model/error.hpp"

namespace reconcile::sprig {
namespace {

constexpr std::size_t version_bytes_max = 256;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_identifier(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

[[noreturn]] void fail(const std::string& message) {
  throw model::Error(model::ErrorCode::invalid_input, message);
}
[[noreturn]] void fail_invalid() {
  fail("invalid semantic version");
}

std::string_view take_while(std::string_view& text, bool (*predicate)(char)) {
  std::size_t size = 0;
  while (size < text.size() && predicate(text[size])) ++size;
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

/// Identifiers joined by points, none of them empty.
std::string_view take_identifiers(std::string_view& text) {
  const std::string_view start = text;
  while (true) {
    if (take_while(text, is_identifier).empty()) fail_invalid();
    if (text.size() < 2 || text[0] != '.' || !is_identifier(text[1])) break;
    text.remove_prefix(1);
  }
  return start.substr(0, start.size() - text.size());
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc()) {
    fail("error parsing version segment: strconv.ParseUint: parsing \"" + std::string(digits) +
         "\": value out of range");
  }
  return number;
}

template <class Check>
void each_part(std::string_view text, Check check) {
  while (true) {
    const std::size_t point = text.find('.');
    check(text.substr(0, point));
    if (point == std::string_view::npos) return;
    text.remove_prefix(point + 1);
  }
}

void check_prerelease(std::string_view text) {
  each_part(text, [](std::string_view part) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier)) {
      fail("invalid prerelease string");
    }
    if (part.size() > 1 && part[0] == '0' && std::all_of(part.begin(), part.end(), is_digit)) {
      fail("version segment starts with 0");
    }
  });
}

void check_metadata(std::string_view text) {
  each_part(text, [](std::string_view part) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier)) {
      fail("invalid metadata string");
    }
  });
}

std::uint64_t incremented(std::uint64_t number, std::string_view name) {
  if (number == std::numeric_limits<std::uint64_t>::max()) {
    fail(std::string(name) + " version increment would overflow uint64");
  }
  return number + 1;
}

/// True, with the number, where `text` is all digits and fits.
bool as_number(std::string_view text, std::uint64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

std::strong_ordering compare_parts(std::string_view left, std::string_view right) noexcept {
  if (left == right) return std::strong_ordering::equal;
  if (left.empty()) return std::strong_ordering::less;
  if (right.empty()) return std::strong_ordering::greater;
  std::uint64_t left_number = 0;
  std::uint64_t right_number = 0;
  const bool left_is_number = as_number(left, left_number);
  const bool right_is_number = as_number(right, right_number);
  if (!left_is_number && !right_is_number) return left.compare(right) <=> 0;
  if (!right_is_number) return std::strong_ordering::less;
  if (!left_is_number) return std::strong_ordering::greater;
  // Equal numbers in different spelling count as less, as in the library.
  return left_number > right_number ? std::strong_ordering::greater : std::strong_ordering::less;
}

}  // namespace

Version Version::parse(std::string_view text) {
  if (text.size() > version_bytes_max) {
    fail("version string is too long (max " + std::to_string(version_bytes_max) + " bytes)");
  }
  Version version;
  version.original_ = text;
  std::string_view rest = text;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  std::string_view parts[3] = {take_while(rest, is_digit), {}, {}};
  if (parts[0].empty()) fail_invalid();
  for (int i = 1; i < 3 && rest.size() > 1 && rest[0] == '.' && is_digit(rest[1]); ++i) {
    rest.remove_prefix(1);
    parts[i] = take_while(rest, is_digit);
  }
  std::string_view prerelease;
  std::string_view metadata;
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    prerelease = take_identifiers(rest);
  }
  if (rest.starts_with('+')) {
    rest.remove_prefix(1);
    metadata = take_identifiers(rest);
  }
  if (!rest.empty()) fail_invalid();
  version.major_ = number_of(parts[0]);
  if (!parts[1].empty()) version.minor_ = number_of(parts[1]);
  if (!parts[2].empty()) version.patch_ = number_of(parts[2]);
  if (!prerelease.empty()) check_prerelease(prerelease);
  version.prerelease_ = prerelease;
  version.metadata_ = metadata;
  return version;
}

std::string Version::to_string() const {
  std::string out =
      std::to_string(major_) + '.' + std::to_string(minor_) + '.' + std::to_string(patch_);
  if (!prerelease_.empty()) out += '-' + prerelease_;
  if (!metadata_.empty()) out += '+' + metadata_;
  return out;
}

std::strong_ordering compare_prereleases(std::string_view left, std::string_view right) noexcept {
  const auto next_part = [](std::string_view& text) {
    const std::size_t point = text.find('.');
    const std::string_view part = text.substr(0, point);
    text.remove_prefix(point == std::string_view::npos ? text.size() : point + 1);
    return part;
  };
  while (!left.empty() || !right.empty()) {
    const auto order = compare_parts(next_part(left), next_part(right));
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering Version::compare(const Version& other) const noexcept {
  if (const auto order = major_ <=> other.major_; order != 0) return order;
  if (const auto order = minor_ <=> other.minor_; order != 0) return order;
  if (const auto order = patch_ <=> other.patch_; order != 0) return order;
  if (prerelease_.empty() || other.prerelease_.empty()) {
    return prerelease_.empty() <=> other.prerelease_.empty();
  }
  return compare_prereleases(prerelease_, other.prerelease_);
}

void Version::rename() {
  const bool had_letter = original_.starts_with('v');
  original_ = (had_letter ? "v" : "") + to_string();
}

Version Version::next_patch() const {
  Version next = *this;
  next.prerelease_.clear();
  next.metadata_.clear();
  if (prerelease_.empty()) next.patch_ = incremented(patch_, "patch");
  next.rename();
  return next;
}

Version Version::next_minor() const {
  Version next = *this;
  next.prerelease_.clear();
  next.metadata_.clear();
  next.patch_ = 0;
  next.minor_ = incremented(minor_, "minor");
  next.rename();
  return next;
}

Version Version::next_major() const {
  Version next = *this;
  next.prerelease_.clear();
  next.metadata_.clear();
  next.patch_ = 0;
  next.minor_ = 0;
  next.major_ = incremented(major_, "major");
  next.rename();
  return next;
}

Version Version::with_prerelease(std::string_view prerelease) const {
  if (!prerelease.empty()) check_prerelease(prerelease);
  Version next = *this;
  next.prerelease_ = prerelease;
  next.rename();
  return next;
}

Version Version::with_metadata(std::string_view metadata) const {
  if (!metadata.empty()) check_metadata(metadata);
  Version next = *this;
  next.metadata_ = metadata;
  next.rename();
  return next;
}

}  // namespace reconcile::sprig
