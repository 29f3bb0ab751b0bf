#include "sources/git/git_handles.hpp"

#include <algorithm>

namespace reconcile::sources {
namespace {

constexpr std::size_t id_digits = 40;
constexpr std::size_t object_bytes_max = 512U << 20U;
constexpr std::size_t pack_objects_max = 20'000'000;

int initialise() {
  const int count = git_libgit2_init();
  git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(8) << 20U);
  // What is mapped of packs counts as our memory for as long as a repository is open. A window that
  // is not there costs some microseconds.
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, static_cast<size_t>(1) << 20U);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, static_cast<size_t>(4) << 20U);
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
  git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, pack_objects_max);
  git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, object_bytes_max);
  for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                          GIT_CONFIG_LEVEL_PROGRAMDATA}) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  }
  return count;
}

}  // namespace

void require_libgit2() {
  static const int count = initialise();
  if (count < 0) throw model::Error(model::ErrorCode::internal, "libgit2 could not be initialised");
}

model::Error git_failure(model::ErrorCode code, const std::string& what) {
  const git_error* error = git_error_last();
  const std::string why =
      error != nullptr && error->message != nullptr ? error->message : "no reason given";
  return {code, what + ": " + why};
}

void check_git(int result, const std::string& what) {
  if (result < 0) throw git_failure(model::ErrorCode::unavailable, what);
}

RepositoryPtr open_repository(const std::string& path) {
  git_repository* repository = nullptr;
  const int result =
      git_repository_open_ext(&repository, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  return RepositoryPtr(result < 0 ? nullptr : repository);
}

std::string id_text(const git_oid& id) {
  std::string text(id_digits, '0');
  git_oid_fmt(text.data(), &id);
  return text;
}

bool read_id(std::string_view text, git_oid& id) noexcept {
  return text.size() == id_digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         git_oid_fromstrn(&id, text.data(), text.size()) == 0;
}

git_oid parse_id(std::string_view text) {
  git_oid id{};
  if (read_id(text, id)) return id;
  throw model::Error(model::ErrorCode::invalid_input,
                     "expected a commit of 40 lower-case hex digits, found \"" +
                         std::string(text.substr(0, 100)) + "\"");
}

}  // namespace reconcile::sources
