#include "engine/cli/build_command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <ostream>
#include <string_view>
#include <thread>

#include "engine/cli/build_units.hpp"
#include "engine/inflate/chart_inflator.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

/// Beyond a few threads a build only waits for memory.
constexpr unsigned threads_max = 4;

struct BuildFlags {
  std::vector<std::string> directories;
  bool recursive = false;
  unsigned jobs = 0;  ///< 0: as many as the machine runs at once
  std::string output;
  std::string reorder;
  std::string load_restrictor = "LoadRestrictionsRootOnly";
  std::string helm_command;
  std::vector<std::string> helm_api_versions;
  std::string helm_kube_version;
  RemoteAccessFlags access;
  std::vector<std::string> refused_lists;
  bool remote_bases = true;
  bool enable_helm = false;
  bool enable_alpha_plugins = false;
  bool enable_exec = false;
  bool ignored = false;
};

/// The first thing that is not among the files here; no model::Error, so that nobody adds to it.
struct RemoteNeeded {};

/// Stands for all other machines where there is no way to them: the build ends at the first.
class NoRemotes final : public BuildRemotes {
 public:
  kustomize::RemoteFile file(const std::string&) override { throw RemoteNeeded(); }
  std::shared_ptr<const model::FileTree> repository(const kustomize::RepositoryAddress&) override {
    throw RemoteNeeded();
  }
  std::shared_ptr<const model::FileTree> chart(const kustomize::HelmChartAddress&) override {
    throw RemoteNeeded();
  }
};

void add_remote_flags(CLI::App& app, BuildFlags& flags) {
  app.add_flag("--remote-bases,!--no-remote-bases", flags.remote_bases,
               "fetch what the kustomization names by URL, and charts that are not here; default");
  app.add_option("--cache-dir", flags.access.cache_dir,
                 "where fetched repositories and charts are kept; default: reconcile/ in "
                 "$XDG_CACHE_HOME or ~/.cache");
  app.add_option("--netrc-file", flags.access.netrc_file,
                 "users and passwords of Git servers by host; default: ~/.netrc");
  app.add_option("--identity-file", flags.access.identity_file,
                 "SSH: private key; default: ~/.ssh/id_ed25519 or id_ecdsa");
  app.add_option("--known-hosts-file", flags.access.known_hosts_file,
                 "SSH: known_hosts with the servers' keys; default: ~/.ssh/known_hosts");
  app.add_option("--ca-file", flags.access.ca_file,
                 "CAs of HTTPS servers; default: $SSL_CERT_FILE, else the system's");
}

void add_flags(CLI::App& app, BuildFlags& flags) {
  app.add_option("directory", flags.directories,
                 "directory of the kustomization, or a repository such as "
                 "https://host/org/repo//path?ref=v1; default: .; of several, each one's objects "
                 "follow a line \"# Source: DIRECTORY\"");
  app.add_flag("-R,--recursive", flags.recursive,
               "build every kustomization in and below the directories");
  app.add_option("-j,--jobs", flags.jobs, "builds at once; default: one for each processor");
  app.add_option("-o,--output", flags.output, "write to this file instead of standard output");
  app.add_option("--reorder", flags.reorder, "order of objects: legacy (default) or none")
      ->check(CLI::IsMember({"legacy", "none"}));
  app.add_option("--load-restrictor", flags.load_restrictor,
                 "LoadRestrictionsRootOnly: files only from inside the kustomization; "
                 "LoadRestrictionsNone: from anywhere")
      ->check(CLI::IsMember({"LoadRestrictionsRootOnly", "LoadRestrictionsNone"}));
  app.add_flag("--enable-helm", flags.enable_helm, "render helmCharts, as Helm 4.3.1 does");
  app.add_option("--helm-api-versions", flags.helm_api_versions,
                 "API versions for .Capabilities of charts that say none; repeatable")
      ->allow_extra_args(false);
  app.add_option("--helm-kube-version", flags.helm_kube_version,
                 "Kubernetes version for .Capabilities of charts that say none");
  app.add_option("--helm-command", flags.helm_command, "ignored: no program is executed");
  app.add_flag("--helm-debug", flags.ignored, "ignored");
  add_remote_flags(app, flags);
  app.add_flag("--enable-alpha-plugins", flags.enable_alpha_plugins,
               "refused: programs and containers are never executed");
  app.add_flag("--enable-exec", flags.enable_exec, "refused as --enable-alpha-plugins");
  // Flags that only concern plugins run as containers.
  app.add_flag("--as-current-user", flags.ignored)->group("");
  app.add_flag("--network", flags.ignored)->group("");
  app.add_option("-e,--env", flags.refused_lists)->group("");
  app.add_option("--mount", flags.refused_lists)->group("");
  app.add_option("--network-name", flags.refused_lists)->group("");
}

