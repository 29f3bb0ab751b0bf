// The flags of `helm template`. Each one is supported, taken without effect, or refused; the tables
// below say why. test/integration/helm_flags_test.cpp runs them beside the real program.

#include "engine/cli/template_flags.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

/// Flags that say how something is installed or fetched: a render has none of it.
constexpr std::array<const char*, 21> idle_switches = {
    "--atomic",
    "--create-namespace",
    "--dependency-update",  // charts/ has to be complete, else rendering fails and says so
    "--devel",
    "--disable-openapi-validation",
    "--force",
    "--force-conflicts",
    "--force-replace",
    "--hide-notes",
    "--insecure-skip-tls-verify",
    "--kube-insecure-skip-tls-verify",
    "--pass-credentials",
    "--plain-http",
    "--render-subchart-notes",
    "--replace",
    "--rollback-on-failure",
    "--server-side",
    "--skip-crds",  // crds/ is printed with --include-crds alone
    "--take-ownership",
    "--wait-for-jobs",
    "--wait{watcher}",
};

/// The same with a value. The --kube-* of a single connection are the kubeconfig's business here.
constexpr std::array<const char*, 24> idle_options = {
    "--burst-limit",
    "--ca-file",
    "--cert-file",
    "--color",
    "--colour",
    "--content-cache",
    "--description",
    "--key-file",
    "--keyring",
    "--kube-apiserver",
    "--kube-as-group",
    "--kube-as-user",
    "--kube-ca-file",
    "--kube-tls-server-name",
    "--kube-token",
    "-l,--labels",
    "--password",
    "--qps",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--timeout",
    "--username",
    "--version",  // of a chart that is looked for; this one was found
};

struct Refused {
  const char* name;
  const char* instead;
};
constexpr std::array<Refused, 4> refused_options = {{
    {"--post-renderer",
     "executes a program, which is never done here; use spec.postRenderers of a HelmRelease, which "
     "patches with kustomize"},
    {"--post-renderer-args",
     "belongs to --post-renderer, which executes a program; use spec.postRenderers of a "
     "HelmRelease"},
    {"--repo", "downloads a chart, which `template` never does; fetch it with `helm pull` first"},
    {"--verify{true}",
     "checks a chart's provenance file, which is not done here; run `helm verify` first"},
}};

/// Where flags land whose value is not used.
struct Idle {
  std::string text;
  std::string dry_run = "client";
  bool validate = false;
  std::vector<std::string> positional;
  std::array<std::string, refused_options.size()> refused;
};

void add_list(CLI::App& app, const std::string& names, std::vector<std::string>& into,
              const std::string& help) {
  app.add_option(names, into, help)->allow_extra_args(false)->take_all();
}

/// The last one counts where a flag is given twice, as everywhere in Helm.
void add_text(CLI::App& app, const std::string& names, std::string& into, const std::string& help) {
  app.add_option(names, into, help)->take_last();
}

void add_switch(CLI::App& app, const std::string& names, bool& into, const std::string& help) {
  app.add_flag(names, into, help)->take_last();
}

void add_values_flags(CLI::App& app, TemplateFlags& flags) {
  add_list(app, "-f,--values", flags.values_files,
           "values files, - for standard input (repeatable, or separated by commas)");
  add_list(app, "--set-json", flags.set_json, "set JSON values: key=jsonvalue, or a JSON object");
  add_list(app, "--set", flags.set, "set values: a.b=c,d={x,y}");
  add_list(app, "--set-string", flags.set_string, "set values that stay strings");
  add_list(app, "--set-file", flags.set_file, "set values from files: key=path");
  add_list(app, "--set-literal", flags.set_literal,
           "set one literal value, nothing is special in it");
}

