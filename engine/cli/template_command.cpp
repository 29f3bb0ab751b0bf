#include "engine/cli/template_command.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>

#include "engine/cli/standard_output.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

using helm::ValuesForm;

void add_inputs(std::vector<helm::ValuesInput>& inputs, ValuesForm form,
                const std::vector<std::string>& texts) {
  for (const std::string& text : texts) inputs.push_back({form, text, ""});
}

/// The addresses of `name` as text, as the machine's resolver says; empty where it knows none.
std::vector<std::string> resolve_host(std::string_view name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::vector<std::string> addresses;
  if (::getaddrinfo(std::string(name).c_str(), nullptr, &hints, &found) != 0) return addresses;
  for (const addrinfo* item = found; item != nullptr; item = item->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(item->ai_addr, item->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text);
    }
  }
  ::freeaddrinfo(found);
  return addresses;
}

/// --generate-name changes nothing: Helm's template command names the release before it is asked
/// for (pkg/cmd/template.go of 4.3.1, and so in 3.22.0).
std::string release_name(const TemplateFlags& flags, const helm::RenderRequest& request) {
  if (!flags.name.empty()) return flags.name;
  return flags.name_template.empty() ? "release-name"
                                     : helm::render_name_template(flags.name_template, request);
}

helm::RenderRequest make_request(const TemplateFlags& flags) {
  helm::RenderRequest request;
  request.profile = flags.profile == "helm3" ? helm::Profile::helm3 : helm::Profile::helm4;
  request.release.namespace_name = flags.name_space;
  request.release.is_upgrade = flags.is_upgrade;
  for (const std::string& path : flags.values_files) {
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
  request.capabilities.api_versions = flags.api_versions;
  request.include_crds = flags.include_crds;
  request.skip_tests = flags.skip_tests;
  request.no_hooks = flags.no_hooks;
  request.skip_schema_validation = flags.skip_schema_validation;
  request.show_only = flags.show_only;
  if (flags.enable_dns) request.resolve_host = resolve_host;
  request.now = model::system_clock().wall_now();
  request.random_bytes = model::random_bytes;
  request.release.name = release_name(flags, request);
  return request;
}

/// Writes each document below --output-dir and tells of it, as Helm does.
class OutputDirectory {
 public:
  OutputDirectory(const TemplateFlags& flags, const std::string& release_name, std::ostream& out)
      : definitions_(flags.output_dir), root_(flags.output_dir), out_(out) {
    if (flags.release_name_in_output_dir) {
      root_ = (std::filesystem::path(flags.output_dir) / release_name).lexically_normal().string();
    }
  }

  /// Definitions lie beside the release's name, not below it.
  void write_definition(const helm::Manifest& item) {
    write(definitions_, item.path, item.content);
  }
  void write(const std::string& source, std::string_view content) { write(root_, source, content); }

 private:
  void write(const std::string& root, const std::string& source, std::string_view content) {
    // A chart's names cannot lead out: normalise_path refuses "..".
    const std::string path = root + "/" + model::normalise_path(source);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const bool again = !written_.insert(path).second;
    std::ofstream file(path, again ? std::ios::app : std::ios::trunc);
    file << "---\n# Source: " << source << "\n" << content << "\n";
    file.flush();
    if (!file) throw model::Error(model::ErrorCode::unavailable, "cannot write " + path);
    out_ << "wrote " << path << "\n";
  }

  std::string definitions_;
  std::string root_;
  std::ostream& out_;
  std::set<std::string> written_;
};

void write_sources(const helm::HelmResult& result, const TemplateFlags& flags,
                   const helm::RenderRequest& request, std::ostream& out) {
  OutputDirectory directory(flags, request.release.name, out);
  for (const helm::Manifest& item : result.definitions) directory.write_definition(item);
  for (const helm::Manifest& item : result.manifests) directory.write(item.path, item.content);
  if (!flags.no_hooks) {
    for (const helm::Hook& hook : result.hooks) {
      if (!flags.skip_tests || !hook.is_test()) directory.write(hook.path, hook.manifest);
    }
  }
  // Helm prints the release's text all the same, which is empty here.
  out << "\n";
}

std::shared_ptr<const helm::Chart> load(const model::FileTree& tree, const std::string& path,
                                        helm::Profile profile) {
  try {
    return helm::load_chart(tree, path_below_machine_root(path), profile, {},
                            helm::ReadRecord::leave_out)
        .chart;
  } catch (model::Error& error) {
    name_as_typed(error, path);
    throw;
  }
}

/// Renders; where the text is no YAML, --debug prints it.
helm::HelmResult render(const CommandContext& context, const TemplateFlags& flags,
                        const helm::RenderRequest& request) {
  try {
    return helm::render(request);
  } catch (const helm::ManifestError& error) {
    if (!flags.debug) {
      context.err << "Use --debug to print what was rendered\n";
      throw;
    }
    for (const auto& [path, text] : error.files()) {
      if (text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
      context.out << "---\n# Source: " << path << "\n" << text << "\n";
    }
    throw;
  }
}

/// Keeps `result` to the end of the process: freeing a large one takes as long as writing it.
const helm::HelmResult& keep(helm::HelmResult result) {
  static auto* const kept = new std::deque<helm::HelmResult>;
  return kept->emplace_back(std::move(result));
}

}  // namespace

int run_template_command(const CommandContext& context) {
  TemplateFlags flags;
  if (const std::optional<int> code = read_template_flags(context, flags)) return *code;
  return render_template(context, flags, nullptr);
}

int render_template(const CommandContext& context, const TemplateFlags& flags,
                    const TemplateCluster* cluster) {
  helm::RenderRequest request = make_request(flags);
  if (cluster != nullptr) {
    request.capabilities = cluster->capabilities;
    request.cluster = &cluster->lookup;
  }
  const auto tree = model::disk_tree("/");
  request.chart = load(*tree, flags.chart, request.profile);
  if (request.chart->metadata.deprecated) context.err << "This chart is deprecated\n";
  const helm::HelmResult& result = keep(render(context, flags, request));
  for (const std::string& warning : result.render.warnings) context.err << warning << "\n";
  if (!flags.output_dir.empty()) {
    write_sources(result, flags, request, context.out);
    return exit_ok;
  }
  std::string shown;
  write_pieces(context.out, helm::output_pieces(result, request, shown));
  return exit_ok;
}

}  // namespace reconcile::engine
