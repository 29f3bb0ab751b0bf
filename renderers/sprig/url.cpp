#include "renderers/sprig/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/rune_class.hpp"

namespace reconcile::sprig {
namespace {

/// The parts of a URL that allow different characters unescaped.
enum class Part : std::uint8_t { path, host, zone, user, fragment };

/// The reason of a failed parse; Url::parse puts the URL before it.
struct UrlError {
  std::string text;
};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool needs_escape(char c, Part part) {
  if (is_alphanumeric(c) || is_one_of(c, "-_.~")) return false;
  switch (part) {
    case Part::path:
      return !is_one_of(c, "$&+,/:;=@");
    case Part::host:
    case Part::zone:
      return !is_one_of(c, "!$&'()*+,;=:[]<>\"");
    case Part::user:
      return !is_one_of(c, "$&+,;=");
    case Part::fragment:
      return !is_one_of(c, "$&+,/:;=?@!()*");
  }
  return true;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte that the escape at the start of `text` stands for; it is checked for `part`.
char escaped_byte(std::string_view text, Part part) {
  const auto fail = [&] {
    throw UrlError{"invalid URL escape " + gotemplate::quote(text.substr(0, 3))};
  };
  if (text.size() < 3 || hex_value(text[1]) < 0 || hex_value(text[2]) < 0) fail();
  const auto byte = static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2]));
  const bool is_percent = text.substr(0, 3) == "%25";
  if (part == Part::host && hex_value(text[1]) < 8 && !is_percent) fail();
  if (part == Part::zone && !is_percent && byte != ' ' && needs_escape(byte, Part::host)) fail();
  return byte;
}

std::string unescaped(std::string_view text, Part part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      out += escaped_byte(text.substr(i), part);
      i += 2;
      continue;
    }
    const bool is_host = part == Part::host || part == Part::zone;
    if (is_host && static_cast<unsigned char>(c) < 0x80 && needs_escape(c, part)) {
      throw UrlError{"invalid character " + gotemplate::quote(text.substr(i, 1)) + " in host name"};
    }
    out += c;
  }
  return out;
}

std::string escaped(std::string_view text, Part part) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (!needs_escape(c, part)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

bool is_valid_port(std::string_view text) {
  if (text.empty()) return true;
  return text[0] == ':' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check_port(std::string_view text) {
  if (!is_valid_port(text)) {
    throw UrlError{"invalid port " + gotemplate::quote(text) + " after host"};
  }
}

std::string literal_address(std::string_view host) {
  const std::size_t close = host.rfind(']');
  if (close == std::string_view::npos) throw UrlError{"missing ']' in host"};
  const std::string_view port = host.substr(close + 1);
  check_port(port);
  const std::string_view name = host.substr(1, close - 1);
  const std::size_t zone = name.find("%25");
  std::string address = unescaped(name.substr(0, zone), Part::host);
  std::string whole = address;
  if (zone != std::string_view::npos) whole += unescaped(name.substr(zone), Part::zone);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1) {
    in_addr parsed_v4{};
    if (inet_pton(AF_INET, address.c_str(), &parsed_v4) == 1) {
      throw UrlError{"invalid IP-literal"};
    }
    throw UrlError{"invalid host: ParseAddr(" + gotemplate::quote(whole) + "): unable to parse IP"};
  }
  return '[' + whole + ']' + unescaped(port, Part::host);
}

std::string parsed_host(std::string_view scheme, std::string_view host) {
  const std::size_t bracket = host.rfind('[');
  if (bracket != std::string_view::npos && bracket > 0) throw UrlError{"invalid IP-literal"};
  if (bracket == 0) return literal_address(host);
  const bool is_strict = scheme == "http" || scheme == "https";
  const std::size_t colon = is_strict ? host.find(':') : host.rfind(':');
  if (colon != std::string_view::npos) check_port(host.substr(colon));
  return unescaped(host, Part::host);
}

void read_authority(Url& url, std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) {
    url.host = parsed_host(url.scheme, authority);
    return;
  }
  url.host = parsed_host(url.scheme, authority.substr(at + 1));
  const std::string_view user = authority.substr(0, at);
  if (!std::all_of(user.begin(), user.end(), [](char c) {
        return is_alphanumeric(c) || is_one_of(c, "-._:~!$&'()*+,;=%@");
      })) {
    throw UrlError{"net/url: invalid userinfo"};
  }
  const std::size_t colon = user.find(':');
  url.user = UserInfo{unescaped(user.substr(0, colon), Part::user), std::nullopt};
  if (colon != std::string_view::npos) {
    url.user->password = unescaped(user.substr(colon + 1), Part::user);
  }
}

/// Takes the scheme off `text`.
std::string taken_scheme(std::string_view& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_letter = is_alphanumeric(c) && !(c >= '0' && c <= '9');
    if (is_letter) continue;
    if (c == ':') {
      if (i == 0) throw UrlError{"missing protocol scheme"};
      const std::string scheme = lower_text(text.substr(0, i));
      text.remove_prefix(i + 1);
      return scheme;
    }
    if (i == 0 || !(is_alphanumeric(c) || is_one_of(c, "+-."))) return "";
  }
  return "";
}

Url parsed(std::string_view text) {
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; })) {
    throw UrlError{"net/url: invalid control character in URL"};
  }
  Url url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  std::string_view rest = text;
  url.scheme = taken_scheme(rest);
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    url.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      throw UrlError{"first path segment in URL cannot contain colon"};
    }
  }
  if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
    rest.remove_prefix(2);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    read_authority(url, rest.substr(0, slash));
    rest.remove_prefix(slash);
  }
  url.path = unescaped(rest, Part::path);
  return url;
}

}  // namespace

std::string UserInfo::text() const {
  std::string out = escaped(name, Part::user);
  if (password) out += ':' + escaped(*password, Part::user);
  return out;
}

Url Url::parse(std::string_view text) {
  const std::size_t hash = text.find('#');
  std::string_view shown = text.substr(0, hash);
  try {
    Url url = parsed(shown);
    shown = text;
    if (hash != std::string_view::npos)
      url.fragment = unescaped(text.substr(hash + 1), Part::fragment);
    return url;
  } catch (const UrlError& error) {
    throw gotemplate::FunctionError("parse " + gotemplate::quote(shown) + ": " + error.text);
  }
}

std::string Url::hostname() const {
  std::string_view name = host;
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && is_valid_port(name.substr(colon))) {
    name = name.substr(0, colon);
  }
  if (name.size() > 1 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  return std::string(name);
}

std::string Url::text() const {
  std::string out;
  if (!scheme.empty()) out += scheme + ':';
  if (!opaque.empty()) {
    out += opaque;
  } else {
    if (!scheme.empty() || !host.empty() || user) {
      if (!host.empty() || !path.empty() || user) out += "//";
      if (user) out += user->text() + '@';
      out += escaped(host, Part::host);
    }
    const std::string escaped_path = path == "*" ? path : escaped(path, Part::path);
    if (!escaped_path.empty() && escaped_path[0] != '/' && !host.empty()) out += '/';
    const std::string_view segment =
        std::string_view(escaped_path).substr(0, escaped_path.find('/'));
    if (out.empty() && segment.find(':') != std::string_view::npos) out += "./";
    out += escaped_path;
  }
  if (!query.empty()) out += '?' + query;
  if (!fragment.empty()) out += '#' + escaped(fragment, Part::fragment);
  return out;
}

}  // namespace reconcile::sprig