void add_release_flags(CLI::App& app, TemplateFlags& flags) {
  app.add_option("--profile", flags.profile, "Helm to reproduce: helm4 (4.3.1) or helm3 (3.22.0)")
      ->check(CLI::IsMember({"helm4", "helm3"}))
      ->take_last();
  add_text(app, "-n,--namespace", flags.name_space, "namespace of the release");
  add_text(app, "--name-template", flags.name_template, "template of the release name");
  add_switch(app, "-g,--generate-name", flags.generate_name,
             "no name is given; it is release-name all the same");
  add_switch(app, "--is-upgrade", flags.is_upgrade, "set .Release.IsUpgrade");
  add_text(app, "--kube-version", flags.kube_version,
           "Kubernetes version of .Capabilities.KubeVersion");
  add_list(app, "-a,--api-versions", flags.api_versions,
           "API versions to add to .Capabilities.APIVersions");
  add_switch(app, "--skip-schema-validation", flags.skip_schema_validation,
             "do not check values.schema.json");
  add_switch(app, "--enable-dns", flags.enable_dns, "let getHostByName ask the resolver");
}

void add_output_flags(CLI::App& app, TemplateFlags& flags) {
  add_list(app, "-s,--show-only", flags.show_only,
           "print only manifests of these templates (globs)");
  add_text(app, "--output-dir", flags.output_dir, "write one file per template below it");
  add_switch(app, "--release-name", flags.release_name_in_output_dir,
             "write below the release's name in --output-dir");
  add_switch(app, "--include-crds", flags.include_crds, "print the chart's CRDs first");
  add_switch(app, "--skip-tests", flags.skip_tests, "leave test hooks out");
  add_switch(app, "--no-hooks", flags.no_hooks, "leave all hooks out");
  add_switch(app, "--debug", flags.debug, "print what was rendered where it is not valid YAML");
}

void add_cluster_flags(CLI::App& app, TemplateFlags& flags, Idle& idle) {
  app.add_flag("--dry-run{unset}", idle.dry_run,
               "client (the default), or server: lookup and .Capabilities ask the cluster; objects "
               "are not validated there, `reconcile diff` does that")
      ->take_last();
  add_switch(app, "--validate", idle.validate, "the same as --dry-run=server");
  add_text(app, "--kubeconfig", flags.kubeconfig, "with --dry-run=server: kubeconfig file");
  add_text(app, "--context,--kube-context", flags.kube_context,
           "with --dry-run=server: context of the kubeconfig");
}

/// Whether an argument may be the flag `names`. Those that help does not show are declared only
/// then: seventy declarations cost more than a small chart.
bool may_occur(std::string_view names, const std::vector<std::string>& arguments) {
  const bool has_letter = !names.starts_with("--");
  const std::string_view name = names.substr(0, names.find('{')).substr(names.find("--"));
  return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view argument) {
    if (!argument.starts_with("--")) return has_letter && argument.starts_with('-');
    return argument.substr(0, argument.find('=')) == name;
  });
}

void add_idle_flags(CLI::App& app, Idle& idle, const std::vector<std::string>& arguments) {
  const auto add = [&](const std::string& names, std::string& into, bool is_switch) {
    if (!may_occur(names, arguments)) return;
    (is_switch ? app.add_flag(names, into) : app.add_option(names, into))->take_last()->group("");
  };
  for (const char* names : idle_switches) add(names, idle.text, true);
  for (const char* names : idle_options) add(names, idle.text, false);
  for (std::size_t i = 0; i < refused_options.size(); ++i) {
    const std::string_view names = refused_options[i].name;
    add(std::string(names), idle.refused[i], names.ends_with('}'));
  }
}

[[noreturn]] void refuse(const std::string& message,
                         model::ErrorCode code = model::ErrorCode::unsupported) {
  throw model::Error(code, message);
}

void check_refused(const CLI::App& app) {
  for (const Refused& option : refused_options) {
    const std::string_view name = option.name;
    const std::string flag(name.substr(0, name.find('{')));
    const CLI::Option* const given = app.get_option_no_throw(flag);
    if (given != nullptr && given->count() > 0) refuse(flag + " " + option.instead);
  }
}

/// Charts and values are read from disk only: fetching them is the work of the sources.
void refuse_remote(const std::string& what, const std::string& location) {
  if (location.find("://") == std::string::npos) return;
  refuse("expected a " + what + " on disk, found \"" + location +
         "\": `template` downloads nothing, fetch it first");
}

[[noreturn]] void bad_list(const std::string& text) {
  refuse("expected a list with commas, its quotes in pairs around whole entries, found " + text,
         model::ErrorCode::invalid_input);
}