/// Where the text goes: a file, made when there is something to write, or standard output.
class TextOutput {
 public:
  TextOutput(const std::string& path, std::ostream& out) : path_(path), out_(out) {}

  void write(std::string_view text) {
    if (path_.empty()) {
      out_ << text;
      return;
    }
    open();
    file_ << text;
  }

  void finish() {
    if (path_.empty()) return;
    open();
    file_.flush();
    if (!file_) throw model::Error(model::ErrorCode::invalid_input, "cannot write " + path_);
  }

 private:
  void open() {
    if (file_.is_open()) return;
    std::error_code code;
    if (std::filesystem::is_directory(path_, code)) {
      throw model::Error(model::ErrorCode::unsupported,
                         "--output " + path_ + " is a directory, expected a file");
    }
    file_.open(path_, std::ios::binary | std::ios::trunc);
  }

  const std::string& path_;
  std::ostream& out_;
  std::ofstream file_;
};

void refuse_programs(const BuildFlags& flags) {
  if (!flags.enable_alpha_plugins && !flags.enable_exec) return;
  throw model::Error(model::ErrorCode::unsupported,
                     "--enable-alpha-plugins and --enable-exec execute programs, which is never "
                     "done here");
}

kustomize::BuildRequest make_request(const BuildFlags& flags, const std::string& directory) {
  kustomize::BuildRequest request;
  request.address = kustomize::RepositoryAddress::parse(directory);
  if (!request.address) request.path = path_below_machine_root(directory);
  request.display_root = "/";
  request.order = flags.reorder == "none" ? kustomize::Order::fifo : kustomize::Order::legacy;
  if (flags.load_restrictor == "LoadRestrictionsNone") {
    request.load_restrictor = kustomize::LoadRestrictor::none;
  }
  request.want_objects = false;
  request.record_reads = false;
  return request;
}

/// Asks other machines for one build at a time.
class SharedRemotes final : public BuildRemotes {
 public:
  explicit SharedRemotes(BuildRemotes& remotes) : remotes_(remotes) {}

  kustomize::RemoteFile file(const std::string& url) override {
    const std::lock_guard lock(mutex_);
    return remotes_.file(url);
  }
  std::shared_ptr<const model::FileTree> repository(
      const kustomize::RepositoryAddress& address) override {
    const std::lock_guard lock(mutex_);
    return remotes_.repository(address);
  }
  std::shared_ptr<const model::FileTree> chart(
      const kustomize::HelmChartAddress& address) override {
    const std::lock_guard lock(mutex_);
    return remotes_.chart(address);
  }

 private:
  std::mutex mutex_;
  BuildRemotes& remotes_;
};

/// Builds directories, each with the same flags; several threads may call `build`.
class Builder {
 public:
  /// `remotes` may be null.
  Builder(const BuildFlags& flags, BuildRemotes* remotes, unsigned threads)
      : flags_(flags), remotes_(remotes), threads_(threads) {}

