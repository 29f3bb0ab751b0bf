#include "renderers/kustomize/variables.hpp"

#include <charconv>
#include <set>
#include <unordered_map>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

// The text that Go's %v prints for a scalar.
std::string printed(const Node& value) {
  if (value.kind == Kind::floating) {
    std::string text;
    model::write_json_number(value.floating, text);
    return text;
  }
  return std::string(raw_text(value));
}

class Replacer {
 public:
  Replacer(Arena& arena, const std::map<std::string, Node>& values)
      : arena_(arena), values_(values) {}

  // A string field; a field that is one whole $(NAME) takes the value with its type.
  void replace(Node& field) {
    if (field.kind != Kind::string) return;
    const std::string input(raw_text(field));
    if (input.find('$') == std::string::npos) {
      field.style = Style::plain;
      return;
    }
    std::string output;
    for (std::size_t i = 0; i < input.size(); ++i) {
      if (input[i] != '$' || i + 1 == input.size()) {
        output += input[i];
        continue;
      }
      const char next = input[i + 1];
      const std::size_t close = next == '(' ? input.find(')', i + 2) : std::string::npos;
      if (close == std::string::npos) {
        // "$$" is an escaped dollar; any other character, or an open bracket, stays as it is.
        output += next == '$' ? std::string("$") : std::string{'$', next};
        ++i;
        continue;
      }
      const std::string name = input.substr(i + 2, close - i - 2);
      const auto value = values_.find(name);
      if (value != values_.end()) used_.insert(name);
      if (i == 0 && close + 1 == input.size()) {
        if (value != values_.end()) set_whole(field, value->second);
        return;
      }
      output += value == values_.end() ? "$(" + name + ")" : printed(value->second);
      i = close;
    }
    field = model::make_string(arena_, output);
    field.style = Style::plain;
  }

  [[nodiscard]] const std::set<std::string>& used() const noexcept { return used_; }

 private:
  void set_whole(Node& field, const Node& value) {
    field = clone(arena_, value);
    field.style = Style::plain;
  }

  Arena& arena_;
  const std::map<std::string, Node>& values_;
  std::set<std::string> used_;
};

// The object of each variable; the first where several say to be it.
std::unordered_map<std::string_view, Resource*> objects_of_variables(const ResMap& objects) {
  std::unordered_map<std::string_view, Resource*> by_name;
  for (Resource* resource : objects.list()) {
    for (const std::string& name : resource->var_names) by_name.try_emplace(name, resource);
  }
  return by_name;
}

Node value_of(Resource* resource, const Variable& variable) {
  if (resource == nullptr) {
    throw Error(ErrorCode::invalid_input, "var '" + variable.name +
                                              "' cannot be mapped to a field in the set of known "
                                              "resources");
  }
  const Node* field = field_at(resource->root, variable.field_path);
  if (field == nullptr) {
    throw Error(ErrorCode::invalid_input, "field specified in var '" + variable.name + "' (" +
                                              variable.field_path +
                                              ") not found in corresponding resource");
  }
  return *field;
}

void replace_in(Node& field, Replacer& replacer) {
  if (field.kind == Kind::map) {
    for (Entry& entry : entries_of(field)) replacer.replace(entry.value);
  } else if (field.kind == Kind::list) {
    for (Node& item : items_of(field)) {
      if (item.kind != Kind::string) {
        throw Error(ErrorCode::invalid_input, "invalid value type expect a string");
      }
      replacer.replace(item);
    }
  } else {
    replacer.replace(field);
  }
}

}  // namespace

Node* field_at(Node& root, std::string_view path) {
  Node* node = &root;
  for (const std::string& step : split_bracketed_path(path, '.')) {
    std::string name = step;
    std::string index;
    // "containers[0]" is a field and a position in it.
    const std::size_t bracket = step.find('[');
    if (bracket != std::string::npos && bracket > 0 && step.ends_with(']')) {
      name = step.substr(0, bracket);
      index = step.substr(bracket + 1, step.size() - bracket - 2);
    } else if (node->kind == Kind::list) {
      index = step;
      name.clear();
    }
    if (!name.empty()) {
      if (node->kind != Kind::map) return nullptr;
      node = model::find(*node, name);
      if (node == nullptr) return nullptr;
    }
    if (index.empty()) continue;
    std::uint32_t position = 0;
    const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), position);
    if (error != std::errc() || end != index.data() + index.size()) return nullptr;
    if (node->kind != Kind::list || position >= node->size) return nullptr;
    node = &node->items[position];
  }
  return node;
}

void resolve_variables(Context& context, Accumulator& accumulator) {
  if (accumulator.variables.empty()) return;
  std::map<std::string, Node> values;
  const auto objects = objects_of_variables(accumulator.objects);
  for (const auto& [name, variable] : accumulator.variables) {
    const auto object = objects.find(name);
    const Node value = value_of(object == objects.end() ? nullptr : object->second, variable);
    if (is_scalar(value) && !is_null(value)) {
      values.emplace(name, clone(*context.arena, value));
    }
  }
  Replacer replacer(*context.arena, values);
  const std::function<void(Node&)> visit = [&](Node& field) { replace_in(field, replacer); };
  for (Resource* object : accumulator.objects.list()) {
    visit_fields(*context.arena, object->root, accumulator.config->var_reference, Creates::nothing,
                 visit);
  }
  std::string unused;
  for (const auto& [name, variable] : accumulator.variables) {
    if (replacer.used().contains(name)) continue;
    unused += (unused.empty() ? "" : ",") + name;
  }
  if (!unused.empty()) {
    context.warnings.push_back("well-defined vars that were never replaced: " + unused);
  }
  accumulator.objects.ids_changed();
}

}  // namespace reconcile::kustomize
