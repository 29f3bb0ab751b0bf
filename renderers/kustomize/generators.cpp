#include "renderers/kustomize/generators.hpp"

#include <algorithm>
#include <map>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "renderers/kustomize/target.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

constexpr std::size_t line_length = 70;

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const std::size_t count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || i + count > text.size()) return false;
    unsigned long code = first & (0x7FU >> count);
    for (std::size_t j = 1; j < count; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xC0U) != 0x80U) return false;
      code = code << 6U | (next & 0x3FU);
    }
    const bool overlong = (count == 3 && code < 0x800) || (count == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    i += count;
  }
  return true;
}

// The pairs of one entry, by key.
class Pairs {
 public:
  Pairs(const Loader& loader, std::string owner) : loader_(loader), owner_(std::move(owner)) {}

  void add_environment_file(const std::string& path) {
    const std::string content = loader_.load(path);
    std::size_t start = 0;
    bool first = true;
    while (start < content.size()) {
      std::size_t end = content.find('\n', start);
      if (end == std::string::npos) end = content.size();
      std::string_view line(content.data() + start, end - start);
      start = end + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      add_environment_line(line, first, path);
      first = false;
    }
  }

  void add_literal(std::string_view literal) {
    const std::size_t equals = literal.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw Error(ErrorCode::invalid_input,
                  "invalid literal source " + std::string(literal) + ", expected key=value");
    }
    std::string_view value = literal.substr(equals + 1);
    if (value.size() >= 2 && value.front() == value.back() &&
        (value.front() == '"' || value.front() == '\'')) {
      value = value.substr(1, value.size() - 2);
    }
    add(literal.substr(0, equals), std::string(value));
  }

  void add_file(std::string_view source) {
    const auto count = std::count(source.begin(), source.end(), '=');
    std::string_view key = source.substr(source.rfind('/') + 1);
    std::string_view path = source;
    if (count > 1) {
      throw Error(ErrorCode::invalid_input,
                  "source \"" + std::string(source) + "\" key name or file path contains '='");
    }
    if (count == 1) {
      const std::size_t equals = source.find('=');
      key = source.substr(0, equals);
      path = source.substr(equals + 1);
      if (key.empty() || path.empty()) {
        throw Error(ErrorCode::invalid_input, std::string("missing ") +
                                                  (key.empty() ? "key name" : "file path") +
                                                  " in source \"" + std::string(source) + "\"");
      }
    }
    add(key, loader_.load(path));
  }

  [[nodiscard]] const std::map<std::string, std::string>& all() const noexcept { return pairs_; }

 private:
  void add_environment_line(std::string_view line, bool first, const std::string& path) {
    if (!is_utf8(line)) {
      throw Error(ErrorCode::invalid_input, "a line of " + path + " has invalid utf8 bytes");
    }
    if (first && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    const std::size_t begin = line.find_first_not_of(" \t\v\f\r");
    if (begin == std::string_view::npos || line[begin] == '#') return;
    line.remove_prefix(begin);
    const std::size_t equals = line.find('=');
    const std::string_view key = line.substr(0, equals);
    if (key.empty()) return;
    add(key,
        equals == std::string_view::npos ? std::string() : std::string(line.substr(equals + 1)));
  }

  void add(std::string_view key, std::string value) {
    if (!pairs_.emplace(key, std::move(value)).second) {
      throw Error(ErrorCode::invalid_input,
                  "configmap " + owner_ + " illegally repeats the key `" + std::string(key) + "`");
    }
  }

  const Loader& loader_;
  std::string owner_;
  std::map<std::string, std::string> pairs_;
};

Pairs load_pairs(const Loader& loader, Value entry) {
  Pairs pairs(loader, std::string(entry["name"].text()));
  std::vector<std::string> environment = strings_of(entry["envs"]);
  if (!entry["env"].text().empty()) environment.emplace_back(entry["env"].text());
  for (const std::string& path : environment) pairs.add_environment_file(path);
  for (const std::string& literal : strings_of(entry["literals"])) pairs.add_literal(literal);
  for (const std::string& source : strings_of(entry["files"])) pairs.add_file(source);
  return pairs;
}

