#include "engine/pipeline/release_values.hpp"

#include "engine/pipeline/cluster_values.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using helm::ValuesForm;
using model::Error;
using model::ErrorCode;
using model::Value;

/// valuesFiles are relative to the source's root and stand for the chart's values.yaml, as
/// source-controller 1.9.1 has it for charts from Git.
void add_values_files(const UnitSpec& spec, const model::FileTree& tree,
                      renderers::ReadSet& read_set, std::vector<helm::ValuesInput>& inputs) {
  const Value chart = spec.object["spec"]["chart"]["spec"];
  const Value files = chart["valuesFiles"];
  const bool may_miss = chart["ignoreMissingValuesFiles"].boolean().value_or(false);
  // Where all are missing, the chart has no defaults.
  if (files.size() > 0) inputs.push_back({ValuesForm::chart_file, "", "spec.chart"});
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string path = model::normalise_path(files.at(i).text());
    if (!tree.stat(path) && may_miss) {
      read_set.insert({renderers::ReadSetKind::absent, path, ""});
      continue;
    }
    inputs.push_back({ValuesForm::chart_file, tree.read(path), path});
    read_set.insert({renderers::ReadSetKind::file, path, tree.blob(path)});
  }
}

/// What --set takes for more than text, escaped.
std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    if (std::string_view("\\,[]{}").find(c) != std::string_view::npos) all += '\\';
    all += c;
  }
  return all;
}

/// One value as text of `--set path=value`, as fluxcd/pkg chartutil 1.27 builds it: nothing is
/// escaped, so "{a,b}" is a list, unless the entry says `literal`; quotes make it a string.
helm::ValuesInput target_input(const std::string& path, const std::string& value, bool literal) {
  if (literal) return {ValuesForm::set_string, path + "=" + escaped(value), ""};
  const auto is_quoted = [&value](char quote) {
    return value.starts_with(quote) && value.ends_with(quote);
  };
  if (!is_quoted('"') && !is_quoted('\'')) return {ValuesForm::set, path + "=" + value, ""};
  const std::size_t first = value.find_first_not_of("\"'");
  const std::size_t last = value.find_last_not_of("\"'");
  const std::string inner = first == std::string::npos ? "" : value.substr(first, last - first + 1);
  return {ValuesForm::set_string, path + "=" + inner, ""};
}

/// Adds the value of one entry of spec.valuesFrom; what it found goes into `trace` too.
void add_reference(const UnitSpec& spec, Value reference, const RenderPorts& ports,
                   std::vector<helm::ValuesInput>& inputs, std::string& trace) {
  const std::string kind(reference["kind"].text());
  const std::string name(reference["name"].text());
  const std::string own_namespace(spec.object["metadata"]["namespace"].text());
  const std::string_view key_text = reference["valuesKey"].text();
  const std::string key(key_text.empty() ? "values.yaml" : key_text);
  const std::string shown = kind + "/" + own_namespace + "/" + name + " key " + key;
  const std::optional<ConfigData> data =
      referenced_data(reference, own_namespace, "spec.valuesFrom", ports);
  std::optional<std::string> text;
  if (data && data->contains(key)) text = data->at(key);
  trace += shown + (text ? "=" + std::to_string(text->size()) + ":" + *text : "!") + "\n";
  if (!text) {
    if (reference["optional"].boolean().value_or(false)) return;
    throw Error(ErrorCode::not_found, "expected values in " + shown + ", found none");
  }
  const std::string path(reference["targetPath"].text());
  if (path.empty())
    inputs.push_back({ValuesForm::file, *text, shown});
  else
    inputs.push_back(target_input(path, *text, reference["literal"].boolean().value_or(false)));
}

/// Adds the values of spec.valuesFrom; answers their digest, empty where there are none.
std::string add_references(const UnitSpec& spec, const RenderPorts& ports,
                           std::vector<helm::ValuesInput>& inputs) {
  const Value references = spec.object["spec"]["valuesFrom"];
  std::string trace;
  for (std::size_t i = 0; i < references.size(); ++i)
    add_reference(spec, references.at(i), ports, inputs, trace);
  return trace.empty() ? trace : model::sha256_hex(trace);
}

}  // namespace

std::vector<helm::ValuesInput> release_values(const UnitSpec& spec, const model::FileTree& tree,
                                              const RenderPorts& ports, UnitRender& render) {
  std::vector<helm::ValuesInput> inputs;
  add_values_files(spec, tree, render.read_set, inputs);
  render.cluster_values = add_references(spec, ports, inputs);
  return inputs;
}

std::string release_references_digest(const UnitSpec& spec, const RenderPorts& ports) {
  std::vector<helm::ValuesInput> inputs;
  return add_references(spec, ports, inputs);
}

}  // namespace reconcile::engine
