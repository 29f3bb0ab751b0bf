#include "engine/cli/local_repository.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <system_error>

#include "engine/cli/command_line.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {

namespace fs = std::filesystem;
using model::Error;
using model::ErrorCode;

fs::path repository_around(const std::string& path) {
  std::error_code code;
  const fs::path start = fs::absolute(path, code).lexically_normal();
  for (fs::path at = start; !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / ".git", code)) return at;
    if (at == at.parent_path()) break;
  }
  throw Error(ErrorCode::not_found,
              "expected a Git repository around " + start.string() + ", or --repository");
}

std::set<std::string> remotes_of(const fs::path& repository) {
  std::set<std::string> remotes;
  std::error_code code;
  const fs::path inside = repository / ".git" / "config";
  const fs::path file = fs::exists(inside, code) ? inside : repository / "config";
  if (!fs::is_regular_file(file, code)) return remotes;
  std::istringstream lines(read_named_file(file.string()));
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string::npos) continue;
    line.erase(0, start);
    if (line.front() == '[') section = line;
    const std::size_t equals = line.find('=');
    if (!section.starts_with("[remote ") || !line.starts_with("url") || equals == std::string::npos)
      continue;
    const std::size_t value = line.find_first_not_of(" \t", equals + 1);
    if (value != std::string::npos) remotes.insert(repository_identity(line.substr(value)));
  }
  return remotes;
}

RevisionRange parse_revision_range(const std::string& text) {
  const std::size_t dots = text.find("..");
  const std::size_t end = text.find_first_not_of('.', dots);
  const bool is_range = dots != std::string::npos && dots > 0 && end != std::string::npos &&
                        end - dots <= 3 && text.find("..", end) == std::string::npos;
  if (!is_range)
    throw Error(ErrorCode::invalid_input,
                "expected --revisions R1..R2 or R1...R2, found \"" + text + "\"");
  return {text.substr(0, dots), text.substr(end), end - dots == 3};
}

sources::GitSnapshot snapshot_of(const fs::path& repository, const std::string& revision) {
  sources::GitOptions options;
  options.url = repository.string();
  options.local = sources::LocalRepositories::allowed;
  // A path is read in place: there is no mirror.
  return sources::fetch_git_snapshot(options, revision, "");
}

std::string repository_identity(std::string url) {
  const std::size_t scheme = url.find("://");
  const bool has_scheme = scheme != std::string::npos;
  if (has_scheme) url.erase(0, scheme + 3);
  const std::size_t at = url.find('@');
  if (at != std::string::npos && at < url.find('/')) url.erase(0, at + 1);
  const std::size_t colon = url.find(':');
  if (colon != std::string::npos && colon < url.find('/')) {
    const std::size_t end = url.find('/', colon);
    // host:443/path has a port, host:team/repo does not.
    if (has_scheme)
      url.erase(colon, end == std::string::npos ? end : end - colon);
    else
      url[colon] = '/';
  }
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  std::transform(url.begin(), url.end(), url.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return url;
}

}  // namespace reconcile::engine