/// Helm's string slices are one record of CSV each: commas separate, quotes protect them.
void add_csv(std::vector<std::string>& parts, const std::string& text) {
  if (text.empty()) return;
  for (std::size_t at = 0;; ++at) {
    if (text.substr(at, 1) != "\"") {
      const std::size_t end = std::min(text.find(',', at), text.size());
      parts.push_back(text.substr(at, end - at));
      if (parts.back().find('"') != std::string::npos) bad_list(text);
      at = end;
    } else {
      std::string part;
      for (++at;; ++at) {
        if (at >= text.size()) bad_list(text);
        if (text[at] == '"' && text.substr(at + 1, 1) != "\"") break;
        if (text[at] == '"') ++at;
        part += text[at];
      }
      parts.push_back(std::move(part));
      ++at;
    }
    if (at >= text.size()) return;
    if (text[at] != ',') bad_list(text);
  }
}

std::vector<std::string> split_csv(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) add_csv(parts, text);
  return parts;
}

DryRunMode dry_run_mode(const Idle& idle, std::ostream& err) {
  const std::string& value = idle.dry_run;
  if (idle.validate || value == "server") return DryRunMode::server;
  if (value == "client") return DryRunMode::client;
  if (value == "unset" || value == "true") {
    err << "--dry-run without a value is --dry-run=client\n";
    return DryRunMode::client;
  }
  refuse("invalid dry-run value (\"" + value + "\"). Must be \"server\" or \"client\"",
         model::ErrorCode::invalid_input);
}

/// The arguments as CLI11 wants them: last one first, and "-n=x", which pflag takes for "-n x", as
/// "-nx". What stands behind a --set* may look like a flag.
std::vector<std::string> reversed_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed;
  bool is_value = false;
  for (const std::string& argument : arguments) {
    const bool short_flag = argument.size() > 2 && argument[0] == '-' && argument[2] == '=' &&
                            std::string_view("afnsl").find(argument[1]) != std::string::npos;
    reversed.insert(reversed.begin(), short_flag && !is_value
                                          ? argument.substr(0, 2) + argument.substr(3)
                                          : argument);
    is_value = argument.starts_with("--set") && argument.find('=') == std::string::npos;
  }
  return reversed;
}

void check_name(const TemplateFlags& flags) {
  if (flags.name.empty()) return;
  if (!flags.generate_name && flags.name_template.empty()) return;
  refuse("cannot set " + std::string(flags.generate_name ? "--generate-name" : "--name-template") +
             " and also specify a name",
         model::ErrorCode::invalid_input);
}

}  // namespace

std::optional<int> read_template_flags(const CommandContext& context, TemplateFlags& flags) {
  Idle idle;
  CLI::App app("Renders a Helm chart and prints what `helm template` prints.",
               "reconcile template");
  app.add_option("name-and-chart", idle.positional,
                 "[NAME] CHART: release name; chart directory or .tgz")
      ->required()
      ->expected(1, 2);
  add_values_flags(app, flags);
  add_release_flags(app, flags);
  add_output_flags(app, flags);
  add_cluster_flags(app, flags, idle);
  add_idle_flags(app, idle, context.arguments);
  app.footer("Every other flag of `helm template` is taken and changes nothing, or is refused.");
  try {
    app.parse(reversed_arguments(context.arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
  check_refused(app);
  flags.chart = idle.positional.back();
  if (idle.positional.size() == 2) flags.name = idle.positional.front();
  if (flags.name_space.empty()) flags.name_space = "default";
  flags.values_files = split_csv(flags.values_files);
  flags.api_versions = split_csv(flags.api_versions);
  flags.dry_run = dry_run_mode(idle, context.err);
  check_name(flags);
  if (!flags.output_dir.empty() && !flags.show_only.empty()) {
    refuse("--show-only chooses from what is printed, and --output-dir prints nothing: give one",
           model::ErrorCode::invalid_input);
  }
  refuse_remote("chart", flags.chart);
  for (const std::string& path : flags.values_files) refuse_remote("values file", path);
  return std::nullopt;
}

bool asks_cluster(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return false;
    if (argument == "--dry-run=server" || argument == "--validate" || argument == "--validate=true")
      return true;
  }
  return false;
}

}  // namespace reconcile::engine
