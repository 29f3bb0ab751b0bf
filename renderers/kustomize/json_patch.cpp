#include "renderers/kustomize/json_patch.hpp"

#include <charconv>
#include <optional>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/output_form.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

constexpr std::size_t array_growth_max = 100'000;

std::vector<std::string> pointer_parts(std::string_view pointer) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', start), pointer.size());
    std::string part;
    for (std::size_t i = start; i < end; ++i) {
      if (pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
        part += pointer[++i] == '0' ? '~' : '/';
      } else {
        part += pointer[i];
      }
    }
    parts.push_back(std::move(part));
    start = end + 1;
  }
  if (!parts.empty()) parts.erase(parts.begin());
  return parts;
}

std::optional<long> to_index(std::string_view text) {
  long index = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return index;
}

class Patch {
 public:
  Patch(Arena& arena, Node& root) : arena_(arena), root_(root) {}

  void apply(Value operation) {
    const std::string_view name = operation["op"].text();
    if (!operation["path"].is_string()) fail(name, "?", "missing path");
    const std::string_view path = operation["path"].text();
    if (name == "add") {
      add(name, path, value_of(operation));
    } else if (name == "remove") {
      remove(name, path);
    } else if (name == "replace") {
      replace(path, value_of(operation));
    } else if (name == "move" || name == "copy") {
      transfer(name, operation["from"].text(), path);
    } else if (name == "test") {
      test(path, operation);
    } else {
      fail(name, path, "unexpected kind of operation");
    }
  }

 private:
  struct Place {
    Node* container = nullptr;
    std::string key;
  };

  [[noreturn]] static void fail(std::string_view operation, std::string_view path,
                                std::string_view reason) {
    throw Error(ErrorCode::invalid_input, std::string(operation) +
                                              " operation does not apply: doc " +
                                              "is missing path or value at \"" + std::string(path) +
                                              "\": " + std::string(reason));
  }

  // Where it is missing, null is meant.
  Node value_of(Value operation) {
    is_changed_ = true;
    return model::copy_node(arena_, operation["value"]);
  }

  Place find(std::string_view operation, std::string_view path) {
    std::vector<std::string> parts = pointer_parts(path);
    if (parts.empty()) fail(operation, path, "path is the whole document");
    Node* node = &root_;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      node = child(*node, parts[i]);
      if (node == nullptr) fail(operation, path, "missing container \"" + parts[i] + "\"");
    }
    if (is_scalar(*node)) fail(operation, path, "container is no map or list");
    return {node, std::move(parts.back())};
  }

  static Node* child(Node& node, const std::string& key) {
    if (node.kind == Kind::map) return model::find(node, key);
    if (node.kind != Kind::list) return nullptr;
    const auto index = to_index(key);
    if (!index.has_value()) return nullptr;
    const long count = static_cast<long>(node.size);
    const long position = *index < 0 ? *index + count : *index;
    if (position < 0 || position >= count) return nullptr;
    return &node.items[position];
  }

  void add(std::string_view operation, std::string_view path, const Node& value) {
    const Place place = find(operation, path);
    Node& container = *place.container;
    if (container.kind == Kind::map) {
      model::set(arena_, container, place.key, value);
      return;
    }
    if (container.size >= array_growth_max) fail(operation, path, "list is too long");
    if (place.key == "-") {
      model::append(arena_, container, value);
      return;
    }
    const auto index = to_index(place.key);
    if (!index.has_value()) fail(operation, path, "\"" + place.key + "\" is no index");
    const long count = static_cast<long>(container.size) + 1;
    const long position = *index < 0 ? *index + count : *index;
    if (position < 0 || position >= count) fail(operation, path, "index is out of range");
    model::append(arena_, container, value);
    for (long i = count - 1; i > position; --i) container.items[i] = container.items[i - 1];
    container.items[position] = value;
  }

  void remove(std::string_view operation, std::string_view path) {
    const Place place = find(operation, path);
    Node& container = *place.container;
    if (container.kind == Kind::map) {
      if (!model::erase(container, place.key)) fail(operation, path, "field does not exist");
      return;
    }
    Node* item = child(container, place.key);
    if (item == nullptr) fail(operation, path, "index is out of range");
    model::erase_item(container, static_cast<std::size_t>(item - container.items));
  }

  void replace(std::string_view path, const Node& value) {
    if (path.empty()) {
      root_ = value;
      return;
    }
    const Place place = find("replace", path);
    Node& container = *place.container;
    if (container.kind == Kind::map) {
      model::set(arena_, container, place.key, value);
      return;
    }
    Node* item = child(container, place.key);
    if (item == nullptr) fail("replace", path, "index is out of range");
    *item = value;
  }

  void transfer(std::string_view operation, std::string_view from, std::string_view path) {
    const Place place = find(operation, from);
    const Node* found = child(*place.container, place.key);
    // A copy of a missing field is null, as json-patch v4 reads it.
    const bool is_null =
        found == nullptr && operation == "copy" && place.container->kind == Kind::map;
    if (found == nullptr && !is_null) fail(operation, from, "nothing is there");
    const Node value = is_null ? model::make_null() : clone(arena_, *found);
    if (operation == "move") remove(operation, from);
    add(operation, path, value);
  }

  void test(std::string_view path, Value operation) {
    const Place place = find("test", path);
    const Node* found = child(*place.container, place.key);
    const Value expected = operation["value"];
    const std::string_view written = operation[written_value].text();
    const bool is_null = is_missing_or_null(found);
    bool equal_nodes = is_null ? expected.is_null() : !expected.is_null();
    if (!is_null && !written.empty() && !is_changed_) {
      equal_nodes = equal_nodes && model::write_json(Value(found)) == written;
    } else if (!is_null) {
      equal_nodes = equal_nodes && model::equal(Value(found), expected);
    }
    if (!equal_nodes) {
      throw Error(ErrorCode::invalid_input,
                  "testing value " + std::string(path) + " failed: test failed");
    }
  }

  Arena& arena_;
  Node& root_;
  bool is_changed_ = false;  ///< by this patch, whose texts are as it wrote them
};

}  // namespace

void apply_json_patch(Arena& arena, Node& target, Value operations) {
  hop_through_yaml(arena, target);
  Patch patch(arena, target);
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Value operation = operations.at(i);
    try {
      patch.apply(operation);
    } catch (const Error& error) {
      const bool is_from = operation["op"].text() == "move" || operation["op"].text() == "copy";
      const std::string_view path = operation[is_from ? "from" : "path"].text();
      throw Error(error.code(), "operation " + std::to_string(i) + ": " + error.message() + "; " +
                                    describe_way(target, pointer_parts(path)));
    }
  }
  forget_styles(arena, target);
  if (target.kind == Kind::map && target.size == 0) {
    throw Error(ErrorCode::invalid_input, "missing Resource metadata");
  }
}

}  // namespace reconcile::kustomize