  using TakeText = std::function<void(std::string_view)>;

  [[nodiscard]] renderers::RenderResult build(const std::string& directory,
                                              TakeText take_text = nullptr) const {
    kustomize::BuildRequest request = make_request(flags_, directory);
    request.take_text = std::move(take_text);
    request.tree = tree_;
    request.threads = threads_;
    request.remote = remotes_;
    InflateOptions charts{flags_.helm_kube_version, flags_.helm_api_versions, {}, {}};
    charts.load = [](const model::FileTree& tree, const std::string& path) {
      return helm::load_chart(tree, path, helm::Profile::helm4, {}, helm::ReadRecord::leave_out);
    };
    if (remotes_ != nullptr) {
      charts.pull = [this](const kustomize::HelmChartAddress& address) {
        return remotes_->chart(address);
      };
    }
    ChartInflator inflator(std::move(charts));
    if (flags_.enable_helm) request.helm = &inflator;
    return kustomize::build(request);
  }

 private:
  const BuildFlags& flags_;
  BuildRemotes* remotes_;
  unsigned threads_;
  std::shared_ptr<const model::FileTree> tree_ = model::disk_tree("/");
};

int build_one(const CommandContext& context, const BuildFlags& flags, BuildRemotes* remotes) {
  const Builder builder(flags, remotes, threads_max);
  TextOutput output(flags.output, context.out);
  const renderers::RenderResult result =
      builder.build(flags.directories.empty() ? "." : flags.directories.front(),
                    [&output](std::string_view text) { output.write(text); });
  for (const std::string& warning : result.warnings) context.err << warning << '\n';
  output.finish();
  return exit_ok;
}

int build_several(const CommandContext& context, const BuildFlags& flags, BuildRemotes* remotes) {
  std::vector<std::string> directories = flags.directories;
  if (directories.empty()) directories.emplace_back(".");
  if (flags.recursive) directories = kustomizations_below(directories);
  const unsigned jobs =
      flags.jobs > 0 ? flags.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::optional<SharedRemotes> shared;
  if (remotes != nullptr) shared.emplace(*remotes);
  const Builder builder(flags, shared.has_value() ? &*shared : nullptr, 1);
  const std::vector<BuiltUnit> units =
      build_units(directories, jobs,
                  [&builder](const std::string& directory) { return builder.build(directory); });
  TextOutput output(flags.output, context.out);
  bool failed = false;
  for (const BuiltUnit& unit : units) {
    for (const std::string& warning : unit.warnings) context.err << warning << '\n';
    if (!unit.error.empty()) {
      failed = true;
      context.err << "Error: building " << unit.directory << ": " << unit.error << '\n';
      continue;
    }
    output.write("---\n# Source: " + unit.directory + "\n");
    output.write(unit.text);
  }
  output.finish();
  return failed ? exit_failed : exit_ok;
}

}  // namespace

int run_build_command_with(const CommandContext& context, MakeBuildRemotes make_remotes) {
  CLI::App app("Print the objects of a kustomization", "reconcile build");
  BuildFlags flags;
  add_flags(app, flags);
  std::vector<std::string> arguments(context.arguments.rbegin(), context.arguments.rend());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
  refuse_programs(flags);
  const std::unique_ptr<BuildRemotes> remotes =
      flags.remote_bases ? make_remotes(flags.access) : nullptr;
  const bool one = flags.directories.size() < 2 && !flags.recursive;
  try {
    return one ? build_one(context, flags, remotes.get())
               : build_several(context, flags, remotes.get());
  } catch (const RemoteNeeded&) {
    return exit_asks_other_machines;
  }
}

int run_build_command(const CommandContext& context) {
  return run_build_command_with(context,
                                [](const RemoteAccessFlags&) -> std::unique_ptr<BuildRemotes> {
                                  return std::make_unique<NoRemotes>();
                                });
}

}  // namespace reconcile::engine
