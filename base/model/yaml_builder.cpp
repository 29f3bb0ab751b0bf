// go-yaml first parses a document into nodes and then decodes these. Here both happen in one pass:
// an alias takes over the node that its anchor was given (nodes are immutable once read, so
// subtrees are shared), merge keys copy entries, and errors of decoding wait until the document is
// parsed.
#include "base/model/yaml_builder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/model/yaml_go_syntax.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

// go-yaml's bounds for the share of decoding steps that come from aliases.
constexpr double alias_ratio_range_low = 400000;
constexpr double alias_ratio_range_high = 4000000;

double allowed_alias_ratio(double steps) {
  if (steps <= alias_ratio_range_low) return 0.99;
  if (steps >= alias_ratio_range_high) return 0.10;
  const double range = alias_ratio_range_high - alias_ratio_range_low;
  return 0.99 - 0.89 * ((steps - alias_ratio_range_low) / range);
}

std::string quoted(std::string_view text) {
  std::string out;
  write_json_string(text, out, false);
  return out;
}

/// Whether an entry below `node` has its key at the address `key`.
bool holds_key(const Node& node, const char* key) {
  for (std::uint32_t i = 0; node.kind == Kind::list && i < node.size; ++i) {
    if (holds_key(node.items[i], key)) return true;
  }
  for (std::uint32_t i = 0; node.kind == Kind::map && i < node.size; ++i) {
    const Entry& entry = node.entries[i];
    if (entry.name().data() == key || holds_key(entry.value, key)) return true;
  }
  return false;
}

}  // namespace

Node YamlBuilder::build_document() {
  const Built root = build(events_.next());
  require_json(root);
  events_.next();  // the document's end
  throw_failures(root.node);
  if (unbounded_) throw_unbounded(Value(&root.node));
  const bool own_keys = root.own_keys && !options_.to_json;
  if (own_keys || root.inner_keys) {
    throw Error(ErrorCode::invalid_input, "json: unsupported type: map[interface {}]interface {}");
  }
  return root.node;
}

void YamlBuilder::throw_failures(const Node& root) const {
  if (!failure_.empty()) throw Error(ErrorCode::invalid_input, failure_);
  for (const auto& [key, message] : unsupported_keys_) {
    if (reports_.empty() && holds_key(root, key.data())) {
      throw Error(ErrorCode::invalid_input, message);
    }
  }
  if (reports_.empty()) return;
  std::string message = "yaml: unmarshal errors:";
  for (const std::string& line : reports_) message += "\n  " + line;
  throw Error(ErrorCode::invalid_input, message);
}

void YamlBuilder::fail(std::string message) {
  if (failure_.empty()) failure_ = std::move(message);
}

void YamlBuilder::report(std::uint32_t line, const std::string& message) {
  constexpr std::size_t reports_max = 100;
  if (reports_.size() < reports_max) {
    reports_.push_back("line " + std::to_string(line) + ": " + message);
  }
}

void YamlBuilder::count_step() {
  if (++steps_ > options_.limits.nodes_max) {
    throw Error(
        ErrorCode::limit_exceeded,
        "yaml: more than " + std::to_string(options_.limits.nodes_max) + " nodes were found");
  }
  if (alias_steps_ <= 100 || steps_ <= 1000) return;
  const auto steps = static_cast<double>(steps_);
  if (static_cast<double>(alias_steps_) / steps > allowed_alias_ratio(steps)) {
    throw Error(ErrorCode::limit_exceeded, "yaml: document contains excessive aliasing");
  }
}

void YamlBuilder::check_height(const Built& built) {
  if (depth_ + built.height <= options_.limits.depth_max) return;
  throw Error(ErrorCode::limit_exceeded, "yaml: nesting deeper than " +
                                             std::to_string(options_.limits.depth_max) +
                                             " levels was found");
}

void YamlBuilder::require_json(const Built& value) {
  if (!options_.to_json || value.node.kind != Kind::floating) return;
  if (!std::isfinite(value.node.floating)) unbounded_ = true;
}

// JSON is written after the whole document was read, its maps by sorted keys: a number that a later
// duplicate of its key replaces does not count.
void YamlBuilder::throw_unbounded(Value value) {
  if (value.kind() == Kind::floating && !std::isfinite(*value.number())) {
    std::string printed;
    append_go_float(*value.number(), printed);
    throw Error(ErrorCode::invalid_input, "json: unsupported value: " + printed);
  }
  if (value.is_list()) {
    for (std::size_t i = 0; i < value.size(); ++i) throw_unbounded(value.at(i));
  }
  if (!value.is_map()) return;
  std::vector<std::size_t> order(value.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return value.key_at(left) < value.key_at(right);
  });
  for (const std::size_t i : order) throw_unbounded(value.value_at(i));
}

