#include "engine/remote/remote_content.hpp"

#include <algorithm>

#include "engine/remote/chart_store.hpp"
#include "engine/remote/disk_bound.hpp"
#include "engine/remote/mounted_tree.hpp"
#include "reconcile/helm/version_choice.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/chart_repository.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t submodule_depth_max = 10;

using kustomize::without_credentials;
using model::Error;
using model::ErrorCode;
using std::chrono::milliseconds;

/// "ssh://user@host/path" for "user@host:path", which Git's program takes too.
std::string plain_url(const std::string& clone_url) {
  if (clone_url.find("://") != std::string::npos) return clone_url;
  const std::size_t colon = clone_url.find(':');
  if (colon == std::string::npos) return clone_url;
  std::string path = clone_url.substr(colon + 1);
  if (path.starts_with('/')) path.erase(0, 1);
  return "ssh://" + clone_url.substr(0, colon) + "/" + path;
}

/// Moves a user and password from an http(s) URL to where they are not printed.
void take_credentials(sources::GitOptions& options) {
  if (!kustomize::is_web_address(options.url)) return;
  const std::size_t host = options.url.find("://") + 3;
  const std::size_t end = std::min(options.url.find('/', host), options.url.size());
  const std::size_t at = options.url.rfind('@', end);
  if (at == std::string::npos || at < host) return;
  const std::string user = options.url.substr(host, at - host);
  const std::size_t colon = std::min(user.find(':'), user.size());
  options.credentials = {};
  options.credentials.username = user.substr(0, colon);
  if (colon < user.size()) options.credentials.password = user.substr(colon + 1);
  options.url.erase(host, at + 1 - host);
}

}  // namespace

RemoteContent::RemoteContent(RemoteOptions options)
    : options_(std::move(options)),
      deadline_(model::system_clock().steady_now() + options_.total_timeout) {
}

RemoteContent::~RemoteContent() = default;

milliseconds RemoteContent::begin_fetch(const std::string& what) {
  if (++fetches_ > options_.fetches_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                               std::to_string(options_.fetches_max) +
                                               " remote resources in one build, found " + what);
  }
  const auto left =
      std::chrono::duration_cast<milliseconds>(deadline_ - model::system_clock().steady_now());
  if (left.count() > 0) return left;
  throw Error(ErrorCode::unavailable, "expected all remote resources within " +
                                          model::format_duration(options_.total_timeout) +
                                          ", still to come: " + what);
}

kustomize::RemoteFile RemoteContent::file(const std::string& url) {
  const auto known = files_.find(url);
  if (known != files_.end()) return known->second;
  sources::WebOptions web = options_.web;
  web.total_timeout = std::min(web.total_timeout, begin_fetch(without_credentials(url)));
  sources::WebAnswer answer = sources::fetch_web_file(url, web);
  answers_[without_credentials(url)] =
      std::to_string(answer.status) + " sha256:" + model::sha256_hex(answer.body);
  return files_.emplace(url, kustomize::RemoteFile{answer.status, std::move(answer.body)})
      .first->second;
}

std::shared_ptr<const model::FileTree> RemoteContent::repository(
    const kustomize::RepositoryAddress& address) {
  const std::string key =
      address.clone_url() + '\n' + address.reference + (address.submodules ? "" : "\nbare");
  const auto known = trees_.find(key);
  if (known != trees_.end()) return known->second;
  try {
    return trees_.emplace(key, fetch_repository(address, 0)).first->second;
  } catch (Error& error) {
    const std::string ref = address.reference.empty() ? "HEAD" : address.reference;
    throw std::move(error).with_context("repository " + without_credentials(address.clone_url()) +
                                        " at " + ref);
  }
}

