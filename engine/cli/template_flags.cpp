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

/// Whether an argument may be one of the flags `names`, e.g. "-n,--namespace".
bool may_occur(std::string_view names, const std::vector<std::string>& arguments) {
  names = names.substr(0, names.find('{'));
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    const bool is_letter = !name.starts_with("--");
    const auto may_be = [&](std::string_view argument) {
      if (!argument.starts_with("--")) return is_letter && argument.starts_with('-');
      return argument.substr(0, argument.find('=')) == name;
    };
    if (std::any_of(arguments.begin(), arguments.end(), may_be)) return true;
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return false;
}

/// Which flags are declared: to declare those that no argument can be costs a third of a small
/// chart. Help and errors want to know of all.
enum class Declared { that_may_occur, all };

struct Declaration {
  CLI::App& app;
  const std::vector<std::string>& arguments;
  Declared declared;

  [[nodiscard]] bool wants(std::string_view names) const {
    return declared == Declared::all || may_occur(names, arguments);
  }
};

void add_list(Declaration& to, const std::string& names, std::vector<std::string>& into,
              const std::string& help) {
  if (to.wants(names)) to.app.add_option(names, into, help)->allow_extra_args(false)->take_all();
}

/// The last one counts where a flag is given twice, as everywhere in Helm.
void add_text(Declaration& to, const std::string& names, std::string& into,
              const std::string& help) {
  if (to.wants(names)) to.app.add_option(names, into, help)->take_last();
}

void add_switch(Declaration& to, const std::string& names, bool& into, const std::string& help) {
  if (to.wants(names)) to.app.add_flag(names, into, help)->take_last();
}

void add_values_flags(Declaration& to, TemplateFlags& flags) {
  add_list(to, "-f,--values", flags.values_files,
           "values files, - for standard input (repeatable, or separated by commas)");
  add_list(to, "--set-json", flags.set_json, "set JSON values: key=jsonvalue, or a JSON object");
  add_list(to, "--set", flags.set, "set values: a.b=c,d={x,y}");
  add_list(to, "--set-string", flags.set_string, "set values that stay strings");
  add_list(to, "--set-file", flags.set_file, "set values from files: key=path");
  add_list(to, "--set-literal", flags.set_literal,
           "set one literal value, nothing is special in it");
}

void add_release_flags(Declaration& to, TemplateFlags& flags) {
  if (to.wants("--profile")) {
    to.app
        .add_option("--profile", flags.profile,
                    "Helm to reproduce: helm4 (4.3.1) or helm3 (3.22.0)")
        ->check(CLI::IsMember({"helm4", "helm3"}))
        ->take_last();
  }
  add_text(to, "-n,--namespace", flags.name_space, "namespace of the release");
  add_text(to, "--name-template", flags.name_template, "template of the release name");
  add_switch(to, "-g,--generate-name", flags.generate_name,
             "no name is given; it is release-name all the same");
  add_switch(to, "--is-upgrade", flags.is_upgrade, "set .Release.IsUpgrade");
  add_text(to, "--kube-version", flags.kube_version,
           "Kubernetes version of .Capabilities.KubeVersion");
  add_list(to, "-a,--api-versions", flags.api_versions,
           "API versions to add to .Capabilities.APIVersions");
  add_switch(to, "--skip-schema-validation", flags.skip_schema_validation,
             "do not check values.schema.json");
  add_switch(to, "--enable-dns", flags.enable_dns, "let getHostByName ask the resolver");
}

void add_output_flags(Declaration& to, TemplateFlags& flags) {
  add_list(to, "-s,--show-only", flags.show_only,
           "print only manifests of these templates (globs)");
  add_text(to, "--output-dir", flags.output_dir, "write one file per template below it");
  add_switch(to, "--release-name", flags.release_name_in_output_dir,
             "write below the release's name in --output-dir");
  add_switch(to, "--include-crds", flags.include_crds, "print the chart's CRDs first");
  add_switch(to, "--skip-tests", flags.skip_tests, "leave test hooks out");
  add_switch(to, "--no-hooks", flags.no_hooks, "leave all hooks out");
  add_switch(to, "--debug", flags.debug, "print what was rendered where it is not valid YAML");
}

void add_cluster_flags(Declaration& to, TemplateFlags& flags, Idle& idle) {
  if (to.wants("--dry-run")) {
    to.app
        .add_flag("--dry-run{unset}", idle.dry_run,
                  "client (the default), or server: lookup and .Capabilities ask the cluster; "
                  "objects are not validated there, `reconcile diff` does that")
        ->take_last();
  }
  add_switch(to, "--validate", idle.validate, "the same as --dry-run=server");
  add_text(to, "--kubeconfig", flags.kubeconfig, "with --dry-run=server: kubeconfig file");
  add_text(to, "--context,--kube-context", flags.kube_context,
           "with --dry-run=server: context of the kubeconfig");
}

/// Help does not show these: they are never declared without need.
void add_idle_flags(Declaration& to, Idle& idle) {
  const auto add = [&](const std::string& names, std::string& into, bool is_switch) {
    if (!may_occur(names, to.arguments)) return;
    (is_switch ? to.app.add_flag(names, into) : to.app.add_option(names, into))
        ->take_last()
        ->group("");
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

void declare(Declaration& to, TemplateFlags& flags, Idle& idle) {
  to.app
      .add_option("name-and-chart", idle.positional,
                  "[NAME] CHART: release name; chart directory or .tgz")
      ->required()
      ->expected(1, 2);
  add_values_flags(to, flags);
  add_release_flags(to, flags);
  add_output_flags(to, flags);
  add_cluster_flags(to, flags, idle);
  add_idle_flags(to, idle);
}

/// Throws CLI::ParseError where the arguments are none, or ask for help.
void read_arguments(CLI::App& app, const std::vector<std::string>& arguments, Declared declared,
                    TemplateFlags& flags, Idle& idle) {
  Declaration to{app, arguments, declared};
  declare(to, flags, idle);
  app.parse(reversed_arguments(arguments));
  check_refused(app);
}

/// Reads with all flags declared; an exit code where that tells help or a mistake.
std::optional<int> read_or_tell(const CommandContext& context, TemplateFlags& flags, Idle& idle) {
  CLI::App app("Renders a Helm chart and prints what `helm template` prints.",
               "reconcile template");
  app.footer("Every other flag of `helm template` is taken and changes nothing, or is refused.");
  try {
    read_arguments(app, context.arguments, Declared::all, flags, idle);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> read_template_flags(const CommandContext& context, TemplateFlags& flags) {
  Idle idle;
  try {
    CLI::App app;
    read_arguments(app, context.arguments, Declared::that_may_occur, flags, idle);
  } catch (const CLI::ParseError&) {
    flags = {};
    idle = {};
    if (const std::optional<int> code = read_or_tell(context, flags, idle)) return code;
  }
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
