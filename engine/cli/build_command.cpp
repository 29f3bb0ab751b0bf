#include "engine/cli/build_command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

/// Beyond a few threads a build only waits for memory.
constexpr unsigned threads_max = 4;

struct BuildFlags {
  std::string directory = ".";
  std::string output;
  std::string reorder;
  std::string load_restrictor = "LoadRestrictionsRootOnly";
  std::string helm_command;
  std::vector<std::string> refused_lists;
  bool enable_helm = false;
  bool enable_alpha_plugins = false;
  bool enable_exec = false;
  bool ignored = false;
};

void add_flags(CLI::App& app, BuildFlags& flags) {
  app.add_option("directory", flags.directory, "directory of the kustomization; default: .");
  app.add_option("-o,--output", flags.output, "write to this file instead of standard output");
  app.add_option("--reorder", flags.reorder, "order of objects: legacy (default) or none")
      ->check(CLI::IsMember({"legacy", "none"}));
  app.add_option("--load-restrictor", flags.load_restrictor,
                 "LoadRestrictionsRootOnly: files only from inside the kustomization; "
                 "LoadRestrictionsNone: from anywhere")
      ->check(CLI::IsMember({"LoadRestrictionsRootOnly", "LoadRestrictionsNone"}));
  app.add_flag("--enable-helm", flags.enable_helm, "render helmCharts");
  app.add_option("--helm-command", flags.helm_command, "ignored: no program is executed");
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

void write_output(const BuildFlags& flags, const std::string& text, std::ostream& out) {
  if (flags.output.empty()) {
    out << text;
    return;
  }
  std::error_code code;
  if (std::filesystem::is_directory(flags.output, code)) {
    throw model::Error(model::ErrorCode::unsupported,
                       "--output " + flags.output + " is a directory, expected a file");
  }
  std::ofstream file(flags.output, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (!file) {
    throw model::Error(model::ErrorCode::invalid_input, "cannot write " + flags.output);
  }
}

kustomize::BuildRequest make_request(const BuildFlags& flags) {
  if (flags.enable_alpha_plugins || flags.enable_exec) {
    throw model::Error(model::ErrorCode::unsupported,
                       "--enable-alpha-plugins and --enable-exec execute programs, which is never "
                       "done here");
  }
  kustomize::BuildRequest request;
  request.tree = model::disk_tree("/");
  request.path = path_below_machine_root(flags.directory);
  request.display_root = "/";
  request.order = flags.reorder == "none" ? kustomize::Order::fifo : kustomize::Order::legacy;
  if (flags.load_restrictor == "LoadRestrictionsNone") {
    request.load_restrictor = kustomize::LoadRestrictor::none;
  }
  request.want_objects = false;
  request.record_reads = false;
  request.threads = threads_max;
  return request;
}

}  // namespace

int run_build_command(const CommandContext& context) {
  CLI::App app("Print the objects of a kustomization", "reconcile build");
  BuildFlags flags;
  add_flags(app, flags);
  std::vector<std::string> arguments(context.arguments.rbegin(), context.arguments.rend());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
  const renderers::RenderResult result = kustomize::build(make_request(flags));
  for (const std::string& warning : result.warnings) context.err << warning << '\n';
  write_output(flags, result.text, context.out);
  return exit_ok;
}

}  // namespace reconcile::engine
