#include "engine/pipeline/release_values.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "engine/pipeline/cluster_values.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::engine {
namespace {

using helm::ValuesForm;
using model::Error;
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

/// What stands between quotes; absent where there are none.
std::optional<std::string> unquoted(const std::string& value) {
  const auto is_quoted = [&value](char quote) {
    return value.starts_with(quote) && value.ends_with(quote);
  };
  if (!is_quoted('"') && !is_quoted('\'')) return std::nullopt;
  const std::size_t first = value.find_first_not_of("\"'");
  const std::size_t last = value.find_last_not_of("\"'");
  return first == std::string::npos ? "" : value.substr(first, last - first + 1);
}

/// One value as text of `--set path=value`, as fluxcd/pkg chartutil 1.27 builds it: nothing is
/// escaped, so "{a,b}" is a list, unless the entry says `literal`; quotes make it a string.
helm::ValuesInput target_input(const std::string& path, const std::string& value, bool literal) {
  if (literal) return {ValuesForm::set_string, path + "=" + escaped(value), ""};
  const std::optional<std::string> inner = unquoted(value);
  if (!inner) return {ValuesForm::set, path + "=" + value, ""};
  return {ValuesForm::set_string, path + "=" + *inner, ""};
}

/// The text of --set, and what it is taken apart into.
void add_pieces(const std::string& text, std::vector<std::string>& pieces) {
  constexpr std::string_view marks = "{},=";
  pieces.push_back(text);
  for (std::size_t at = text.find_first_not_of(marks); at != std::string::npos;) {
    const std::size_t end = text.find_first_of(marks, at);
    pieces.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(marks, end);
  }
}

/// What spec.valuesFrom names.
struct References {
  std::vector<helm::ValuesInput> inputs;
  std::vector<helm::ValuesInput> secret_files;  ///< those of `inputs` that Secrets hold
  std::vector<std::string> secret_values;       ///< what Secrets hold for entries with targetPath
  std::string trace;                            ///< of everything that was found
};

/// Adds the value of one entry.
void add_reference(const UnitSpec& spec, Value reference, const RenderPorts& ports,
                   References& read) {
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
  read.trace += shown + (text ? "=" + std::to_string(text->size()) + ":" + *text : "!") + "\n";
  if (!text) {
    if (reference["optional"].boolean().value_or(false)) return;
    throw MissingValues("expected values in " + shown + ", found none");
  }
  const bool is_secret = kind == "Secret";
  const std::string path(reference["targetPath"].text());
  if (path.empty()) {
    read.inputs.push_back({ValuesForm::file, *text, shown});
    if (is_secret) read.secret_files.push_back(read.inputs.back());
    return;
  }
  const bool literal = reference["literal"].boolean().value_or(false);
  read.inputs.push_back(target_input(path, *text, literal));
  if (!is_secret) return;
  if (literal)
    read.secret_values.push_back(*text);
  else
    add_pieces(unquoted(*text).value_or(*text), read.secret_values);
}

References read_references(const UnitSpec& spec, const RenderPorts& ports) {
  const Value references = spec.object["spec"]["valuesFrom"];
  References read;
  for (std::size_t i = 0; i < references.size(); ++i)
    add_reference(spec, references.at(i), ports, read);
  return read;
}

/// Empty where nothing is named.
std::string digest_of(const References& read) {
  return read.trace.empty() ? read.trace : model::sha256_hex(read.trace);
}

/// Adds the texts and numbers of a tree. What is true or null is no secret.
void add_leaves(Value value, std::vector<std::string>& leaves) {
  if (value.is_string()) leaves.emplace_back(value.text());
  if (value.is_number()) leaves.emplace_back(value.source());
  for (std::size_t i = 0; i < value.size(); ++i)
    add_leaves(value.is_map() ? value.value_at(i) : value.at(i), leaves);
}

void add_leaves(const helm::ValuesInput& file, std::vector<std::string>& leaves) {
  try {
    add_leaves(model::parse_yaml(file.text).root(), leaves);
  } catch (const Error& error) {
    // The reader's own words repeat what it stumbled over.
    throw Error(error.code(), "expected YAML in " + file.name + ", found text that is none");
  }
}

}  // namespace

std::vector<helm::ValuesInput> release_values(const UnitSpec& spec, const model::FileTree& tree,
                                              const RenderPorts& ports, UnitRender& render) {
  std::vector<helm::ValuesInput> inputs;
  add_values_files(spec, tree, render.read_set, inputs);
  References read = read_references(spec, ports);
  render.cluster_values = digest_of(read);
  std::move(read.inputs.begin(), read.inputs.end(), std::back_inserter(inputs));
  render.secret_values = std::move(read.secret_values);
  for (const helm::ValuesInput& file : read.secret_files) add_leaves(file, render.secret_values);
  // A value may be part of another, which is masked first then.
  std::stable_sort(render.secret_values.begin(), render.secret_values.end(),
                   [](const auto& left, const auto& right) { return left.size() > right.size(); });
  return inputs;
}

std::string release_references_digest(const UnitSpec& spec, const RenderPorts& ports) {
  return digest_of(read_references(spec, ports));
}

}  // namespace reconcile::engine
