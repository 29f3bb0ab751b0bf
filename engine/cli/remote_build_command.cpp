#include "engine/cli/remote_build_command.hpp"

#include <cstdlib>
#include <filesystem>

#include "engine/cli/build_command.hpp"
#include "engine/cli/netrc.hpp"
#include "engine/remote/remote_content.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string home_file(const std::string& name) {
  const std::string home = environment("HOME");
  const std::string path = home.empty() ? "" : home + "/" + name;
  std::error_code ignored;
  return !path.empty() && fs::is_regular_file(path, ignored) ? path : "";
}

/// The file that a flag names, else the first of the user's own that is there.
std::string text_of(const std::string& given, const std::vector<std::string>& own) {
  if (!given.empty()) return read_named_file(given);
  for (const std::string& name : own) {
    const std::string path = home_file(name);
    if (!path.empty()) return read_named_file(path);
  }
  return {};
}

std::string cache_dir(const RemoteAccessFlags& flags) {
  if (!flags.cache_dir.empty()) return fs::absolute(flags.cache_dir).string();
  const std::string cache = environment("XDG_CACHE_HOME");
  if (!cache.empty()) return cache + "/reconcile";
  const std::string home = environment("HOME");
  const fs::path base = home.empty() ? fs::temp_directory_path() : fs::path(home) / ".cache";
  return (base / "reconcile").string();
}

/// As git and Go programs take it from the environment; hosts of NO_PROXY are not asked for.
std::string proxy() {
  for (const char* name : {"HTTPS_PROXY", "https_proxy"}) {
    if (!environment(name).empty()) return environment(name);
  }
  return {};
}

RemoteOptions remote_options(const RemoteAccessFlags& flags) {
  RemoteOptions options;
  options.cache_dir = cache_dir(flags);
  options.local = sources::LocalRepositories::allowed;
  const std::string ca_file = flags.ca_file.empty() ? environment("SSL_CERT_FILE") : flags.ca_file;
  if (!ca_file.empty()) options.web.tls.ca_pem = read_named_file(ca_file);
  options.web.proxy = proxy();
  const Netrc logins = Netrc::parse(text_of(flags.netrc_file, {".netrc"}));
  options.log_in = [flags, logins](const std::string& url, sources::GitOptions& git) {
    if (url.starts_with("ssh://")) {
      git.ssh.identity = text_of(flags.identity_file, {".ssh/id_ed25519", ".ssh/id_ecdsa"});
      git.ssh.known_hosts = text_of(flags.known_hosts_file, {".ssh/known_hosts"});
      git.ssh.origin = flags.known_hosts_file.empty() ? "~/.ssh" : flags.known_hosts_file;
    } else if (const Netrc::Login* login = logins.find(url)) {
      git.credentials.username = login->user;
      git.credentials.password = login->password;
    }
  };
  return options;
}

class FetchedRemotes final : public BuildRemotes {
 public:
  explicit FetchedRemotes(RemoteOptions options) : content_(std::move(options)) {}

  kustomize::RemoteFile file(const std::string& url) override { return content_.file(url); }
  std::shared_ptr<const model::FileTree> repository(
      const kustomize::RepositoryAddress& address) override {
    return content_.repository(address);
  }
  std::shared_ptr<const model::FileTree> chart(
      const kustomize::HelmChartAddress& address) override {
    return content_.chart(address);
  }

 private:
  RemoteContent content_;
};

}  // namespace

int run_remote_build_command(const CommandContext& context) {
  return run_build_command_with(
      context, [](const RemoteAccessFlags& flags) -> std::unique_ptr<BuildRemotes> {
        return std::make_unique<FetchedRemotes>(remote_options(flags));
      });
}

}  // namespace reconcile::engine
