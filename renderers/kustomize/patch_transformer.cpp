#include <algorithm>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/json_patch.hpp"
#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/strategic_merge.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n\v\f");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n\v\f") - begin + 1));
}

// Whether the patch takes away all annotations, and with them what kustomize hides there.
bool clears_annotations(const Node& patch) {
  const auto replaces = [](const Node& node) {
    if (is_null(node)) return true;
    const Node* directive = model::find(node, "$patch");
    return directive != nullptr && raw_text(*directive) != "merge";
  };
  const Node* metadata = model::find(patch, "metadata");
  if (metadata == nullptr) return false;
  if (replaces(*metadata)) return true;
  const Node* annotations = model::find(*metadata, "annotations");
  return annotations != nullptr && replaces(*annotations);
}

// Merges one patch into one object. Name, kind and namespace stay as they are unless the patch may
// change them. A deleted object is left null.
void apply_patch(Context& context, Resource& object, Resource& patch) {
  Arena& arena = *context.arena;
  const std::string name(object.name());
  const std::string namespace_name(object.namespace_name());
  const std::string kind(object.kind());
  if (patch.name_change_allowed || patch.kind_change_allowed) object.store_previous_id(arena);
  if (clears_annotations(patch.root)) object.clear_hidden_annotations();
  const SharedScalars shared(object.has_shared_scalars ? object.root : Node());
  if (!strategic_merge(arena, *context.schema, object.root, patch.root) ||
      is_nil_or_empty(&object.root)) {
    object.root = model::make_null();
    return;
  }
  shared.spread_changes(object.root);
  read_hidden_annotations(object, patch.root);
  if (!patch.kind_change_allowed) object.set_kind(arena, kind);
  if (!patch.name_change_allowed) object.set_name(arena, name);
  object.set_namespace(arena, namespace_name);
}

// As apply_patch, with the target in what it throws.
void merge_named(Context& context, Resource& object, Resource& patch) {
  const std::string target = describe(object);
  try {
    apply_patch(context, object, patch);
  } catch (Error& error) {
    error.with_context("patching " + target);
    throw;
  }
}

// Labels and annotations of a patch that goes to selected objects are texts: null is "null" there.
void make_metadata_texts(Arena& arena, Node& patch) {
  for (const std::string_view field : {"labels", "annotations"}) {
    if (lookup(patch, {"metadata", field}) == nullptr) continue;
    auto pairs = metadata_map(patch, field);
    if (!pairs.empty() && pairs.front().first.empty()) {
      // kustomize cannot set a field without name and ends there.
      model::set(arena, *model::find(patch, "metadata"), field, model::make_map());
      return;
    }
    set_metadata_map(arena, patch, field, std::move(pairs));
  }
}

void apply_to_selected(Context& context, ResMap& objects, const std::vector<Resource*>& selected,
                       const Resource& patch) {
  Arena& arena = *context.arena;
  bool changed_ids = false;
  bool deleted = false;
  for (Resource* object : selected) {
    const std::size_t previous_count = object->previous.size();
    Resource copy = patch;
    copy.root = clone(arena, patch.root);
    make_metadata_texts(arena, copy.root);
    // The patch takes the version of its target, so that the schema is the target's.
    model::set(arena, copy.root, "apiVersion", model::make_string(arena, object->api_version()));
    merge_named(context, *object, copy);
    deleted = deleted || is_nil_or_empty(&object->root);
    changed_ids = changed_ids || copy.name_change_allowed || copy.kind_change_allowed ||
                  object->previous.size() != previous_count;
  }
  if (deleted) {
    objects.object_emptied();
    objects.drop_empties();
  }
  if (changed_ids) {
    objects.ids_changed();
    objects.check_unique_ids("patch");
  }
}

void apply_json_operations(Context& context, Resource& object, Value operations,
                           bool remembers_id) {
  Arena& arena = *context.arena;
  const std::string target = describe(object);
  if (remembers_id) object.store_previous_id(arena);
  if (object.has_hidden_annotations()) {
    // In kustomize the hidden annotations are there, so paths below metadata.annotations exist.
    lookup_or_create_map(arena, object.root, {"metadata", "annotations"});
  }
  object.document = {};  // Comments do not survive the way through JSON.
  object.has_json_form = true;
  try {
    apply_json_patch(arena, object.root, operations);
  } catch (Error& error) {
    error.with_context("patching " + target);
    throw;
  }
  if (!is_nil_or_empty(&object.root)) object.rewrite_annotations(arena);
}

void apply_json_patch_to(Context& context, ResMap& objects, Value target, Value operations,
                         bool remembers_id) {
  bool changed_ids = false;
  for (Resource* object : objects.select(Selector::from(target))) {
    const ResourceId before = object->current_id();
    apply_json_operations(context, *object, operations, remembers_id);
    changed_ids =
        changed_ids || is_nil_or_empty(&object->root) || !object->current_id().equals(before);
  }
  if (!changed_ids) return;
  objects.object_emptied();
  objects.drop_empties();
  objects.ids_changed();
}

void apply_by_id(Context& context, ResMap& objects, Resource& patch) {
  apply_to_selected(context, objects, {&objects.by_id(patch.original_id())}, patch);
}