YamlBuilder::Built YamlBuilder::build(const YamlEvent& event) {
  if (event.type == YamlEventType::alias) return build_alias(event);
  count_step();
  check_height({});
  if (event.anchor.empty()) return build_node(event);
  const std::string anchor(event.anchor);
  const std::size_t number = ++anchor_count_;
  anchors_[anchor] = {{}, number, true};
  const Built built = build_node(event);
  // An anchor of the same name further inside stands.
  Anchor& mine = anchors_[anchor];
  if (mine.number == number) mine = {built, number, false};
  return built;
}

YamlBuilder::Built YamlBuilder::build_node(const YamlEvent& event) {
  if (event.type == YamlEventType::scalar) return build_scalar(event);
  ++depth_;
  const Built built =
      event.type == YamlEventType::list_start ? build_list(event) : build_map(event);
  --depth_;
  return built;
}

YamlBuilder::Built YamlBuilder::build_alias(const YamlEvent& event) {
  count_step();
  const auto found = anchors_.find(event.value);
  if (found == anchors_.end()) {
    throw Error(ErrorCode::invalid_input,
                "yaml: unknown anchor '" + std::string(event.value) + "' referenced");
  }
  if (found->second.open) {
    fail("yaml: anchor '" + std::string(event.value) + "' value contains itself");
    return {};
  }
  Built built = found->second.built;
  count_alias(built);
  check_height(built);
  built.is_alias = true;
  built.is_merge_key = false;
  ++built.steps;
  return built;
}

void YamlBuilder::count_alias(const Built& target) {
  // The target's last step is counted by count_step, which also checks the bounds.
  steps_ += target.steps - 1;
  alias_steps_ += target.steps;
  count_step();
}

void YamlBuilder::take_inner(Built& parent, const Built& child) const {
  parent.inner_keys |= child.inner_keys;
  parent.steps += child.steps;
  parent.height = std::max(parent.height, child.height + 1);
}

YamlBuilder::Built YamlBuilder::build_list(const YamlEvent& start) {
  Built list;
  const Style style = start.style;
  const std::size_t mark = items_.size();
  while (true) {
    const YamlEvent& event = events_.next();
    if (event.type == YamlEventType::list_end) break;
    const Built item = build(event);
    require_json(item);
    take_inner(list, item);
    list.own_keys |= item.own_keys;
    items_.push_back(item.node);
  }
  list.node = make_list(arena_, items_.data() + mark, items_.size() - mark);
  list.node.style = style;
  items_.resize(mark);
  return list;
}

YamlBuilder::Built YamlBuilder::build_map(const YamlEvent& start) {
  Built map;
  const Style style = start.style;
  const std::size_t mark = entries_.begin_map();
  std::vector<SourceKey> keys;
  read_entries(map, mark, keys);
  if (options_.dialect == YamlDialect::v3) check_unique(keys);
  map.node = entries_.end_map(arena_, mark);
  map.node.style = style;
  map.node.has_other_keys = map.own_keys;
  return map;
}

void YamlBuilder::read_entries(Built& map, std::size_t mark, std::vector<SourceKey>& keys) {
  const bool v3 = options_.dialect == YamlDialect::v3;
  Built merged;
  std::uint32_t merge_line = 0;
  while (true) {
    const YamlEvent& event = events_.next();
    if (event.type == YamlEventType::map_end) break;
    SourceKey source{event.type, event.line, {}};
    if (v3 && event.type == YamlEventType::alias) source.text = arena_.copy(event.value);
    const Built key = build(event);
    if (source.kind == YamlEventType::scalar) source.text = Value(&key.node).source();
    const bool is_usual = source.kind == YamlEventType::scalar && key.node.kind == Kind::string &&
                          key.node.source == nullptr && !key.is_merge_key;
    if (v3 && (!is_usual || !keys.empty())) {
      if (keys.empty()) collect_keys(mark, keys);
      keys.push_back(source);
    }
    const bool had_failed = !failure_.empty();
    const Built value = build(events_.next());
    // v2 looks at what kind a value is before it merges it, from the last to the first.
    const bool last_is_map = value.node.kind == Kind::list && value.node.size != 0 &&
                             value.node.items[value.node.size - 1].kind == Kind::map;
    if (key.is_merge_key && !v3 && !had_failed && !can_merge(value) && !last_is_map &&
        !failure_.ends_with("value contains itself")) {
      failure_.clear();
    }
    map.steps += key.steps;
    require_json(value);
    take_inner(map, value);
    if (!key.is_merge_key) {
      const bool is_new = add_entry(map, mark, key, source.line, value);
      if (!is_new && v3 && keys.empty()) {
        collect_keys(mark, keys);
        keys.push_back(source);
      }
    } else if (v3) {
      // Explicit entries win wherever they stand, so that the merge waits.
      merged = value;
      merge_line = source.line;
    } else {
      merge(mark, value, source.line);
    }
  }
  if (merge_line != 0) merge(mark, merged, merge_line);
}

