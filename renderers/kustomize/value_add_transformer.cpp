#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

// `part` put at `position` of a path with '/' between parts; beyond the end it comes last.
std::string insert_path_part(const std::string& path, std::size_t position,
                             const std::string& part) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  const bool absolute = path.starts_with('/');
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (end > start) parts.push_back(path.substr(start, end - start));
    start = end + 1;
  }
  if (position > parts.size()) position = parts.size();
  parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(position), part);
  std::string joined = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) joined += (i > 0 ? "/" : "") + parts[i];
  return joined;
}

// The scalar at `path`, made where it is missing; null where a position is out of its list.
Node* field_at(Arena& arena, Node& root, const std::string& path) {
  std::vector<std::string> parts = split_path(path, '/');
  std::erase(parts, std::string());
  Node* node = &root;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (part == "-" || part.find_first_not_of("0123456789") == std::string::npos) {
      if (node->kind != Kind::list) throw_wrong_kind("SequenceNode", *node);
      const std::size_t index = part == "-" ? node->size - 1 : std::stoul(part);
      if (index >= node->size) return nullptr;
      node = &node->items[index];
      continue;
    }
    if (is_null(*node)) *node = model::make_map();
    if (node->kind != Kind::map) throw_wrong_kind("MappingNode", *node);
    Node* next = model::find(*node, part);
    if (next == nullptr) {
      const bool is_last = i + 1 == parts.size();
      next = &set_untagged_key(arena, *node, part,
                               is_last ? untagged_scalar(arena, "") : model::make_map());
    }
    node = next;
  }
  return node;
}

void add_value(Arena& arena, Resource& object, const std::string& value, Value target) {
  const std::string path(target["fieldPath"].text());
  if (path == "metadata/namespace") {
    set_object_namespace(arena, object, {value, SubjectMode::default_only, false}, {});
    return;
  }
  const std::int64_t position = target["filePathPosition"].integer().value_or(0);
  Node* field = field_at(arena, object.root, path);
  if (field == nullptr) return;
  if (!is_scalar(*field)) throw_wrong_kind("ScalarNode", *field);
  const SharedScalars shared(object.has_shared_scalars ? object.root : Node());
  const std::string text = position > 0
                               ? insert_path_part(std::string(raw_text(*field)),
                                                  static_cast<std::size_t>(position - 1), value)
                               : value;
  set_untagged_text(arena, *field, text);
  shared.spread_changes(object.root);
}

void apply_targets(Context& context, ResMap& objects, const std::string& value, Value targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Value target = targets.at(i);
    if (target["fieldPath"].text().empty()) {
      throw Error(ErrorCode::invalid_input, "fieldPath cannot be empty");
    }
    if (target["filePathPosition"].integer().value_or(0) < 0) {
      throw Error(ErrorCode::invalid_input, "value of FilePathPosition cannot be negative");
    }
    const std::vector<Resource*> selected = target["selector"].is_map()
                                                ? objects.select(Selector::from(target["selector"]))
                                                : objects.list();
    for (Resource* object : selected) add_value(*context.arena, *object, value, target);
    objects.ids_changed();
  }
}

}  // namespace

void transform_value_add(Context& context, const Loader& loader, ResMap& objects,
                         Value configuration) {
  std::string value(configuration["value"].text());
  const std::size_t begin = value.find_first_not_of(" \t\r\n");
  value = begin == std::string::npos
              ? std::string()
              : value.substr(begin, value.find_last_not_of(" \t\r\n") - begin + 1);
  if (value.empty()) value = model::base_name(loader.root());
  const std::string path(configuration["targetFilePath"].text());
  const Value targets = configuration["targets"];
  if (targets.empty() && path.empty()) {
    throw Error(ErrorCode::invalid_input, "must specify at least one target");
  }
  apply_targets(context, objects, value, targets);
  if (!path.empty()) {
    const model::Document file = model::parse_yaml(loader.load(path));
    apply_targets(context, objects, value, file["targets"]);
  }
}

}  // namespace reconcile::kustomize