// As `git submodule update --init --recursive`, but that only what the build looks into is fetched.
// No submodule is taken from this machine: its URL is the other repository's word.
std::shared_ptr<const model::FileTree> RemoteContent::with_submodules(
    sources::GitSnapshot snapshot, const kustomize::RepositoryAddress& address, std::size_t depth) {
  std::map<std::string, OpenMount> mounts;
  if (!address.submodules) snapshot.submodules.clear();
  for (const sources::GitSubmodule& submodule : snapshot.submodules) {
    kustomize::RepositoryAddress inner = address;
    inner.raw = submodule.url;
    inner.host.clear();
    inner.path = submodule.url;
    inner.reference = submodule.commit;
    mounts.emplace(submodule.path, [this, inner, depth, path = submodule.path] {
      if (depth >= submodule_depth_max) {
        throw Error(ErrorCode::limit_exceeded, "submodules are nested more than " +
                                                   std::to_string(submodule_depth_max) +
                                                   " deep at \"" + path + "\"");
      }
      try {
        return fetch_repository(inner, depth + 1);
      } catch (Error& error) {
        throw std::move(error).with_context("submodule \"" + path + "\" " +
                                            without_credentials(inner.path));
      }
    });
  }
  return mounted_tree(std::move(snapshot.tree), std::move(mounts));
}

std::shared_ptr<const model::FileTree> RemoteContent::fetch_repository(
    const kustomize::RepositoryAddress& address, std::size_t depth) {
  const milliseconds left = begin_fetch(without_credentials(address.raw));
  sources::GitOptions git;
  git.url = plain_url(address.clone_url());
  git.local = depth == 0 ? options_.local : sources::LocalRepositories::refused;
  git.scope = "remote bases";
  git.tls = options_.web.tls;
  git.proxy = options_.web.proxy;
  if (options_.log_in) options_.log_in(git.url, git);
  take_credentials(git);
  git.limits.transfer_bytes_max = options_.git_bytes_max / 4;
  git.limits.total_timeout =
      std::min(left, std::chrono::duration_cast<milliseconds>(address.timeout));
  const auto fetch = [&](const std::string& folder) {
    sources::GitSnapshot snapshot = sources::fetch_git_snapshot(git, address.reference, folder);
    answers_[without_credentials(address.clone_url()) + " " + address.reference] =
        "sha1:" + snapshot.commit;
    return with_submodules(std::move(snapshot), address, depth);
  };
  if (!temporary_.has_value()) {
    try {
      auto tree = fetch(options_.cache_dir);
      bound_folder(options_.cache_dir + "/git", options_.git_bytes_max);
      return tree;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::conflict) throw;
    }
    temporary_.emplace();
  }
  return fetch(temporary_->path());
}

std::shared_ptr<const model::FileTree> RemoteContent::chart(
    const kustomize::HelmChartAddress& address) {
  // As `helm pull --devel` without a version.
  const std::string version =
      address.version.empty() && address.devel ? ">0.0.0-0" : address.version;
  const std::string key = address.repository + '\n' + address.name + '\n' + version;
  const auto known = trees_.find(key);
  if (known != trees_.end()) return known->second;
  sources::WebOptions web = options_.web;
  web.total_timeout = std::min(
      web.total_timeout,
      begin_fetch("chart " + address.name + " of " + without_credentials(address.repository)));
  try {
    const sources::ChartLocation location = sources::locate_chart(
        {address.repository, address.name, version}, web, helm::choose_version);
    const ChartStore store(options_.cache_dir + "/charts", options_.charts_bytes_max);
    std::string archive = store.find(location.digest);
    if (archive.empty()) {
      archive = sources::download_chart(location, web);
      store.keep(archive);
    }
    answers_[without_credentials(address.repository) + " " + address.name + " " + version] =
        "sha256:" + model::sha256_hex(archive);
    return trees_.emplace(key, tree_of_chart_archive(archive)).first->second;
  } catch (Error& error) {
    throw std::move(error).with_context("chart \"" + address.name + "\" of " +
                                        without_credentials(address.repository));
  }
}

}  // namespace reconcile::engine
