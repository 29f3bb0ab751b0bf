#include "engine/cli/gate_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>

#include "engine/api/condition.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/gate_reset.hpp"
#include "engine/controllers/gate_status.hpp"
#include "engine/gates/explanation.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/signature.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

struct GateCommandFlags {
  ClusterFlags cluster;
  std::string out_file;
  std::string environment;
  std::string output = "text";
  ResetFlags reset;
};

/// Writes a private key where nobody else may read it; never over a file that is there.
void write_private_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const std::string reason = std::strerror(errno);
  if (file >= 0) ::close(file);
  if (!written) throw Error(ErrorCode::conflict, "cannot write key file " + path + ": " + reason);
}

int run_keygen(const GateCommandFlags& flags, const CommandContext& context) {
  const model::SigningKey key = model::SigningKey::generate();
  if (flags.out_file.empty()) {
    context.out << key.to_pem();
    context.err << "public key: " << key.public_key().text() << "\n";
    context.err << "key id:     " << key.public_key().id() << "\n";
    return exit_ok;
  }
  write_private_file(flags.out_file, key.to_pem());
  context.out << "public key: " << key.public_key().text() << "\n";
  context.out << "key id:     " << key.public_key().id() << "\n";
  return exit_ok;
}

std::vector<model::Document> read_environments(const GateCommandFlags& flags) {
  ClusterAccess access(flags.cluster);
  std::vector<model::Document> objects;
  if (!flags.environment.empty()) {
    kube::Request request = kube::Request::get(environment_kind, "", flags.environment);
    request.purpose = kube::RequestPurpose::command;
    const kube::Response response = access.client().send(std::move(request));
    response.require_ok("reading Environment/" + flags.environment);
    objects.push_back(response.document());
    return objects;
  }
  if (!access.client().resource(environment_kind)) {
    throw Error(ErrorCode::not_found,
                "expected the kind Environment (gates.reconcile.dev/v1alpha1) in the cluster, "
                "found none");
  }
  kube::ListOptions options;
  options.purpose = kube::RequestPurpose::command;
  const kube::ListResult result = access.client().list(
      {environment_kind, "", "", ""},
      [&objects](const model::Document& object, std::string_view) { objects.push_back(object); },
      options);
  if (!result.ok()) throw Error(ErrorCode::unavailable, result.status.display());
  return objects;
}

void print_line(const model::Value object, const CommandContext& context) {
  const model::Value status = object["status"];
  const Conditions conditions = Conditions::read(status["conditions"]);
  const auto short_commit = [](std::string_view commit) {
    return commit.empty() ? std::string("-") : std::string(commit.substr(0, 12));
  };
  context.out << object["metadata"]["name"].text() << ": runs "
              << short_commit(status["admitted"].text());
  const Condition* held = conditions.find("Held");
  if (held == nullptr) {
    context.out << ", no agent has decided yet\n";
  } else if (held->status == ConditionStatus::yes) {
    context.out << ", holds " << short_commit(status["tip"].text()) << " (" << held->reason
                << "): " << held->message << "\n";
  } else {
    context.out << ", nothing waits\n";
  }
  for (const std::string_view type : {"EvidenceForeign", "PolicyRejected"}) {
    const Condition* condition = conditions.find(type);
    if (condition != nullptr && condition->status == ConditionStatus::yes)
      context.out << "  " << type << ": " << condition->message << "\n";
  }
}

/// The objects as one list, for programs.
model::Document to_list(const std::vector<model::Document>& objects) {
  const auto arena = std::make_shared<model::Arena>();
  model::Node* list = arena->new_node();
  *list = model::make_list();
  for (const model::Document& object : objects)
    model::append(*arena, *list, model::copy_node(*arena, object.root()));
  return {arena, model::Value(list)};
}

int run_status(const GateCommandFlags& flags, const CommandContext& context) {
  const std::vector<model::Document> objects = read_environments(flags);
  bool any_held = false;
  for (const model::Document& object : objects) {
    any_held = any_held || Conditions::read(object["status"]["conditions"]).is_true("Held");
    if (flags.output == "text") print_line(object.root(), context);
  }
  if (flags.output == "yaml") {
    context.out << model::write_yaml(to_list(objects).root());
  } else if (flags.output == "json") {
    model::JsonFormat format;
    format.indent = 2;
    context.out << model::write_json(to_list(objects).root(), format) << "\n";
  } else if (objects.empty()) {
    context.out << "no Environment in this cluster\n";
  }
  return any_held ? exit_failed : exit_ok;
}

int run_explain(const GateCommandFlags& flags, const CommandContext& context) {
  const std::vector<model::Document> objects = read_environments(flags);
  context.out << gates::explain(objects.front().root(), model::system_clock().wall_now());
  return exit_ok;
}

}  // namespace

int run_gate_command(const CommandContext& context) {
  GateCommandFlags flags;
  CLI::App app("Shows and steers the gate in front of an environment.", "reconcile gate");
  app.require_subcommand(1);
  CLI::App* keygen = app.add_subcommand("keygen", "make a key that signs evidence, or a root key");
  keygen->add_option("--out", flags.out_file, "file for the private key (PEM, mode 0600)");
  CLI::App* status = app.add_subcommand("status", "what runs, and what is held; exits 1 if held");
  add_cluster_flags(*status, flags.cluster);
  status->add_option("environment", flags.environment, "name of the Environment; none: all");
  status->add_option("-o,--output", flags.output, "text, json or yaml")
      ->check(CLI::IsMember({"text", "json", "yaml"}));
  CLI::App* explain = app.add_subcommand("explain", "why, since when, and what would let it in");
  add_cluster_flags(*explain, flags.cluster);
  explain->add_option("environment", flags.environment, "name of the Environment")->required();
  CLI::App* reset = app.add_subcommand("reset", "a root key's word: run this commit");
  add_reset_flags(*reset, flags.reset);
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  if (keygen->parsed()) return run_keygen(flags, context);
  if (status->parsed()) return run_status(flags, context);
  if (explain->parsed()) return run_explain(flags, context);
  return run_gate_reset(flags.reset, context);
}

}  // namespace reconcile::engine