// As an entry of `patches` without target is applied: the patch as it is, ids are not compared
// again.
void apply_directly(Context& context, ResMap& objects, Resource& patch) {
  Resource& target = objects.by_id(patch.original_id());
  const std::size_t previous_count = target.previous.size();
  merge_named(context, target, patch);
  if (is_nil_or_empty(&target.root)) objects.object_emptied();
  if (target.previous.size() != previous_count) objects.ids_changed();
}

std::string describe_source(Value patch, const std::string& text) {
  const std::string_view path = patch["path"].text();
  if (!path.empty()) return "[path: \"" + std::string(path) + "\"]";
  return "[patch: \"" + text + "\"]";
}

// Text that starts a list is a JSON 6902 patch; everything else is taken for objects.
bool is_json_patch(std::string_view text) {
  try {
    return model::parse_yaml(text).root().is_list();
  } catch (const Error&) {
    return false;
  }
}

std::string patch_text(const Loader& loader, Value patch) {
  const std::string inline_text = trimmed(patch["patch"].text());
  const std::string path(patch["path"].text());
  if (inline_text.empty() && path.empty()) {
    throw Error(ErrorCode::invalid_input,
                "must specify one of patch and path in an entry of patches");
  }
  if (!inline_text.empty() && !path.empty()) {
    throw Error(ErrorCode::invalid_input,
                "patch and path can't be set at the same time: path " + path);
  }
  if (!inline_text.empty()) return inline_text;
  try {
    return loader.load(path);
  } catch (Error& error) {
    error.with_context("failed to get the patch file from path(" + without_credentials(path) + ")");
    throw;
  }
}

}  // namespace

void transform_patch(Context& context, const Loader& loader, ResMap& objects, Value patch) {
  const std::string text = patch_text(loader, patch);
  const Value target = patch["target"];
  const std::string source = describe_source(patch, text);
  if (is_json_patch(text)) {
    const model::Document operations = decode_json_patch(text);
    if (operations.root().empty()) return;
    if (!target.is_map()) {
      throw Error(ErrorCode::invalid_input, "must specify a target for JSON patch " + source);
    }
    apply_json_patch_to(context, objects, target, operations.root(), true);
    return;
  }
  std::vector<Resource*> patches;
  try {
    patches = read_objects(context, text);
  } catch (Error& error) {
    error.with_context("unable to parse SM or JSON patch from " + source);
    throw;
  }
  for (Resource* loaded : patches) {
    loaded->name_change_allowed = patch["options"]["allowNameChange"].boolean().value_or(false);
    loaded->kind_change_allowed = patch["options"]["allowKindChange"].boolean().value_or(false);
    // kustomize hides that among the annotations of the patch.
    if (loaded->name_change_allowed || loaded->kind_change_allowed) {
      loaded->rewrite_annotations(*context.arena);
    }
  }
  if (patches.empty()) return;
  if (target.is_map()) {
    if (patches.size() > 1) {
      throw Error(ErrorCode::invalid_input,
                  "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set "
                  "`patches.target` field: " +
                      source);
    }
    apply_to_selected(context, objects, objects.select(Selector::from(target)), *patches.front());
    return;
  }
  for (Resource* loaded : patches) {
    try {
      apply_directly(context, objects, *loaded);
    } catch (Error& error) {
      error.with_context("no resource matches strategic merge patch \"" +
                         loaded->original_id().display() + "\"");
      throw;
    }
  }
}

void transform_strategic_merge_text(Context& context, ResMap& objects, std::string_view text) {
  for (Resource* patch : read_objects(context, std::string(text)))
    apply_by_id(context, objects, *patch);
}

void transform_strategic_merge_patches(Context& context, const Loader& loader, ResMap& objects,
                                       const std::vector<std::string>& paths) {
  std::vector<Resource*> patches;
  for (const std::string& path : paths) {
    std::vector<Resource*> loaded;
    bool is_text = true;
    try {
      loaded = read_objects(context, path);
    } catch (const Error&) {
      is_text = false;
    }
    if (!is_text) {
      try {
        loaded = read_objects(context, loader.load(path));
      } catch (Error& error) {
        loader.name_file(error, path);
        throw;
      }
    }
    patches.insert(patches.end(), loaded.begin(), loaded.end());
  }
  if (patches.empty()) {
    throw Error(ErrorCode::invalid_input,
                "patch appears to be empty; no object in the files of "
                "patchesStrategicMerge");
  }
  for (Resource* patch : patches) apply_by_id(context, objects, *patch);
}

void transform_json_patch(Context& context, const Loader& loader, ResMap& objects, Value patch) {
  const std::string_view inline_text =
      patch["patch"].is_string() ? patch["patch"].text() : patch["jsonOp"].text();
  const std::string path(patch["path"].text());
  const Value target = patch["target"];
  if (target["name"].text().empty()) {
    throw Error(ErrorCode::invalid_input, "must specify the target name");
  }
  if (path.empty() && inline_text.empty()) {
    throw Error(ErrorCode::invalid_input, "empty file path and empty jsonOp");
  }
  if (!path.empty() && !inline_text.empty()) {
    throw Error(ErrorCode::invalid_input, "must specify a file path or jsonOp, not both");
  }
  const model::Document operations =
      decode_json_patch(path.empty() ? std::string(inline_text) : loader.load(path));
  if (operations.root().empty()) {
    throw Error(ErrorCode::invalid_input, "patch appears to be empty; file=" + path);
  }
  apply_json_patch_to(context, objects, target, operations.root(), false);
}

}  // namespace reconcile::kustomize