// False where the key is there already, which its map has as a string.
bool YamlBuilder::add_entry(Built& map, std::size_t mark, const Built& key, std::uint32_t line,
                            const Built& value) {
  if (key.node.kind == Kind::list || key.node.kind == Kind::map) {
    if (failure_.empty()) {
      std::string shown = go_syntax(Value(&key.node), options_.dialect);
      constexpr std::string_view nil_key = "\"\\u0001nil\"";
      for (std::size_t at = 0; (at = shown.find(nil_key, at)) != std::string::npos;) {
        shown.replace(at, nil_key.size(), "interface {}(nil)");
      }
      fail("yaml: invalid map key: " + shown);
    }
    return true;
  }
  map.own_keys |= options_.dialect == YamlDialect::v3 && !key.is_string;
  map.inner_keys |= value.own_keys;
  const std::string_view text = key_text(key, value);
  if (options_.strict && options_.dialect == YamlDialect::v2 && entries_.find(mark, text)) {
    report(line, "key " + quoted(text) + " already set in map");
    return true;
  }
  return entries_.set(mark, text, line, value.node);
}

// Maps with keys that are strings, each once, tell their keys by their entries: they are looked at
// one by one only behind the first other key.
void YamlBuilder::collect_keys(std::size_t mark, std::vector<SourceKey>& keys) const {
  for (const Entry& entry : entries_.entries(mark)) {
    keys.push_back({YamlEventType::scalar, entry.line, entry.name()});
  }
}

void YamlBuilder::check_unique(std::vector<SourceKey>& keys) {
  const auto same = [](const SourceKey& left, const SourceKey& right) {
    return left.kind == right.kind && left.text == right.text;
  };
  std::stable_sort(keys.begin(), keys.end(), [](const SourceKey& left, const SourceKey& right) {
    return left.kind != right.kind ? left.kind < right.kind : left.text < right.text;
  });
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (!same(keys[i - 1], keys[i])) continue;
    report(keys[i].line, "mapping key " + quoted(keys[i].text) + " already defined at line " +
                             std::to_string(keys[i - 1].line));
  }
}

bool YamlBuilder::can_merge(const Built& value) {
  const Node& node = value.node;
  if (node.kind == Kind::map) return true;
  bool maps = node.kind == Kind::list && !value.is_alias;
  for (std::uint32_t i = 0; maps && i < node.size; ++i) maps = node.items[i].kind == Kind::map;
  return maps;
}

void YamlBuilder::merge(std::size_t mark, const Built& value, std::uint32_t line) {
  const Node& node = value.node;
  if (node.kind == Kind::map) {
    merge_map(mark, node, line);
    return;
  }
  if (!can_merge(value)) {
    fail("yaml: map merge requires map or sequence of maps as the value");
    return;
  }
  // The first map of the list wins: v2 overwrites from the back, v3 adds from the front.
  for (std::uint32_t i = 0; i < node.size; ++i) {
    const bool v3 = options_.dialect == YamlDialect::v3;
    merge_map(mark, node.items[v3 ? i : node.size - 1 - i], line);
  }
}

void YamlBuilder::merge_map(std::size_t mark, const Node& from, std::uint32_t line) {
  for (std::uint32_t i = 0; i < from.size; ++i) {
    const Entry& entry = from.entries[i];
    const bool present = entries_.find(mark, entry.name()) != nullptr;
    if (present && options_.dialect == YamlDialect::v3) continue;
    if (present && options_.strict) {
      report(line, "key " + quoted(entry.name()) + " already set in map");
      continue;
    }
    entries_.set(mark, entry.name(), entry.line, entry.value);
  }
}

}  // namespace reconcile::model
