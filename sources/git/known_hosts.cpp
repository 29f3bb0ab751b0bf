#include "sources/git/known_hosts.hpp"

#include <algorithm>
#include <optional>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr int default_port = 22;
constexpr std::string_view hashed_prefix = "|1|";

std::optional<std::string> decoded(std::string_view base64) {
  try {
    return model::base64_decode(base64);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// '*' stands for any text, '?' for one character. Linear in the text for each star.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches_hashed(std::string_view pattern, std::string_view name) {
  pattern.remove_prefix(hashed_prefix.size());
  const std::size_t bar = pattern.find('|');
  if (bar == std::string_view::npos) return false;
  const std::optional<std::string> salt = decoded(pattern.substr(0, bar));
  const std::optional<std::string> hash = decoded(pattern.substr(bar + 1));
  return salt && hash && !hash->empty() &&
         model::hmac(model::HashAlgorithm::sha1, *salt, name) == *hash;
}

bool matches_line(const std::vector<std::string>& patterns, const std::string& name) {
  bool found = false;
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with(hashed_prefix)) {
      found = found || matches_hashed(pattern, name);
    } else if (pattern.starts_with('!')) {
      if (matches(pattern.substr(1), name)) return false;
    } else {
      found = found || matches(pattern, name);
    }
  }
  return found;
}

/// The next word of a line, spaces and tabs between.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

std::vector<std::string> split_patterns(std::string_view text) {
  std::vector<std::string> patterns;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string pattern(text.substr(0, comma));
    if (!pattern.empty()) {
      patterns.push_back(pattern.starts_with(hashed_prefix) ? pattern : lower(pattern));
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return patterns;
}

}  // namespace

std::string key_type(std::string_view blob) {
  if (blob.size() < 4) return "";
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length * 256 + static_cast<unsigned char>(blob[i]);
  return length > 0 && length <= 64 && length <= blob.size() - 4
             ? std::string(blob.substr(4, length))
             : "";
}

std::string key_fingerprint(std::string_view blob) {
  std::string text = model::base64_encode(model::sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

KnownHosts KnownHosts::parse(std::string_view text) {
  KnownHosts hosts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string_view first = next_word(line);
    if (first.empty() || first.starts_with('#')) continue;
    const std::string_view marker = first.starts_with('@') ? first : std::string_view();
    if (!marker.empty()) first = next_word(line);
    const std::string type(next_word(line));
    const std::optional<std::string> blob = decoded(next_word(line));
    if (!blob || type.empty() || key_type(*blob) != type) continue;
    if (marker.empty()) {
      hosts.lines_.push_back({split_patterns(first), {type, *blob}});
    } else if (marker == "@revoked") {
      hosts.revoked_.push_back({type, *blob});
    }
  }
  if (!hosts.lines_.empty()) return hosts;
  throw Error(ErrorCode::invalid_input,
              "expected known_hosts with a line such as \"host ssh-ed25519 AAAA…\", found none");
}

std::vector<HostKey> KnownHosts::find(const std::string& name) const {
  std::vector<HostKey> keys;
  for (const Line& line : lines_) {
    if (matches_line(line.patterns, name)) keys.push_back(line.key);
  }
  return keys;
}

std::vector<HostKey> KnownHosts::find(const std::string& host, int port) const {
  const std::string name = lower(host);
  if (port == default_port) return find(name);
  std::vector<HostKey> keys = find("[" + name + "]:" + std::to_string(port));
  return keys.empty() ? find(name) : keys;
}

bool KnownHosts::is_revoked(const HostKey& key) const {
  return std::find(revoked_.begin(), revoked_.end(), key) != revoked_.end();
}

}  // namespace reconcile::sources
