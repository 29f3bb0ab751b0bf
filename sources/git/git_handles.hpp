#pragma once

#include <git2.h>

#include <memory>
#include <string>

#include "reconcile/model/error.hpp"

namespace reconcile::sources {

template <auto Free>
struct GitFree {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using RepositoryPtr = std::unique_ptr<git_repository, GitFree<git_repository_free>>;
using RemotePtr = std::unique_ptr<git_remote, GitFree<git_remote_free>>;
using OdbPtr = std::unique_ptr<git_odb, GitFree<git_odb_free>>;
using OdbObjectPtr = std::unique_ptr<git_odb_object, GitFree<git_odb_object_free>>;
using ObjectPtr = std::unique_ptr<git_object, GitFree<git_object_free>>;
using CommitPtr = std::unique_ptr<git_commit, GitFree<git_commit_free>>;
using ReferencePtr = std::unique_ptr<git_reference, GitFree<git_reference_free>>;
using PackbuilderPtr = std::unique_ptr<git_packbuilder, GitFree<git_packbuilder_free>>;
using RevwalkPtr = std::unique_ptr<git_revwalk, GitFree<git_revwalk_free>>;
using ReferenceIteratorPtr =
    std::unique_ptr<git_reference_iterator, GitFree<git_reference_iterator_free>>;

/// Initialises libgit2 once for the process: caches bounded, no configuration outside a repository
/// is read, written files are synced, hashes are checked.
void require_libgit2();

/// An Error from what libgit2 failed with last on this thread.
model::Error git_failure(model::ErrorCode code, const std::string& what);
/// Throws git_failure(unavailable) where `result` is negative.
void check_git(int result, const std::string& what);

/// Opens a repository without looking into parent directories. Absent where there is none or it
/// cannot be opened.
RepositoryPtr open_repository(const std::string& path);

/// The 40 hex digits of an id.
std::string id_text(const git_oid& id);
/// False where `text` is not 40 lower-case hex digits.
bool read_id(std::string_view text, git_oid& id) noexcept;
/// Throws Error(invalid_input) where `text` is not 40 lower-case hex digits.
git_oid parse_id(std::string_view text);

}  // namespace reconcile::sources
