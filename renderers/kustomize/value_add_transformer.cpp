#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
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

void add_value(Arena& arena, Resource& object, const std::string& value, Value target) {
  const std::string path(target["fieldPath"].text());
  if (path == "metadata/namespace") {
    set_object_namespace(arena, object, {value, SubjectMode::default_only, false}, {});
    return;
  }
  const std::int64_t position = target["filePathPosition"].integer().value_or(0);
  visit_path(arena, object.root, FieldSpec::at(path, true), Creates::scalar, [&](Node& field) {
    if (!is_scalar(field)) throw_wrong_kind("ScalarNode", field);
    const std::string text = position > 0
                                 ? insert_path_part(std::string(raw_text(field)),
                                                    static_cast<std::size_t>(position - 1), value)
                                 : value;
    set_untagged_text(arena, field, text);
  });
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
