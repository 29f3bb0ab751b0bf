#include "engine/cli/change_output.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

namespace reconcile::engine {
namespace {

diff::MarkdownFormat markdown_format(std::string full_command) {
  // It stands between backticks, in one line.
  std::erase_if(full_command,
                [](char c) { return c == '`' || static_cast<unsigned char>(c) < 32; });
  diff::MarkdownFormat format;
  format.full_command = std::move(full_command);
  return format;
}

bool differs(const diff::ChangeSet& changes) {
  return std::any_of(changes.objects.begin(), changes.objects.end(),
                     [](const auto& object) { return object.action != diff::Action::unchanged; });
}

void print_text(const CommandContext& context, const ChangeOutputFlags& flags,
                const diff::ChangeSet& changes) {
  diff::ChangeSetFormat format;
  format.color = paints(flags, context);
  context.out << diff::to_text(changes, format);
  if (differs(changes)) context.out << diff::summary_text(changes) << "\n";
}

}  // namespace

void add_change_output_flags(CLI::App& app, ChangeOutputFlags& flags) {
  app.add_option("-o,--output", flags.output, "text, json, or markdown for a pull request")
      ->check(CLI::IsMember({"text", "json", "markdown"}));
  app.add_option("--color", flags.color,
                 "always, never, or auto (default): on a terminal without NO_COLOR")
      ->check(CLI::IsMember({"always", "never", "auto"}));
}

bool paints(const ChangeOutputFlags& flags, const CommandContext& context) {
  return flags.color == "always" || (flags.color == "auto" && context.color);
}

void print_changes(const CommandContext& context, const ChangeOutputFlags& flags,
                   const diff::ChangeSet& changes, const std::string& full_command) {
  if (flags.output == "json") {
    context.out << diff::to_json(changes);
  } else if (flags.output == "markdown") {
    const std::vector<diff::ChangeGroup> groups = {{"", changes}};
    context.out << diff::to_markdown(groups, markdown_format(full_command));
  } else {
    print_text(context, flags, changes);
  }
}

void print_groups(const CommandContext& context, const ChangeOutputFlags& flags,
                  std::span<const diff::ChangeGroup> groups, const std::string& full_command) {
  if (flags.output == "json") {
    context.out << diff::to_json(groups);
    return;
  }
  if (flags.output == "markdown") {
    context.out << diff::to_markdown(groups, markdown_format(full_command));
    return;
  }
  for (const diff::ChangeGroup& group : groups) {
    if (!differs(group.changes)) continue;
    context.out << "# " << (group.unit.empty() ? "root unit" : group.unit) << "\n";
    print_text(context, flags, group.changes);
  }
}

}  // namespace reconcile::engine
