#include "reconcile/kustomize/repository_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"

// The rules of api/internal/git/repospec.go of kustomize 5.8.2, step by step in its order: what it
// takes for a repository decides whether an entry is looked for on this machine.

namespace reconcile::kustomize {

namespace {

constexpr std::string_view file_scheme = "file://";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char a, char b) { return a == lower(b); });
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "name@" at the start of `text`, else "".
std::string_view user_of(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return {};
  std::size_t end = 1;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '-')) {
    ++end;
  }
  return end < text.size() && text[end] == '@' ? text.substr(0, end + 1) : std::string_view();
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

using Query = std::vector<std::pair<std::string, std::string>>;

// Absent where a part is malformed: then none counts.
std::optional<Query> parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equal = std::min(part.find('='), part.size());
    auto name = unescaped(part.substr(0, equal));
    auto value = unescaped(part.substr(std::min(equal + 1, part.size())));
    if (part.find(';') != std::string_view::npos || !name || !value) return std::nullopt;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

std::string first_of(const Query& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::chrono::nanoseconds> timeout_from(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  std::int64_t seconds = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, seconds);
  if (failure == std::errc() && stop == end && seconds > 0 && seconds < 1'000'000'000) {
    return std::chrono::seconds(seconds);
  }
  try {
    const std::chrono::nanoseconds duration = model::parse_duration(text);
    if (duration.count() > 0) return duration;
  } catch (const model::Error&) {
    // As kustomize: what is no duration counts as not given.
  }
  return std::nullopt;
}

std::optional<bool> boolean_from(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

void read_query(std::string_view text, RepositoryAddress& address) {
  const std::optional<Query> query = parse_query(text);
  if (!query.has_value()) return;
  address.reference = first_of(*query, "ref");
  if (address.reference.empty()) address.reference = first_of(*query, "version");
  address.timeout = timeout_from(first_of(*query, "timeout")).value_or(address.timeout);
  address.submodules = boolean_from(first_of(*query, "submodules")).value_or(true);
}

// Splits host from path; false where there is no host or no scheme that counts.
bool read_host(std::string_view& text, RepositoryAddress& address) {
  if (starts_with_ignoring_case(text, "git::")) text.remove_prefix(5);
  std::string_view scheme;
  for (const std::string_view known : {"ssh://", "https://", "http://", "file://"}) {
    if (!starts_with_ignoring_case(text, known)) continue;
    scheme = known;
    text.remove_prefix(known.size());
    break;
  }
  const std::string_view user = user_of(text);
  if (scheme == file_scheme) {
    // All behind it is the path.
    address.host = scheme;
    return true;
  }
  text.remove_prefix(user.size());
  const bool is_github = starts_with_ignoring_case(text, "github.com/") ||
                         starts_with_ignoring_case(text, "github.com:");
  const bool may_be_scp = scheme.empty() && (!user.empty() || is_github);
  if (scheme.empty() && !may_be_scp) return false;
  std::size_t end = text.find('/');
  if (may_be_scp) {
    const std::size_t colon = text.find(':');
    const bool before = colon != std::string_view::npos && colon > 0 && colon < end;
    if (end == std::string_view::npos || before) end = colon;
  }
  std::string_view host = text;
  if (end != std::string_view::npos) {
    host = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
  } else {
    text = {};
  }
  if (is_github) {
    address.host = scheme == "ssh://" || !user.empty() ? std::string(user) + "github.com:"
                                                       : std::string("https://github.com/");
    return true;
  }
  if (host.empty()) return false;
  address.host = std::string(scheme) + std::string(user) + std::string(host);
  return true;
}

// The repository ends at "_git/NAME", "//" or ".git"; without such a mark behind two segments.
bool split_path(std::string_view text, RepositoryAddress& address) {
  constexpr std::string_view mark = "_git/";
  if (const std::size_t at = text.find(mark); at != std::string_view::npos) {
    const std::size_t end = std::min(text.find('/', at + mark.size()), text.size());
    address.path = text.substr(0, end);
    address.directory = text.substr(std::min(end + 1, text.size()));
  } else if (const std::size_t two = text.find("//"); two != std::string_view::npos) {
    address.path = text.substr(0, two);
    address.directory = text.substr(two + 2);
  } else if (const std::size_t git = text.find(".git"); git != std::string_view::npos) {
    address.path = text.substr(0, git + 4);
    address.directory = text.substr(git + 4);
  } else if (address.host == file_scheme) {
    address.path = text;
  } else {
    const std::size_t one = text.find('/');
    if (one == std::string_view::npos) return false;
    const std::size_t end = std::min(text.find('/', one + 1), text.size());
    address.path = text.substr(0, end);
    address.directory = text.substr(std::min(end + 1, text.size()));
  }
  return !address.path.empty();
}

// Whether the directory climbs out of the repository, by text alone.
bool leaves_repository(std::string_view directory) {
  if (directory.starts_with('/')) directory.remove_prefix(1);
  if (directory.starts_with('/')) return false;
  int depth = 0;
  while (!directory.empty()) {
    const std::size_t end = std::min(directory.find('/'), directory.size());
    const std::string_view part = directory.substr(0, end);
    directory.remove_prefix(std::min(end + 1, directory.size()));
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

}  // namespace

std::optional<RepositoryAddress> RepositoryAddress::parse(std::string_view text) {
  if (text.starts_with('/')) return std::nullopt;
  RepositoryAddress address;
  address.raw = text;
  const std::size_t question = std::min(text.find('?'), text.size());
  read_query(text.substr(std::min(question + 1, text.size())), address);
  text = text.substr(0, question);
  if (!read_host(text, address) || !split_path(text, address)) return std::nullopt;
  if (leaves_repository(address.directory)) return std::nullopt;
  if (address.directory.starts_with('/')) address.directory.erase(0, 1);
  return address;
}

bool is_web_address(std::string_view path) noexcept {
  return starts_with_ignoring_case(path, "http://") || starts_with_ignoring_case(path, "https://");
}

std::string without_credentials(std::string_view url) {
  std::string shown(url);
  const std::size_t scheme = shown.find("://");
  if (scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const std::size_t end = std::min(shown.find_first_of("/?#", host), shown.size());
    const std::size_t at = shown.rfind('@', end);
    const std::size_t colon = shown.find(':', host);
    if (at != std::string::npos && at >= host && at < end && colon < at) {
      shown.replace(colon, at - colon, ":***");
    }
  }
  const std::size_t question = shown.find('?');
  if (question == std::string::npos) return shown;
  std::string kept;
  std::string_view query = std::string_view(shown).substr(question + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::string_view name = part.substr(0, part.find('='));
    if (name != "ref" && name != "version" && name != "timeout" && name != "submodules") continue;
    kept += (kept.empty() ? "?" : "&") + std::string(part);
  }
  return shown.substr(0, question) + kept;
}

}  // namespace reconcile::kustomize
