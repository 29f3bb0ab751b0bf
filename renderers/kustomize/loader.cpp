#include "renderers/kustomize/loader.hpp"

#include <algorithm>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/kustomize/diagnosis.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using renderers::ReadSetKind;

namespace {

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

std::string refusal(const std::string& url) {
  return "remote resource '" + url +
         "' cannot be loaded here: expected --remote-bases, or a copy "
         "among the files";
}

}  // namespace

Loader::Loader(ReadState& state) : state_(&state), tree_(state.request.tree) {
  if (request().address.has_value()) {
    open_repository(*request().address);
    return;
  }
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
  if (is_web_address(path)) return load_web_page(std::string(path));
  return load_at(tree_path(path));
}

std::string Loader::load_at(const std::string& wanted) const {
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
  count(content.size(), display(wanted));
  record(ReadSetKind::file, wanted);
  return content;
}

// What a server refuses may still be a repository, which is tried next.
std::string Loader::load_web_page(const std::string& url) const {
  const std::string shown = without_credentials(url);
  if (request().remote == nullptr) {
    throw Error(ErrorCode::unsupported, refusal(shown));
  }
  RemoteFile file = request().remote->file(url);
  if (file.status < 200 || file.status > 299) {
    const std::string status = "'" + shown + "': HTTP status " + std::to_string(file.status);
    if (RepositoryAddress::parse(url).has_value()) {
      throw Error(ErrorCode::not_found, "URL is a git repository: " + status);
    }
    throw HttpStatusError(ErrorCode::not_found, "expected a file at " + status);
  }
  count(file.body.size(), shown);
  return std::move(file.body);
}

void Loader::count(std::size_t bytes, const std::string& from) const {
  state_->bytes += bytes;
  if (state_->bytes <= request().limits.bytes_max) return;
  throw Error(ErrorCode::limit_exceeded, "more than " + std::to_string(request().limits.bytes_max) +
                                             " bytes of files, found at '" + from + "'");
}

std::string Loader::resolve_file(const std::string& wanted) const {
  try {
    return tree_->resolve(wanted);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  record(ReadSetKind::absent, wanted);
  throw Error(ErrorCode::not_found,
              "lstat " + display(wanted) + ": no such file or directory" + nearest_file(wanted));
}

std::string Loader::nearest_file(const std::string& wanted) const {
  const std::string folder(model::parent_path(wanted));
  std::vector<model::DirectoryEntry> entries;
  try {
    entries = tree_->list(folder);
  } catch (const Error&) {
    return "; there is no directory '" + display(folder) + "'";
  }
  std::vector<std::string_view> names;
  for (const model::DirectoryEntry& entry : entries) names.push_back(entry.name);
  return did_you_mean(std::string_view(wanted).substr(wanted.rfind('/') + 1), names);
}

void Loader::name_file(Error& error, std::string_view path) const {
  const bool is_had = error.code() != ErrorCode::not_found &&
                      error.code() != ErrorCode::outside_root &&
                      error.code() != ErrorCode::unsupported;
  if (is_had && !error.file().has_value()) error.in_file(shown(path), error.position());
}

std::string Loader::shown(std::string_view path) const {
  if (is_web_address(path) || RepositoryAddress::parse(path)) return without_credentials(path);
  return path.starts_with('/') ? std::string(path) : display(model::join_path(root_, path));
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

std::string Loader::directory_path(std::string_view path) const {
  try {
    return tree_path(path);
  } catch (const Error& error) {
    if (!remote_ || path.starts_with('/') || error.code() != ErrorCode::outside_root) throw;
    throw Error(ErrorCode::outside_root,
                "security; bases in kustomizations found in cloned git repos must be within the "
                "repo, but base '" +
                    std::string(path) + "' of '" + root_ + "' is outside");
  }
}

bool Loader::is_directory(std::string_view path) const {
  const auto info = tree_->stat(directory_path(path));
  return info.has_value() && info->type == model::FileType::directory;
}

Loader Loader::enter(std::string_view path) const {
  if (path.empty()) throw Error(ErrorCode::invalid_input, "new root cannot be empty");
  if (depth_ + 1 > request().limits.depth_max) {
    throw Error(ErrorCode::limit_exceeded, "kustomizations are nested more than " +
                                               std::to_string(request().limits.depth_max) +
                                               " deep at '" + std::string(path) + "'");
  }
  if (const auto address = RepositoryAddress::parse(path)) return enter_repository(*address);
  if (path.starts_with('/')) {
    throw Error(ErrorCode::outside_root, "new root '" + std::string(path) + "' cannot be absolute");
  }
  if (has_ambiguous_part(path)) {
    throw Error(ErrorCode::invalid_input,
                "path \"" + std::string(path) + "\" is ambiguous: a part contains \"..\"");
  }
  const std::string wanted = directory_path(path);
  const auto info = tree_->stat(wanted);
  if (!info.has_value() || info->type != model::FileType::directory) {
    if (!info.has_value()) record(ReadSetKind::absent, wanted);
    throw Error(ErrorCode::not_found,
                "must build at directory: '" + display(wanted) +
                    (info.has_value() ? "': file is not directory"
                                      : "': no such file or directory" + nearest_file(wanted)));
  }
  Loader loader(*state_, tree_, tree_->resolve(wanted), this);
  record_link(wanted, loader.root_);
  for (const Loader* visited = this; visited != nullptr; visited = visited->parent_) {
    if (visited->tree_ == loader.tree_ && is_in(visited->root_, loader.root_)) {
      throw Error(ErrorCode::invalid_input,
                  "cycle detected: candidate root '" + display(loader.root_) +
                      "' contains visited root '" + display(visited->root_) + "'");
    }
    // Each address has a copy of its repository of its own in kustomize.
    if (!visited->repository_.empty()) break;
  }
  return loader;
}

// A repository may not be entered again by an address that the one now open begins with.
Loader Loader::enter_repository(const RepositoryAddress& address) const {
  for (const Loader* visited = this; visited != nullptr; visited = visited->parent_) {
    if (!visited->repository_.empty() && visited->repository_.starts_with(address.raw)) {
      throw Error(ErrorCode::invalid_input, "cycle detected: URI '" +
                                                without_credentials(address.raw) +
                                                "' referenced by previous URI '" +
                                                without_credentials(visited->repository_) + "'");
    }
  }
  Loader loader(*state_, nullptr, {}, this);
  loader.open_repository(address);
  return loader;
}

void Loader::open_repository(const RepositoryAddress& address) {
  const std::string shown = without_credentials(address.raw);
  if (request().remote == nullptr) {
    throw Error(ErrorCode::unsupported, refusal(shown));
  }
  tree_ = request().remote->repository(address);
  remote_ = true;
  repository_ = address.raw;
  const std::string wanted = model::normalise_path(address.directory);
  std::optional<model::FileInfo> info;
  try {
    info = tree_->stat(wanted);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::outside_root) throw;
    throw Error(ErrorCode::outside_root,
                "'" + wanted + "' refers to a directory outside of the repository '" + shown + "'");
  }
  if (!info.has_value() || info->type != model::FileType::directory) {
    throw Error(ErrorCode::not_found, "expected a directory '" + wanted + "' in '" + shown + "', " +
                                          (info.has_value() ? "found a file" : "found nothing"));
  }
  root_ = tree_->resolve(wanted);
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
