#include "renderers/kustomize/loader.hpp"

#include <algorithm>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using renderers::ReadSetKind;

namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
}

bool is_web_page(std::string_view path) noexcept {
  return starts_with_ignoring_case(path, "http://") || starts_with_ignoring_case(path, "https://");
}

// Whether `directory` is `ancestor` or below it.
bool is_in(std::string_view directory, std::string_view ancestor) {
  if (ancestor.empty()) return true;
  return directory.starts_with(ancestor) &&
         (directory.size() == ancestor.size() || directory[ancestor.size()] == '/');
}

// A part such as "a..b", which kustomize refuses as a likely indentation mistake.
bool has_ambiguous_part(std::string_view path) {
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part != ".." && part.find("..") != std::string_view::npos) return true;
    start = end + 1;
  }
  return false;
}

}  // namespace

bool is_remote(std::string_view path) noexcept {
  for (const std::string_view prefix :
       {"http://", "https://", "ssh://", "git::", "github.com/", "github.com:", "file://"}) {
    if (starts_with_ignoring_case(path, prefix)) return true;
  }
  // git@host:org/repo
  const std::size_t at = path.find('@');
  return at != std::string_view::npos && at > 0 &&
         path.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == at &&
         path.find(':', at) != std::string_view::npos;
}

Loader::Loader(ReadState& state) : state_(&state), tree_(state.request.tree) {
  const std::string path = model::normalise_path(state.request.path);
  const auto info = tree_->stat(path);
  if (!info.has_value() || info->type != model::FileType::directory) {
    record(ReadSetKind::absent, path);
    throw Error(ErrorCode::not_found, "must build at directory: '" + display(path) +
                                          (info.has_value() ? "': file is not directory"
                                                            : "': no such file or directory"));
  }
  root_ = tree_->resolve(path);
  record_link(path, root_);
}

Loader::Loader(ReadState& state, std::shared_ptr<const model::FileTree> tree, std::string root,
               const Loader* parent)
    : state_(&state),
      tree_(std::move(tree)),
      root_(std::move(root)),
      parent_(parent),
      depth_(parent->depth_ + 1),
      remote_(parent->remote_) {
}

std::string Loader::display(std::string_view path) const {
  return (remote_ ? std::string() : state_->request.display_root) + std::string(path);
}

std::string Loader::tree_path(std::string_view path) const {
  if (path.starts_with('/')) {
    if (request().display_root != "/" || remote_) {
      throw Error(ErrorCode::outside_root,
                  "absolute path '" + std::string(path) + "', expected one inside the tree");
    }
    return model::normalise_path(path.substr(1));
  }
  return model::join_path(root_, path);
}

std::string Loader::load(std::string_view path) const {
  if (path.empty()) throw Error(ErrorCode::not_found, "'" + display(root_) + "' is no file");
  if (is_web_page(path)) {
    const std::string url(path);
    if (request().remote == nullptr) {
      throw Error(ErrorCode::unsupported, "remote resource '" + url + "' cannot be loaded here");
    }
    std::optional<std::string> body = request().remote->file(url);
    if (!body.has_value()) {
      throw Error(ErrorCode::not_found, "URL is a git repository: '" + url + "'");
    }
    return std::move(*body);
  }
  const std::string wanted = tree_path(path);
  const std::string resolved = resolve_file(wanted);
  const bool restricted = remote_ || request().load_restrictor == LoadRestrictor::root_only;
  if (restricted && !is_in(model::parent_path(resolved), root_)) {
    throw Error(ErrorCode::outside_root, "security; file '" + display(wanted) +
                                             "' is not in or below '" + display(root_) + "'");
  }
  std::string content;
  try {
    content = tree_->read(resolved);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found, "'" + display(wanted) + "' must resolve to a file");
  }
  state_->bytes += content.size();
  if (state_->bytes > request().limits.bytes_max) {
    throw Error(ErrorCode::limit_exceeded,
                "more than " + std::to_string(request().limits.bytes_max) +
                    " bytes of files, found at '" + display(wanted) + "'");
  }
  record(ReadSetKind::file, wanted);
  return content;
}

std::string Loader::resolve_file(const std::string& wanted) const {
  try {
    return tree_->resolve(wanted);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  record(ReadSetKind::absent, wanted);
  throw Error(ErrorCode::not_found, "lstat " + display(wanted) + ": no such file or directory");
}

std::optional<std::string> Loader::load_if_present(std::string_view name) const {
  const std::string path = model::join_path(root_, name);
  const auto info = tree_->stat(path);
  if (!info.has_value() || info->type != model::FileType::regular) {
    if (!info.has_value()) record(ReadSetKind::absent, path);
    return std::nullopt;
  }
  try {
    return load(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::outside_root) return std::nullopt;
    throw;
  }
}

bool Loader::is_directory(std::string_view path) const {
  const auto info = tree_->stat(tree_path(path));
  return info.has_value() && info->type == model::FileType::directory;
}

Loader Loader::enter(std::string_view path) const {
  if (path.empty()) throw Error(ErrorCode::invalid_input, "new root cannot be empty");
  if (depth_ + 1 > request().limits.depth_max) {
    throw Error(ErrorCode::limit_exceeded, "kustomizations are nested more than " +
                                               std::to_string(request().limits.depth_max) +
                                               " deep at '" + std::string(path) + "'");
  }
  if (is_remote(path) && !tree_->stat(model::join_path(root_, path)).has_value()) {
    const std::string url(path);
    if (request().remote == nullptr) {
      throw Error(ErrorCode::unsupported, "remote resource '" + url + "' cannot be loaded here");
    }
    std::string directory;
    auto tree = request().remote->repository(url, directory);
    Loader loader(*state_, std::move(tree), model::normalise_path(directory), this);
    loader.remote_ = true;
    return loader;
  }
  if (path.starts_with('/')) {
    throw Error(ErrorCode::outside_root, "new root '" + std::string(path) + "' cannot be absolute");
  }
  if (has_ambiguous_part(path)) {
    throw Error(ErrorCode::invalid_input,
                "path \"" + std::string(path) + "\" is ambiguous: a part contains \"..\"");
  }
  const std::string wanted = tree_path(path);
  const auto info = tree_->stat(wanted);
  if (!info.has_value() || info->type != model::FileType::directory) {
    if (!info.has_value()) record(ReadSetKind::absent, wanted);
    throw Error(ErrorCode::not_found, "must build at directory: '" + display(wanted) +
                                          (info.has_value() ? "': file is not directory"
                                                            : "': no such file or directory"));
  }
  Loader loader(*state_, tree_, tree_->resolve(wanted), this);
  record_link(wanted, loader.root_);
  for (const Loader* visited = this; visited != nullptr; visited = visited->parent_) {
    if (visited->tree_ == loader.tree_ && is_in(visited->root_, loader.root_)) {
      throw Error(ErrorCode::invalid_input,
                  "cycle detected: candidate root '" + display(loader.root_) +
                      "' contains visited root '" + display(visited->root_) + "'");
    }
  }
  return loader;
}

void Loader::record_link(const std::string& path, const std::string& resolved) const {
  if (path == resolved || remote_ || !request().record_reads) return;
  state_->read_set.insert({ReadSetKind::link, path, resolved});
}

void Loader::record(ReadSetKind kind, const std::string& path) const {
  // Trees of remote repositories are immutable: the URL, read from a recorded file, names them.
  if (remote_ || !request().record_reads) return;
  state_->read_set.insert(
      {kind, path, kind == ReadSetKind::file ? tree_->blob(path) : std::string()});
}

}  // namespace reconcile::kustomize
