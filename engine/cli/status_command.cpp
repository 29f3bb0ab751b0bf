#include "engine/cli/status_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "engine/api/resource.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/unit_subject.hpp"
#include "engine/controllers/unit.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::engine {
namespace {

struct StatusFlags {
  ClusterFlags cluster;
  std::string name_space = "reconcile-system";
  std::string output = "text";
};

struct Row {
  std::string kind;
  std::string namespace_name;
  std::string name;
  std::string ready;  ///< "True", "False", "Unknown", "Suspended"
  std::string reason;
  std::string revision;
  std::string message;
};

/// "main@sha1:0123456789ab…" shortened to what people compare.
std::string short_revision(std::string revision) {
  const std::size_t colon = revision.rfind(':');
  if (colon != std::string::npos && revision.size() > colon + 13) revision.resize(colon + 13);
  return revision;
}

/// What keeps a unit from being as Git says, before its message.
std::string with_notes(const std::string& message, const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes)
    if (!note.empty()) text += note + "; ";
  return text + message;
}

Row read_row(const model::Gvk& gvk, model::Value object) {
  const ResourceMeta meta = ResourceMeta::read(object);
  const model::Value status = object["status"];
  const Conditions conditions = Conditions::read(status["conditions"]);
  const Condition* ready = conditions.find("Ready");
  Row row{gvk.kind, meta.namespace_name, meta.name, "Unknown", "", "", "waiting to be reconciled"};
  if (ready != nullptr) {
    row.ready = to_string(ready->status);
    row.reason = ready->reason;
    row.message = with_notes(ready->message, unit_notes(conditions));
  }
  if (object["spec"]["suspend"].boolean().value_or(false)) row.ready = "Suspended";
  row.revision = status["lastAppliedRevision"].text();
  if (row.revision.empty()) row.revision = status["artifact"]["revision"].text();
  return row;
}

void add_root(kube::Client& client, const std::string& space, std::vector<Row>& rows) {
  kube::Request request =
      kube::Request::get({"", "v1", "ConfigMap"}, space, std::string(root_config_map));
  request.purpose = kube::RequestPurpose::command;
  const kube::Response response = client.send(std::move(request));
  if (response.status.not_found()) return;
  response.require_ok("reading the root unit");
  const model::Document object = response.document();
  const model::Value data = object["data"];
  rows.push_back(
      {"Root", space, "root", std::string(data["ready"].text()), std::string(data["reason"].text()),
       std::string(data["lastAppliedRevision"].text()),
       with_notes(std::string(data["message"].text()), {std::string(data["notes"].text())})});
}

std::vector<Row> read_rows(kube::Client& client, const std::string& space) {
  std::vector<Row> rows;
  add_root(client, space, rows);
  kube::ListOptions options;
  options.purpose = kube::RequestPurpose::command;
  for (const model::Gvk& gvk : {git_repository_kind, kustomization_kind, helm_release_kind}) {
    if (!client.resource(gvk)) continue;
    const kube::ListResult result = client.list(
        {gvk, "", "", ""},
        [&](const model::Document& object, std::string_view) {
          rows.push_back(read_row(gvk, object.root()));
        },
        options);
    if (!result.ok())
      throw model::Error(result.status.error_code(),
                         "listing " + gvk.kind + ": " + result.status.display());
  }
  return rows;
}

model::Document to_document(const std::vector<Row>& rows) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* list = arena->new_node();
  *list = model::make_list();
  for (const Row& row : rows) {
    model::Node item = model::make_map();
    const auto add = [&](std::string_view key, const std::string& value) {
      model::set(*arena, item, key, model::make_string(*arena, value));
    };
    add("kind", row.kind);
    add("namespace", row.namespace_name);
    add("name", row.name);
    add("ready", row.ready);
    add("reason", row.reason);
    add("revision", row.revision);
    add("message", row.message);
    model::append(*arena, *list, item);
  }
  return {arena, model::Value(list)};
}

std::string painted(const Row& row, std::string text, bool color) {
  if (!color) return text;
  const char* code = row.ready == "True" ? "32" : (row.ready == "False" ? "31" : "33");
  return "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
}

void print_table(const std::vector<Row>& rows, const CommandContext& context) {
  std::size_t object_width = 6;
  std::size_t revision_width = 8;
  for (const Row& row : rows) {
    object_width =
        std::max(object_width, row.kind.size() + row.namespace_name.size() + row.name.size() + 2);
    revision_width = std::max(revision_width, short_revision(row.revision).size());
  }
  const auto padded = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  };
  context.out << padded("OBJECT", object_width) << "  READY      "
              << padded("REVISION", revision_width) << "  MESSAGE\n";
  for (const Row& row : rows) {
    const std::string first_line = row.message.substr(0, row.message.find('\n'));
    context.out << padded(row.kind + "/" + row.namespace_name + "/" + row.name, object_width)
                << "  " << painted(row, padded(row.ready, 9), context.color) << "  "
                << padded(short_revision(row.revision), revision_width) << "  " << first_line
                << "\n";
  }
}

}  // namespace

int run_status_command(const CommandContext& context) {
  StatusFlags flags;
  CLI::App app("Shows every source and unit with its condition and revision.", "reconcile status");
  add_cluster_flags(app, flags.cluster);
  app.add_option("-n,--namespace", flags.name_space, "the agent's namespace");
  app.add_option("-o,--output", flags.output, "text, json or yaml")
      ->check(CLI::IsMember({"text", "json", "yaml"}));
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  ClusterAccess access(flags.cluster);
  const std::vector<Row> rows = read_rows(access.client(), flags.name_space);
  if (flags.output == "text") {
    print_table(rows, context);
  } else {
    const model::Document document = to_document(rows);
    model::JsonFormat format;
    format.indent = 2;
    if (flags.output == "yaml")
      context.out << model::write_yaml(document.root());
    else
      context.out << model::write_json(document.root(), format) << "\n";
  }
  const bool all_ready = std::all_of(rows.begin(), rows.end(), [](const Row& row) {
    return row.ready == "True" || row.ready == "Suspended";
  });
  return all_ready ? exit_ok : exit_failed;
}

}  // namespace reconcile::engine
