#include "sources/git/git_submodules.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

constexpr std::size_t submodules_max = 1000;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// `path` and `url` of each section, in Git's configuration form.
std::vector<GitSubmodule> read_sections(std::string_view text) {
  std::vector<GitSubmodule> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[')) {
      if (found.size() == submodules_max) break;
      found.emplace_back();
    }
    const std::size_t equal = line.find('=');
    if (found.empty() || line.starts_with('[') || equal == std::string_view::npos) continue;
    std::string_view value = trimmed(line.substr(equal + 1));
    if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    const std::string_view name = trimmed(line.substr(0, equal));
    if (name == "path") found.back().path = value;
    if (name == "url") found.back().url = value;
  }
  return found;
}

/// The commit at `path`; empty where something else stands there.
std::string commit_at(ObjectReader& reader, git_oid directory, const std::string& path) {
  for (std::size_t start = 0;;) {
    const std::size_t slash = path.find('/', start);
    const std::string name = path.substr(start, slash - start);
    const auto entries = reader.directory(directory, path);
    const auto at = std::find_if(entries->begin(), entries->end(),
                                 [&](const GitEntry& entry) { return entry.name == name; });
    if (at == entries->end()) return {};
    if (slash == std::string::npos) {
      return at->type == model::FileType::other ? id_text(at->id) : std::string();
    }
    if (at->type != model::FileType::directory) return {};
    directory = at->id;
    start = slash + 1;
  }
}

}  // namespace

std::string submodule_url(const std::string& base, const std::string& url) {
  if (!url.starts_with("./") && !url.starts_with("../")) return url;
  std::string above = base;
  std::string_view rest = url;
  while (true) {
    if (rest.starts_with("./")) {
      rest.remove_prefix(2);
    } else if (rest.starts_with("../")) {
      rest.remove_prefix(3);
      const std::size_t slash = above.rfind('/');
      const std::size_t host = above.find("://");
      if (slash == std::string::npos || (host != std::string::npos && slash < host + 3)) break;
      above.erase(slash);
    } else {
      break;
    }
  }
  return above + "/" + std::string(rest);
}

std::vector<GitSubmodule> find_submodules(ObjectReader& reader, const git_oid& root,
                                          const model::FileTree& tree, const std::string& base) {
  const auto info = tree.lstat(".gitmodules");
  if (!info.has_value() || info->type != model::FileType::regular) return {};
  std::vector<GitSubmodule> found = read_sections(tree.read(".gitmodules"));
  for (GitSubmodule& submodule : found) {
    try {
      submodule.path = model::normalise_path(submodule.path);
    } catch (const model::Error&) {
      submodule.path.clear();
    }
    if (!submodule.path.empty()) submodule.commit = commit_at(reader, root, submodule.path);
    submodule.url = submodule_url(base, submodule.url);
  }
  std::erase_if(found, [](const GitSubmodule& submodule) {
    return submodule.commit.empty() || submodule.url.empty();
  });
  return found;
}

}  // namespace reconcile::sources
