#include "base/model/json_schema_uri.hpp"

#include <cctype>

namespace reconcile::model {

namespace {

struct Uri {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  bool has_authority = false;
  bool has_query = false;
};

Uri parse(std::string_view text) {
  Uri uri;
  const std::size_t colon = text.find_first_of(":/?");
  if (colon != std::string_view::npos && colon > 0 && text[colon] == ':') {
    uri.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.substr(0, 2) == "//") {
    const std::size_t end = text.find_first_of("/?", 2);
    uri.has_authority = true;
    uri.authority = text.substr(2, end == std::string_view::npos ? end : end - 2);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  }
  const std::size_t query = text.find('?');
  uri.path = text.substr(0, query);
  uri.has_query = query != std::string_view::npos;
  if (uri.has_query) uri.query = text.substr(query + 1);
  return uri;
}

std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/', 1);
    const std::string_view segment = path.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    path = last ? std::string_view() : path.substr(slash);
    const std::string_view name = segment.substr(segment[0] == '/' ? 1 : 0);
    if (name == "..") {
      const std::size_t cut = out.rfind('/');
      out.resize(cut == std::string::npos ? 0 : cut);
      if (last) out += '/';
    } else if (name == ".") {
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

std::string compose(const Uri& uri, std::string_view path) {
  std::string out;
  if (!uri.scheme.empty()) out += std::string(uri.scheme) + ":";
  if (uri.has_authority) out += "//" + std::string(uri.authority);
  out += path;
  if (uri.has_query) out += "?" + std::string(uri.query);
  return out;
}

}  // namespace

UriParts split_fragment(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  const UriParts parts = split_fragment(reference_text);
  const bool has_fragment = parts.address.size() != reference_text.size();
  const std::string suffix = has_fragment ? "#" + std::string(parts.fragment) : "";
  if (parts.address.empty()) return std::string(split_fragment(base_text).address) + suffix;
  Uri base = parse(split_fragment(base_text).address);
  Uri target = parse(parts.address);
  if (!target.scheme.empty()) return std::string(parts.address) + suffix;
  target.scheme = base.scheme;
  if (target.has_authority) return compose(target, without_dots(target.path)) + suffix;
  target.authority = base.authority;
  target.has_authority = base.has_authority;
  if (target.path.empty()) {
    if (!target.has_query) {
      target.query = base.query;
      target.has_query = base.has_query;
    }
    return compose(target, base.path) + suffix;
  }
  if (target.path[0] == '/') return compose(target, without_dots(target.path)) + suffix;
  const std::size_t slash = base.path.rfind('/');
  std::string merged(slash == std::string_view::npos ? "" : base.path.substr(0, slash + 1));
  if (merged.empty() && base.has_authority) merged = "/";
  merged += target.path;
  return compose(target, without_dots(merged)) + suffix;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() &&
                         std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                         std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (!escaped) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

}  // namespace reconcile::model