void set_data(Arena& arena, Node& root, GeneratorKind kind, const Pairs& pairs) {
  Node data = model::make_map();
  Node binary = model::make_map();
  for (const auto& [key, value] : pairs.all()) {
    if (kind == GeneratorKind::secret) {
      set_untagged_key(arena, data, key, tagged_string(arena, base64_in_lines(value)));
    } else if (is_utf8(value)) {
      set_untagged_key(arena, data, key, tagged_string(arena, value));
    } else {
      set_untagged_key(arena, binary, key, tagged_string(arena, base64_in_lines(value)));
    }
  }
  if (data.size > 0 || kind == GeneratorKind::secret) model::set(arena, root, "data", data);
  if (binary.size > 0) model::set(arena, root, "binaryData", binary);
}

// Options of the entry, and of all generators where the entry has none.
bool option(Value local, Value global, std::string_view name) {
  return local[name].boolean().value_or(false) || global[name].boolean().value_or(false);
}

void set_metadata(Arena& arena, Node& metadata, Value local, Value global, std::string_view field) {
  std::map<std::string, std::string> merged;
  for (const auto& [key, value] : pairs_of(global[field])) merged[key] = value;
  for (const auto& [key, value] : pairs_of(local[field])) merged[key] = value;
  if (merged.empty()) return;
  Node map = model::make_map();
  for (const auto& [key, value] : merged) {
    Node node = model::make_string(arena, value);
    node.style = Style::single_quoted;
    set_untagged_key(arena, map, key, node);
  }
  model::set(arena, metadata, field, map);
}

}  // namespace

std::string base64_in_lines(std::string_view bytes) {
  const std::string encoded = model::base64_encode(bytes);
  if (encoded.size() < line_length) return encoded;
  std::string lines;
  for (std::size_t i = 0; i < encoded.size(); i += line_length) {
    lines.append(encoded, i, line_length);
    lines += '\n';
  }
  return lines;
}

Resource& generate(Context& context, const Loader& loader, GeneratorKind kind, Value entry,
                   Value global_options) {
  Arena& arena = *context.arena;
  const std::string_view name = entry["name"].text();
  if (name.empty()) throw Error(ErrorCode::invalid_input, "a configmap must have a name");
  Node root = model::make_map();
  const bool is_secret = kind == GeneratorKind::secret;
  model::set(arena, root, "apiVersion", model::make_string_view("v1"));
  model::set(arena, root, "kind", model::make_string_view(is_secret ? "Secret" : "ConfigMap"));
  Node& metadata = model::set(arena, root, "metadata", model::make_map());
  model::set(arena, metadata, "name", tagged_string(arena, name));
  if (!entry["namespace"].text().empty()) {
    model::set(arena, metadata, "namespace", tagged_string(arena, entry["namespace"].text()));
  }
  const Value local = entry["options"];
  set_metadata(arena, metadata, local, global_options, "labels");
  set_metadata(arena, metadata, local, global_options, "annotations");
  if (is_secret) {
    const std::string_view type = entry["type"].text();
    model::set(arena, root, "type", tagged_string(arena, type.empty() ? "Opaque" : type));
  }
  try {
    set_data(arena, root, kind, load_pairs(loader, entry));
  } catch (Error& error) {
    error.with_context("loading KV pairs of " + std::string(name));
    throw;
  }
  if (option(local, global_options, "immutable")) {
    model::set(arena, root, "immutable", model::make_boolean(true));
  }
  Resource& resource = context.add(root);
  resource.needs_hash = !option(local, global_options, "disableNameSuffixHash");
  resource.behavior = behavior_from(entry["behavior"].text());
  resource.is_generated = true;
  resource.make_annotations(arena);
  return resource;
}

}  // namespace reconcile::kustomize
