#include <string>

#include "reconcile/gotemplate/go_object.hpp"
#include "renderers/sprig/tables.hpp"
#include "renderers/sprig/url.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoMap;
using gotemplate::GoValue;

Url parsed(std::string_view text, std::string_view failure) {
  try {
    return Url::parse(text);
  } catch (const FunctionError& error) {
    throw FunctionError(std::string(failure) + error.what());
  }
}

GoValue url_parse(Call& call) {
  const Url url = parsed(call.text(0), "unable to parse url: ");
  GoMap* map = call.heap().map();
  const auto set = [&](std::string_view key, const std::string& value) {
    map->set(key, call.heap().string(value));
  };
  set("scheme", url.scheme);
  set("host", url.host);
  set("hostname", url.hostname());
  set("path", url.path);
  set("query", url.query);
  set("opaque", url.opaque);
  set("fragment", url.fragment);
  set("userinfo", url.user ? url.user->text() : "");
  return GoValue::map(map);
}

/// The text under `key`, "" where it is missing.
std::string text_of(const GoMap* map, std::string_view key) {
  const GoValue* value = map == nullptr ? nullptr : map->find(key);
  if (value == nullptr) return "";
  if (value->is_string()) return std::string(value->as_text());
  if (value->is_nil()) {
    throw FunctionError("runtime error: invalid memory address or nil pointer dereference");
  }
  throw FunctionError("unable to parse " + std::string(key) + " key, must be of type string, but " +
                      std::string(gotemplate::kind_name(value->kind())) + " found");
}

GoValue url_join(Call& call) {
  const GoMap* map = call[0].as_map();
  Url url;
  url.scheme = text_of(map, "scheme");
  url.host = text_of(map, "host");
  url.path = text_of(map, "path");
  url.query = text_of(map, "query");
  url.opaque = text_of(map, "opaque");
  url.fragment = text_of(map, "fragment");
  const std::string user = text_of(map, "userinfo");
  if (!user.empty()) {
    url.user = parsed("proto://" + user + "@host", "unable to parse userinfo in dict: ").user;
  }
  return call.heap().string(url.text());
}

constexpr Function functions[] = {
    {"urlParse", "s", url_parse},
    {"urlJoin", "m", url_join},
};

}  // namespace

std::span<const Function> url_functions() {
  return functions;
}

}  // namespace reconcile::sprig
