#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"
#include "reconcile/model/yaml_emitter.hpp"

namespace reconcile::model {

/// Which reader of the Go world decides what a scalar is (spec: go.yaml.in/yaml v2.4.4 and v3.0.5).
enum class YamlDialect {
  v2,  ///< YAML 1.1 words and octals, last duplicate key wins; what Helm values and heads go
       ///< through
  v3,  ///< YAML 1.2 booleans, duplicate key is an error, merge keys expanded; what kustomize reads
};

/// Bounds of one read; a text beyond them fails with Error(limit_exceeded).
struct YamlLimits {
  std::size_t bytes_max = 100U << 20U;
  std::size_t depth_max = 1000;
  /// Nodes after expansion of aliases (guards against alias bombs).
  std::size_t nodes_max = 5'000'000;
};

struct YamlOptions {
  YamlDialect dialect = YamlDialect::v2;
  /// Reject duplicate keys also in the v2 dialect, as sigs.k8s.io/yaml's strict form does.
  bool strict = false;
  /// The JSON hop: every key becomes a string as sigs.k8s.io/yaml's YAMLToJSON does, `.inf`/`.nan`
  /// fail. Without it, v3 keeps what Go's `any` would hold (a map with a non-string key fails
  /// either way).
  bool to_json = true;
  /// Of a stream: an empty document is one with a null root, not left out.
  bool keep_empty = false;
  YamlLimits limits;
};

/// Reads the first document of `text`. An empty document answers a null root.
/// Throws Error(invalid_input) with the position and the message of the Go library's kind, e.g.
/// "yaml: line 3: mapping values are not allowed in this context".
Document parse_yaml(std::string_view text, const YamlOptions& options = {});

/// As parse_yaml of `text` alone, with null for what a root map has under other keys than `kept`
/// (compared without case, ASCII). It fails where parse_yaml fails, and costs half.
Document parse_yaml_head(std::string_view text, std::span<const std::string_view> kept);

/// Reads every document of `text`, in order; empty documents are left out unless asked for.
std::vector<Document> parse_yaml_stream(std::string_view text, const YamlOptions& options = {});

/// One document in block style exactly as sigs.k8s.io/yaml 1.6.0 Marshal writes it (natural key
/// order, 80-column folding, indentless lists), with the final newline. Throws Error(invalid_input)
/// where the real hop fails (e.g. a string with DEL).
std::string write_yaml(Value value);
/// As write_yaml, appended to `out`.
void write_yaml(Value value, std::string& out);

/// As go.yaml.in/yaml v3 with indent 2 writes (wide sequences, no folding): Helm's toYamlPretty.
std::string write_yaml_pretty(Value value);

/// Appends `value` in any of the writers' forms. Own tree types use YamlTreeWriter
/// (yaml_writer.hpp).
void write_yaml_form(Value value, YamlForm form, std::string& out);

}  // namespace reconcile::model
