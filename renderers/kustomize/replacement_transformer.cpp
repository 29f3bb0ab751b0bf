#include <memory>
#include <optional>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/decode.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/hidden_annotations.hpp"
#include "renderers/kustomize/path_matcher.hpp"
#include "renderers/kustomize/replacement_source.hpp"
#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/structured_text.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

// An id selector: every part that is given must match.
class IdMatcher {
 public:
  explicit IdMatcher(Value selector)
      : group_(selector["group"].text()),
        version_(selector["version"].text()),
        kind_(selector["kind"].text()),
        name_(selector["name"].text()),
        namespace_(selector["namespace"].text()) {}

  [[nodiscard]] bool is_empty() const {
    return group_.is_empty() && version_.is_empty() && kind_.is_empty() && name_.is_empty() &&
           namespace_.is_empty();
  }
  [[nodiscard]] bool matches(const ResourceId& id) const {
    return group_.matches(id.gvk.group) && version_.matches(id.gvk.version) &&
           kind_.matches(id.gvk.kind) && name_.matches(id.name) &&
           namespace_.matches(id.namespace_name);
  }
  [[nodiscard]] const WholePattern& name() const noexcept { return name_; }

 private:
  WholePattern group_;
  WholePattern version_;
  WholePattern kind_;
  WholePattern name_;
  WholePattern namespace_;
};

bool matches_maps(const Resource& object, Value selector) {
  return matches_label_selector(selector["annotationSelector"].text(),
                                metadata_map(object.root, "annotations")) &&
         matches_label_selector(selector["labelSelector"].text(),
                                metadata_map(object.root, "labels"));
}

std::string text_with_delimiter(std::string_view old, std::string_view value, Value options) {
  const std::string_view delimiter = options["delimiter"].text();
  std::vector<std::string> parts = split_text(old, delimiter);
  const std::int64_t index = options["index"].integer().value_or(0);
  if (index < 0) {
    parts.insert(parts.begin(), std::string(value));
  } else if (index >= static_cast<std::int64_t>(parts.size())) {
    parts.emplace_back(value);
  } else {
    parts[static_cast<std::size_t>(index)] = value;
  }
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += delimiter;
    joined += parts[i];
  }
  return joined;
}

void set_field(Arena& arena, Node& field, ReplacementSource& source, Value options) {
  const Node& value = source.node();
  const bool has_delimiter = !options["delimiter"].text().empty();
  if (!is_scalar(field)) {
    if (has_delimiter) throw_delimiter_needs_scalar();
    const Node copy = clone(arena, value);
    source.detach_from(arena, field);
    field = copy;
    return;
  }
  const std::string text = has_delimiter
                               ? text_with_delimiter(raw_text(field), value_text(value), options)
                               : std::string(raw_text(value));
  set_text_keeping_tag(arena, field, text);
}

void set_text_field(model::CommentedNode& field, const ReplacementSource& source, Value options) {
  const Node& value = source.node();
  const bool has_delimiter = !options["delimiter"].text().empty();
  if (field.kind != model::CommentedKind::scalar) {
    if (has_delimiter) throw_delimiter_needs_scalar();
    field = source.commented();
    return;
  }
  field.value = has_delimiter ? text_with_delimiter(field.value, value_text(value), options)
                              : std::string(raw_text(value));
}

// Where the path leads into text that is itself YAML or JSON, the text is edited. False: it does
// not.
bool set_inside_text(Arena& arena, Node& root, std::span<const std::string> path,
                     const ReplacementSource& source, Value options, PathCreation creation) {
  for (std::size_t length = 1; length < path.size(); ++length) {
    Node* field = nullptr;
    try {
      field = lookup_path(root, path.subspan(0, length));
    } catch (const Error&) {
      continue;
    }
    if (field == nullptr || !is_scalar(*field)) continue;
    std::optional<StructuredText> text = StructuredText::parse(raw_text(*field));
    if (!text.has_value()) continue;
    try {
      const auto targets = text->match(path.subspan(length), creation);
      if (targets.empty()) return false;
      for (model::CommentedNode* target : targets) set_text_field(*target, source, options);
      set_text_keeping_tag(arena, *field, text->write());
    } catch (const Error&) {
      return false;
    }
    return true;
  }
  return false;
}

// What kustomize hides in annotations goes and comes with them.
void move_hidden_annotations(Resource& object, const Node& field, const ReplacementSource& source) {
  if (is_scalar(field)) return;
  for (const std::string_view name : {"metadata", "annotations"}) {
    const Node* metadata = model::find(object.root, "metadata");
    if (metadata == nullptr) return;
    if (&field != (name == "metadata" ? metadata : model::find(*metadata, name))) continue;
    const Resource* owner = source.owner_of(name);
    if (owner != nullptr) {
      object.take_hidden_annotations(*owner);
    } else {
      object.clear_hidden_annotations();
    }
    return;
  }
}

// Elsewhere they are annotations like others.
void show_copied_annotations(Arena& arena, const Resource& object, Node& field,
                             const ReplacementSource& source) {
  const Node* metadata = model::find(object.root, "metadata");
  if (field.kind != Kind::map || metadata == nullptr || &field == metadata ||
      &field == model::find(*metadata, "annotations")) {
    return;
  }
  if (const Resource* owner = source.owner_of("annotations"); owner != nullptr) {
    field = clone(arena, field);
    show_hidden_annotations(arena, *owner, field);
  } else if (owner = source.owner_of("metadata"); owner != nullptr) {
    field = clone(arena, field);
    Node* annotations = model::find(field, "annotations");
    if (annotations != nullptr && annotations->kind == Kind::map) {
      show_hidden_annotations(arena, *owner, *annotations);
    }
  }
}

