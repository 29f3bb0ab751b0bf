#include "engine/cli/template_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <ostream>

#include "reconcile/helm/render.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

using helm::ValuesForm;

/// What the flags say, before it is turned into a request.
struct TemplateFlags {
  std::vector<std::string> positional;
  std::vector<std::string> values_files;
  std::vector<std::string> set_json;
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::vector<std::string> set_file;
  std::vector<std::string> set_literal;
  std::vector<std::string> api_versions;
  std::vector<std::string> show_only;
  std::string profile = "helm4";
  std::string name_space = "default";
  std::string kube_version;
  std::string name_template;
  std::string post_renderer;
  std::string output_dir;
  bool generate_name = false;
  bool include_crds = false;
  bool skip_tests = false;
  bool no_hooks = false;
  bool is_upgrade = false;
  bool skip_schema_validation = false;
  std::string dry_run;
  bool validate = false;
  bool ignored = false;
  std::string ignored_text;
};

void add_list(CLI::App& app, const std::string& names, std::vector<std::string>& into,
              const std::string& help) {
  app.add_option(names, into, help)->allow_extra_args(false)->take_all();
}

void add_flags(CLI::App& app, TemplateFlags& flags) {
  app.add_option("name-and-chart", flags.positional,
                 "[NAME] CHART: release name; chart directory or .tgz")
      ->required()
      ->expected(1, 2);
  add_list(app, "-f,--values", flags.values_files,
           "values file, - for standard input (repeatable)");
  add_list(app, "--set-json", flags.set_json, "set JSON values: key=jsonvalue, or a JSON object");
  add_list(app, "--set", flags.set, "set values: a.b=c,d={x,y}");
  add_list(app, "--set-string", flags.set_string, "set values that stay strings");
  add_list(app, "--set-file", flags.set_file, "set values from files: key=path");
  add_list(app, "--set-literal", flags.set_literal,
           "set one literal value, nothing is special in it");
  add_list(app, "-a,--api-versions", flags.api_versions,
           "API versions to add to .Capabilities.APIVersions");
  add_list(app, "-s,--show-only", flags.show_only,
           "print only manifests of these templates (globs)");
  app.add_option("--profile", flags.profile, "Helm to reproduce: helm4 (4.3.1) or helm3 (3.22.0)")
      ->check(CLI::IsMember({"helm4", "helm3"}));
  app.add_option("-n,--namespace", flags.name_space, "namespace of the release");
  app.add_option("--kube-version", flags.kube_version,
                 "Kubernetes version of .Capabilities.KubeVersion");
  app.add_option("--name-template", flags.name_template, "template of the release name");
  app.add_option("--post-renderer", flags.post_renderer, "refused: programs are not executed");
  app.add_option("--output-dir", flags.output_dir,
                 "write one file per template below this directory");
  app.add_flag("-g,--generate-name", flags.generate_name, "make a name from the chart's");
  app.add_flag("--include-crds", flags.include_crds, "print the chart's CRDs first");
  app.add_flag("--skip-tests", flags.skip_tests, "leave test hooks out");
  app.add_flag("--no-hooks", flags.no_hooks, "leave all hooks out");
  app.add_flag("--is-upgrade", flags.is_upgrade, "set .Release.IsUpgrade");
  app.add_flag("--skip-schema-validation", flags.skip_schema_validation,
               "do not check values.schema.json");
  app.add_flag("--dry-run{client}", flags.dry_run, "client; server is refused");
  app.add_flag("--validate", flags.validate, "refused: no cluster is asked");
  // Flags of Helm that change nothing offline.
  for (const char* name : {"--skip-crds", "--dependency-update", "--devel", "--debug", "--wait",
                           "--create-namespace", "--disable-openapi-validation"}) {
    app.add_flag(name, flags.ignored)->group("");
  }
  for (const char* name : {"--timeout", "--version", "--description"}) {
    app.add_option(name, flags.ignored_text)->group("");
  }
}

/// A pflag string slice: commas split.
std::vector<std::string> split_commas(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) {
    for (std::string& part : CLI::detail::split(text, ',')) parts.push_back(std::move(part));
  }
  return parts;
}

void add_inputs(std::vector<helm::ValuesInput>& inputs, ValuesForm form,
                const std::vector<std::string>& texts) {
  for (const std::string& text : texts) inputs.push_back({form, text, ""});
}

/// The chart's base name and the seconds since 1970, as Helm 4.3.1 makes it.
std::string generated_name(const std::string& chart) {
  std::string base = std::filesystem::path(path_below_machine_root(chart)).filename().string();
  if (base.ends_with(".tgz")) base.resize(base.size() - 4);
  const auto now = model::system_clock().wall_now().time_since_epoch();
  return base + "-" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string release_name(const TemplateFlags& flags, const helm::RenderRequest& request) {
  const bool named = flags.positional.size() == 2;
  if (named && flags.generate_name) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "cannot set --generate-name and also specify a name");
  }
  if (named && !flags.name_template.empty()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "cannot set --name-template and also specify a name");
  }
  if (named) return flags.positional[0];
  if (flags.generate_name) return generated_name(flags.positional.back());
  return flags.name_template.empty() ? "release-name"
                                     : helm::render_name_template(flags.name_template, request);
}

