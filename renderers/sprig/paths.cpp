#include <string>
#include <string_view>

#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoValue;

/// Go's path.Clean.
std::string cleaned(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::string out = rooted ? "/" : "";
  std::size_t kept = out.size();  // what `..` cannot take away
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.size() > kept) {
        const std::size_t end = out.rfind('/');
        out.resize(end == std::string::npos || end < kept ? kept : end);
        continue;
      }
      if (rooted) continue;
      if (!out.empty()) out += '/';
      out += "..";
      kept = out.size();
      continue;
    }
    if (!out.empty() && out != "/") out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

GoValue base(Call& call) {
  std::string_view path = call.text(0);
  if (path.empty()) return GoValue::string(".");
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return GoValue::string(path.empty() ? "/" : path);
}

GoValue dir(Call& call) {
  const std::string_view path = call.text(0);
  const std::size_t slash = path.rfind('/');
  const std::size_t size = slash == std::string_view::npos ? 0 : slash + 1;
  return call.heap().string(cleaned(path.substr(0, size)));
}

GoValue clean(Call& call) {
  return call.heap().string(cleaned(call.text(0)));
}

GoValue ext(Call& call) {
  const std::string_view path = call.text(0);
  const std::size_t found = path.find_last_of("./");
  if (found == std::string_view::npos || path[found] == '/') return GoValue::string("");
  return GoValue::string(path.substr(found));
}

GoValue is_absolute(Call& call) {
  return GoValue::boolean(call.text(0).starts_with('/'));
}

constexpr Function functions[] = {
    {"base", "s", base},         {"dir", "s", dir},
    {"clean", "s", clean},       {"ext", "s", ext},
    {"isAbs", "s", is_absolute}, {"osBase", "s", base},
    {"osDir", "s", dir},         {"osClean", "s", clean},
    {"osExt", "s", ext},         {"osIsAbs", "s", is_absolute},
};

}  // namespace

std::span<const Function> path_functions() {
  return functions;
}

}  // namespace reconcile::sprig