void copy_to_target(Arena& arena, Resource& object, ReplacementSource& source, Value target) {
  const Value options = target["options"];
  const bool creates = options["create"].boolean().value_or(false);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < target["fieldPaths"].size(); ++i) {
    paths.emplace_back(target["fieldPaths"].at(i).text());
  }
  if (paths.empty()) paths.emplace_back("metadata.name");
  for (const std::string& path : paths) {
    const std::vector<std::string> parts = split_bracketed_path(path, '.');
    const Node& value = source.node();
    const PathCreation creation{creates, is_scalar(value) ? Kind::null : value.kind};
    if (set_inside_text(arena, object.root, parts, source, options, creation)) continue;
    const std::string failure = std::string("unable to find ") + (creates ? "or create " : "") +
                                "field \"" + path + "\" in replacement target " + describe(object);
    std::vector<Node*> fields;
    try {
      fields = match_path(arena, object.root, parts, creation);
    } catch (Error& error) {
      error.with_context(failure);
      throw;
    }
    if (fields.empty()) {
      throw Error(ErrorCode::not_found, failure + "; " + describe_way(object.root, parts));
    }
    const SharedScalars shared(object.has_shared_scalars ? object.root : Node());
    for (Node* field : fields) {
      move_hidden_annotations(object, *field, source);
      set_field(arena, *field, source, options);
      show_copied_annotations(arena, object, *field, source);
    }
    shared.spread_changes(object.root);
    if (path.find("internal") != std::string::npos) read_hidden_annotations(object, object.root);
  }
}

bool is_rejected(const Resource& object, Value rejects, const std::vector<ResourceId>& ids) {
  for (std::size_t i = 0; i < rejects.size(); ++i) {
    const Value reject = rejects.at(i);
    const bool by_map =
        !reject["annotationSelector"].text().empty() || !reject["labelSelector"].text().empty();
    if (by_map && matches_maps(object, reject)) return true;
    const IdMatcher matcher(reject);
    if (matcher.is_empty()) continue;
    for (const ResourceId& id : ids) {
      if (matcher.matches(id)) return true;
    }
  }
  return false;
}

void apply_to_target(Arena& arena, ResMap& objects, ReplacementSource& source, Value target) {
  if (!target["select"].is_map()) {
    throw Error(ErrorCode::invalid_input, "target must specify resources to select");
  }
  const IdMatcher selected(target["select"]);
  for (Resource* object : objects.candidates(selected.name())) {
    if (!matches_maps(*object, target["select"])) continue;
    const std::vector<ResourceId> ids = replacement_ids(*object);
    if (is_rejected(*object, target["reject"], ids)) continue;
    for (const ResourceId& id : ids) {
      if (!selected.matches(id)) continue;
      const ResourceId before = object->current_id();
      copy_to_target(arena, *object, source, target);
      if (!object->current_id().equals(before)) objects.ids_changed();
      break;
    }
  }
}

model::Document read_replacement_file(const Loader& loader, const std::string& path) {
  try {
    const model::Document document = model::parse_yaml(loader.load(path));
    const Value root = document.root();
    if (root.is_list())
      return decode(document, Shape::list(replacement_shape()), false, Scalars::worded);
    if (root.is_map()) return decode(document, replacement_shape(), false, Scalars::worded);
    throw Error(ErrorCode::invalid_input,
                "unsupported replacement type encountered within replacement path, expected a map "
                "or a list");
  } catch (Error& error) {
    loader.name_file(error, path);
    throw;
  }
}

}  // namespace

void transform_replacement(Context& context, ResMap& objects, Value replacement) {
  const bool has_source = replacement["source"].is_map() || replacement["sourceValue"].is_string();
  if (!has_source || !replacement["targets"].is_list()) {
    throw Error(ErrorCode::invalid_input,
                "replacements must specify a source and at least one target");
  }
  ReplacementSource source = ReplacementSource::of(*context.arena, objects, replacement);
  const Value targets = replacement["targets"];
  for (std::size_t i = 0; i < targets.size(); ++i) {
    apply_to_target(*context.arena, objects, source, targets.at(i));
  }
}

void transform_replacements(Context& context, const Loader& loader, ResMap& objects,
                            Value replacements) {
  for (std::size_t i = 0; i < replacements.size(); ++i) {
    const Value entry = replacements.at(i);
    try {
      const std::string path(entry["path"].text());
      if (path.empty()) {
        transform_replacement(context, objects, entry);
        continue;
      }
      if (entry["source"].is_map() || !entry["targets"].empty()) {
        throw Error(ErrorCode::invalid_input, "cannot specify both path and inline replacement");
      }
      const model::Document file = read_replacement_file(loader, path);
      if (file.root().is_map()) {
        transform_replacement(context, objects, file.root());
        continue;
      }
      for (std::size_t j = 0; j < file.root().size(); ++j) {
        transform_replacement(context, objects, file.root().at(j));
      }
    } catch (Error& error) {
      error.with_context("replacements[" + std::to_string(i) + "]");
      throw;
    }
  }
}

}  // namespace reconcile::kustomize