/// Charts and values are read from disk only: fetching them is the work of the sources.
void refuse_remote(const std::string& what, const std::string& location) {
  if (location.find("://") == std::string::npos) return;
  throw model::Error(model::ErrorCode::unsupported,
                     "expected a " + what + " on disk, found \"" + location +
                         "\": `template` downloads nothing, fetch it first");
}

void check_supported(const TemplateFlags& flags) {
  if (!flags.post_renderer.empty()) {
    throw model::Error(model::ErrorCode::unsupported,
                       "--post-renderer executes a program, which is never done here; use "
                       "spec.postRenderers of a HelmRelease instead");
  }
  if (flags.validate || flags.dry_run == "server") {
    throw model::Error(model::ErrorCode::unsupported,
                       "--validate and --dry-run=server ask a cluster, which `template` never "
                       "does; `reconcile diff` compares with the cluster");
  }
  refuse_remote("chart", flags.positional.back());
  for (const std::string& path : flags.values_files) refuse_remote("values file", path);
}

helm::RenderRequest make_request(const TemplateFlags& flags) {
  helm::RenderRequest request;
  request.profile = flags.profile == "helm3" ? helm::Profile::helm3 : helm::Profile::helm4;
  request.release.namespace_name = flags.name_space;
  request.release.is_upgrade = flags.is_upgrade;
  for (const std::string& path : split_commas(flags.values_files)) {
    request.values.push_back({ValuesForm::file, read_named_file(path), path});
  }
  add_inputs(request.values, ValuesForm::set_json, flags.set_json);
  add_inputs(request.values, ValuesForm::set, flags.set);
  add_inputs(request.values, ValuesForm::set_string, flags.set_string);
  add_inputs(request.values, ValuesForm::set_file, flags.set_file);
  add_inputs(request.values, ValuesForm::set_literal, flags.set_literal);
  request.read_values_file = [](std::string_view path) {
    return read_named_file(std::string(path));
  };
  request.capabilities.kube_version = flags.kube_version;
  request.capabilities.api_versions = split_commas(flags.api_versions);
  request.include_crds = flags.include_crds;
  request.skip_tests = flags.skip_tests;
  request.no_hooks = flags.no_hooks;
  request.skip_schema_validation = flags.skip_schema_validation;
  request.show_only = flags.show_only;
  request.now = model::system_clock().wall_now();
  request.random_bytes = model::random_bytes;
  request.release.name = release_name(flags, request);
  return request;
}

/// Writes each document of `text` to the file that its "# Source:" line names, as helm does.
void write_sources(const helm::HelmResult& result, const TemplateFlags& flags, std::ostream& out) {
  std::set<std::string> written;
  const auto write = [&](const std::string& source, std::string_view content) {
    // A chart's names cannot lead out: normalise_path refuses "..".
    const std::filesystem::path path =
        std::filesystem::path(flags.output_dir) / model::normalise_path(source);
    std::filesystem::create_directories(path.parent_path());
    const bool again = !written.insert(source).second;
    std::ofstream file(path, again ? std::ios::app : std::ios::trunc);
    file << "---\n# Source: " << source << "\n" << content << "\n";
    file.flush();
    if (!file) throw model::Error(model::ErrorCode::unavailable, "cannot write " + path.string());
    out << "wrote " << path.string() << "\n";
  };
  for (const helm::Manifest& item : result.definitions) write(item.path, item.content);
  for (const helm::Manifest& item : result.manifests) write(item.path, item.content);
  if (flags.no_hooks) return;
  for (const helm::Hook& hook : result.hooks) {
    if (!flags.skip_tests || !hook.is_test()) write(hook.path, hook.manifest);
  }
}

}  // namespace

int run_template_command(const CommandContext& context) {
  TemplateFlags flags;
  CLI::App app("Renders a Helm chart and prints what `helm template` prints.",
               "reconcile template");
  add_flags(app, flags);
  std::vector<std::string> reversed(context.arguments.rbegin(), context.arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
  check_supported(flags);
  helm::RenderRequest request = make_request(flags);
  const auto tree = model::disk_tree("/");
  request.chart = helm::load_chart(*tree, path_below_machine_root(flags.positional.back()),
                                   request.profile, {}, helm::ReadRecord::leave_out)
                      .chart;
  const helm::HelmResult result = helm::render(request);
  for (const std::string& warning : result.render.warnings) context.err << warning << "\n";
  if (!flags.output_dir.empty()) {
    write_sources(result, flags, context.out);
    return exit_ok;
  }
  std::string shown;
  for (const std::string_view piece : helm::output_pieces(result, request, shown)) {
    context.out << piece;
  }
  return exit_ok;
}

}  // namespace reconcile::engine
