#include <algorithm>
#include <utility>

#include "reconcile/sources/ignore.hpp"
#include "sources/ignore/shell_match.hpp"

namespace reconcile::sources {
namespace {

constexpr std::string_view any_directories = "**";
/// A longer line ends the file there, as bufio.Scanner in fluxcd/pkg does.
constexpr std::size_t line_bytes_max = 64 * 1024;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  if (text.empty()) return parts;
  while (true) {
    const std::size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

}  // namespace

IgnorePattern::IgnorePattern(std::string_view line, std::string_view domain) {
  for (const std::string_view part : split(domain)) domain_.emplace_back(part);
  if (line.starts_with('!')) {
    inclusion_ = true;
    line.remove_prefix(1);
  }
  if (!line.ends_with("\\ ")) line = line.substr(0, line.find_last_not_of(' ') + 1);
  if (line.ends_with('/')) {
    directory_only_ = true;
    line.remove_suffix(1);
  }
  anchored_ = line.find('/') != std::string_view::npos;
  for (const std::string_view part : split(line)) segments_.emplace_back(part);
  if (segments_.empty()) segments_.emplace_back();
  const auto bad = [this](const std::string& segment) {
    if (!is_shell_pattern(segment)) return true;
    return anchored_ && segment != any_directories &&
           segment.find(any_directories) != std::string::npos;
  };
  malformed_ = std::any_of(segments_.begin(), segments_.end(), bad);
}

IgnorePattern::Verdict IgnorePattern::match(std::string_view path, bool directory) const {
  return match(split(path), directory);
}

IgnorePattern::Verdict IgnorePattern::match(Parts path, bool directory) const {
  if (malformed_ || path.size() <= domain_.size()) return Verdict::none;
  if (!std::equal(domain_.begin(), domain_.end(), path.begin())) return Verdict::none;
  const Parts parts = path.subspan(domain_.size());
  const bool matched = anchored_ ? match_path(parts, directory) : match_name(parts, directory);
  if (!matched) return Verdict::none;
  return inclusion_ ? Verdict::include : Verdict::exclude;
}

bool IgnorePattern::match_name(Parts path, bool directory) const {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!shell_match(segments_[0], path[i])) continue;
    return !directory_only_ || directory || i + 1 < path.size();
  }
  return false;
}

bool IgnorePattern::match_path(Parts path, bool directory) const {
  bool matched = false;
  bool skipping = false;
  std::size_t at = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const std::string& segment = segments_[i];
    if (segment.empty()) {
      skipping = false;
      continue;
    }
    if (segment == any_directories) {
      if (i + 1 == segments_.size()) break;
      skipping = true;
      continue;
    }
    if (at == path.size()) return false;
    if (!skipping) {
      if (!shell_match(segment, path[at])) return false;
      matched = true;
      ++at;
      continue;
    }
    skipping = false;
    bool found = false;
    while (at < path.size() && !found) found = shell_match(segment, path[at++]);
    if (found) matched = true;
    // Not found with nothing left: fluxcd/pkg fails here and lets a later segment fail or "**" end.
    if (!found && at == path.size()) matched = false;
  }
  return matched && !(directory_only_ && !directory && at == path.size());
}

bool IgnorePattern::may_match_below(std::string_view directory) const {
  if (malformed_) return false;
  const std::vector<std::string_view> parts = split(directory);
  const std::size_t shared = std::min(parts.size(), domain_.size());
  if (!std::equal(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(shared),
                  domain_.begin())) {
    return false;
  }
  if (!anchored_ || parts.size() <= domain_.size()) return true;
  std::size_t at = domain_.size();
  for (const std::string& segment : segments_) {
    if (segment.empty()) continue;
    if (segment == any_directories || at == parts.size()) return true;
    if (!shell_match(segment, parts[at++])) return false;
  }
  return true;
}

std::vector<IgnorePattern> parse_ignore(std::string_view text, std::string_view domain) {
  std::vector<IgnorePattern> patterns;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() >= line_bytes_max) break;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#') || is_blank(line)) continue;
    patterns.emplace_back(line, domain);
  }
  return patterns;
}

std::vector<IgnorePattern> vcs_patterns() {
  return parse_ignore(".git/\n.gitignore\n.gitmodules\n.gitattributes\n");
}

std::vector<IgnorePattern> default_patterns() {
  return parse_ignore(
      "*.jpg\n*.jpeg\n*.gif\n*.png\n*.wmv\n*.flv\n*.tar.gz\n*.zip\n"
      ".github/\n.circleci/\n.travis.yml\n.gitlab-ci.yml\nappveyor.yml\n.drone.yml\n"
      "cloudbuild.yaml\ncodeship-services.yml\ncodeship-steps.yml\n"
      "**/.goreleaser.yml\n**/.sops.yaml\n**/.flux.yaml\n");
}

}  // namespace reconcile::sources
