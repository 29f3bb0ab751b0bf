#include "renderers/kustomize/origin_text.hpp"

#include "reconcile/model/yaml.hpp"

namespace reconcile::kustomize {

namespace {

void add(std::vector<std::string>& lines, const char* key, const std::string& value) {
  if (value.empty()) return;
  const Node node = model::make_string_view(value);
  std::string text = model::write_yaml(model::Value(&node));
  if (text.ends_with('\n')) text.pop_back();
  lines.push_back(std::string(key) + ": " + text);
}

std::vector<std::string> lines_of(const Origin& origin) {
  std::vector<std::string> lines;
  add(lines, "path", origin.path);
  add(lines, "repo", origin.repository);
  add(lines, "ref", origin.ref);
  add(lines, "configuredIn", origin.configured_in);
  std::vector<std::string> inner;
  add(inner, "apiVersion", origin.configured_by_api_version);
  add(inner, "kind", origin.configured_by_kind);
  add(inner, "name", origin.configured_by_name);
  add(inner, "namespace", origin.configured_by_namespace);
  if (inner.empty()) return lines;
  lines.emplace_back("configuredBy:");
  for (const std::string& line : inner) lines.push_back("  " + line);
  return lines;
}

}  // namespace

std::string origin_text(const Origin& origin) {
  std::string text;
  for (const std::string& line : lines_of(origin)) text += line + "\n";
  return text.empty() ? "{}\n" : text;
}

std::string transformations_text(const std::vector<Origin>& transformations) {
  std::string text;
  for (const Origin& origin : transformations) {
    const char* lead = "- ";
    for (const std::string& line : lines_of(origin)) {
      text += lead + line + "\n";
      lead = "  ";
    }
  }
  return text;
}

}  // namespace reconcile::kustomize
