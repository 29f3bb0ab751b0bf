#include "base/model/json_schema_host_formats.hpp"

#include <cctype>
#include <vector>

namespace reconcile::model {

namespace {

using Problem = std::optional<std::string>;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool all_hex(std::string_view text) {
  for (const char c : text) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return false;
  }
  return true;
}

std::string shown(char c) {
  return std::string("'") + c + "'";
}

// The groups of one side of "::"; a dotted address counts as two. -1 where malformed.
int ipv6_groups(std::string_view side, bool last) {
  if (side.empty()) return 0;
  const auto parts = split(side, ':');
  int groups = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (last && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      if (ipv4_problem(parts[i])) return -1;
      groups += 2;
      continue;
    }
    if (parts[i].empty() || parts[i].size() > 4 || !all_hex(parts[i])) return -1;
    ++groups;
  }
  return groups;
}

Problem local_part_problem(std::string_view local) {
  if (local.size() > 1 && local.front() == '"' && local.back() == '"') {
    const std::string_view inside = local.substr(1, local.size() - 2);
    if (inside.find_first_of("\\\"") == std::string_view::npos) return {};
    return "backslash and quote are not allowed within quoted local part";
  }
  if (!local.empty() && local.front() == '.') return "starts with dot";
  if (!local.empty() && local.back() == '.') return "ends with dot";
  if (local.find("..") != std::string_view::npos) return "consecutive dots";
  for (const char c : local) {
    const bool known = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    if (!known) return "invalid character " + shown(c);
  }
  return {};
}

// What Go's net/url refuses.
Problem url_problem(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return "net/url: invalid control character in URL";
    if (c == '%' && (i + 2 >= text.size() || !all_hex(text.substr(i + 1, 2)))) {
      return "invalid URL escape \"" + std::string(text.substr(i, 3)) + "\"";
    }
  }
  const std::string_view before = text.substr(0, text.find_first_of("/?#"));
  const std::size_t colon = before.find(':');
  if (colon == 0) return "missing protocol scheme";
  std::string_view rest = text;
  if (colon != std::string_view::npos) {
    if (std::isalpha(static_cast<unsigned char>(text[0])) == 0) {
      return "first path segment in URL cannot contain colon";
    }
    rest = text.substr(colon + 1);
  }
  if (rest.substr(0, 2) != "//") return {};
  std::string_view host = rest.substr(2, rest.find_first_of("/?#", 2) - 2);
  host = host.substr(host.rfind('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
  for (const char c : host) {
    if (std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos) {
      return "invalid character " + shown(c) + " in host name";
    }
  }
  if (!host.empty() && host[0] == '[') {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return "missing ']' in host";
    if (Problem problem = ipv6_problem(host.substr(1, end - 1))) {
      return "invalid ipv6 address: " + *problem;
    }
    return {};
  }
  const std::size_t port = host.find(':');
  if (port == std::string_view::npos) return {};
  if (host.rfind(':') != port) return "ipv6 address not enclosed in brackets";
  for (const char c : host.substr(port + 1)) {
    if (c < '0' || c > '9') return "invalid port \"" + std::string(host.substr(port)) + "\"";
  }
  return {};
}

}  // namespace

Problem ipv4_problem(std::string_view text) {
  const auto groups = split(text, '.');
  if (groups.size() != 4) return "expected four decimals";
  for (const std::string_view group : groups) {
    if (group.size() > 1 && group[0] == '0') return "leading zeros";
    int value = 0;
    for (const char c : group) {
      if (c < '0' || c > '9') return "invalid syntax";
      value = value * 10 + (c - '0');
      if (value > 255) return "decimal must be between 0 and 255";
    }
    if (group.empty()) return "invalid syntax";
  }
  return {};
}

Problem ipv6_problem(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return "missing colon";
  if (text.find('%') != std::string_view::npos) {
    return "zone id is not a part of ipv6 address";
  }
  const std::string failed = "ParseAddr(\"" + std::string(text) + "\"): unexpected character";
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    return ipv6_groups(text, true) == 8 ? Problem() : failed;
  }
  const std::string_view after = text.substr(gap + 2);
  if (after.find("::") != std::string_view::npos) return failed;
  const int left = ipv6_groups(text.substr(0, gap), false);
  const int right = ipv6_groups(after, true);
  if (left < 0 || right < 0 || left + right > 7) return failed;
  return {};
}

Problem hostname_problem(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  if (text.size() > 253) return "more than 253 characters long";
  for (const std::string_view label : split(text, '.')) {
    if (label.empty() || label.size() > 63) return "label must be 1 to 63 characters long";
    if (label.front() == '-') return "label starts with hyphen";
    if (label.back() == '-') return "label ends with hyphen";
    for (const char c : label) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') {
        return "invalid character " + shown(c);
      }
    }
  }
  return {};
}

Problem email_problem(std::string_view text) {
  if (text.size() > 254) return "more than 255 characters long";
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return "missing @";
  const std::string_view local = text.substr(0, at);
  std::string_view domain = text.substr(at + 1);
  if (local.size() > 64) return "local part more than 64 characters long";
  if (Problem problem = local_part_problem(local)) return problem;
  if (domain.size() > 1 && domain.front() == '[' && domain.back() == ']') {
    domain = domain.substr(1, domain.size() - 2);
    if (domain.substr(0, 5) == "IPv6:") {
      const Problem problem = ipv6_problem(domain.substr(5));
      return problem ? "invalid ipv6 address: " + *problem : Problem();
    }
    const Problem problem = ipv4_problem(domain);
    return problem ? "invalid ipv4 address: " + *problem : Problem();
  }
  const Problem problem = hostname_problem(domain);
  return problem ? "invalid domain: " + *problem : Problem();
}

Problem uri_problem(std::string_view text) {
  if (Problem problem = url_problem(text)) return problem;
  const std::size_t end = text.find_first_of(":/?#");
  if (end == std::string_view::npos || text[end] != ':') return "relative url";
  return {};
}

Problem uri_reference_problem(std::string_view text) {
  if (text.find('\\') != std::string_view::npos) return "contains \\";
  return url_problem(text);
}

Problem uri_template_problem(std::string_view text) {
  if (Problem problem = url_problem(text)) return problem;
  for (const std::string_view part : split(text, '/')) {
    bool open = false;
    for (const char c : part) {
      if (c != '{' && c != '}') continue;
      if ((c == '{') == open) return "nested curly braces";
      open = !open;
    }
    if (open) return "no matching closing brace";
  }
  return {};
}

}  // namespace reconcile::model
