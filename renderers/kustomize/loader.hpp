#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

/// What one build has read so far, and its bounds; shared by all loaders of the build.
struct ReadState {
  const BuildRequest& request;
  renderers::ReadSet read_set;
  std::uint64_t bytes = 0;
};

/// Reads files for one kustomization directory, with kustomize's restrictions: files inside the
/// directory (unless lifted), directories anywhere but not an ancestor of one being built.
class Loader {
 public:
  /// The loader of the request's own directory. Throws Error(not_found) where it is no directory.
  explicit Loader(ReadState& state);

  /// The directory, relative to the root of the tree, links resolved.
  [[nodiscard]] const std::string& root() const noexcept { return root_; }
  /// `path` of the tree as messages show it.
  [[nodiscard]] std::string display(std::string_view path) const;
  /// What a kustomization names, a file or a URL, for messages.
  [[nodiscard]] std::string shown(std::string_view path) const;
  /// Names the file whose content an error is about. A file that cannot be had is left to whoever
  /// asks for it.
  void name_file(model::Error& error, std::string_view path) const;
  /// The content of a file or http(s) URL. Throws Error(not_found|outside_root|unsupported) whose
  /// message names the path, HttpStatusError where a web server refused what is no repository.
  [[nodiscard]] std::string load(std::string_view path) const;
  /// As `load`, of a path from the root of the tree.
  [[nodiscard]] std::string load_at(const std::string& wanted) const;
  /// The content of a file of this directory; absent where there is none.
  [[nodiscard]] std::optional<std::string> load_if_present(std::string_view name) const;
  /// The loader of another directory or repository, named from here. Throws Error naming the path
  /// where it is no directory, leads in a circle or is nested too deep.
  [[nodiscard]] Loader enter(std::string_view path) const;
  /// Whether `path` is a directory as seen from here.
  [[nodiscard]] bool is_directory(std::string_view path) const;
  /// `path` joined to root(), or, where absolute, as a path of the tree. Throws
  /// Error(outside_root).
  [[nodiscard]] std::string tree_path(std::string_view path) const;
  [[nodiscard]] const std::shared_ptr<const model::FileTree>& tree() const noexcept {
    return tree_;
  }
  /// Notes that nothing is at `path` of the tree, which the result depends on.
  void record_absent(const std::string& path) const {
    record(renderers::ReadSetKind::absent, path);
  }
  /// Whether the tree is that of another repository, whose reads nobody records.
  [[nodiscard]] bool is_remote() const noexcept { return remote_; }
  [[nodiscard]] const BuildRequest& request() const noexcept { return state_->request; }
  [[nodiscard]] ReadState& state() const noexcept { return *state_; }

 private:
  Loader(ReadState& state, std::shared_ptr<const model::FileTree> tree, std::string root,
         const Loader* parent);
  [[nodiscard]] std::string directory_path(std::string_view path) const;
  [[nodiscard]] Loader enter_repository(const RepositoryAddress& address) const;
  void open_repository(const RepositoryAddress& address);
  [[nodiscard]] std::string load_web_page(const std::string& url) const;
  void count(std::size_t bytes, const std::string& from) const;
  [[nodiscard]] std::string resolve_file(const std::string& wanted) const;
  [[nodiscard]] std::string nearest_file(const std::string& wanted) const;
  void record_link(const std::string& path, const std::string& resolved) const;
  void record(renderers::ReadSetKind kind, const std::string& path) const;

  ReadState* state_;
  std::shared_ptr<const model::FileTree> tree_;
  std::string root_;
  const Loader* parent_ = nullptr;  ///< the loader this one was entered from; outlives it
  std::size_t depth_ = 0;
  bool remote_ = false;
  std::string repository_;  ///< the address as written where a repository was entered here
};

/// A web server answered with a status that is no success, and the URL is no repository's either.
class HttpStatusError : public model::Error {
 public:
  using Error::Error;
};

}  // namespace reconcile::kustomize
