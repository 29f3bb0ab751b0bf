// Post-rendering, after Helm's pkg/action/action.go (4.3.1): annotateAndMerge, the post-renderer,
// splitAndDeannotate, by one of three strategies. Helm's kyaml keeps comments and styles up to the
// post-renderer, ours takes values only: kustomize drops both.

#include "renderers/helm/post_render.hpp"

#include <memory>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/manifests.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

using Files = std::map<std::string, std::string>;
using model::Document;
using model::Error;
using model::ErrorCode;

constexpr std::string_view file_name_annotation = "postrenderer.helm.sh/postrender-filename";

std::vector<Document> parse_documents(std::string_view text) {
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v3;
  return model::parse_yaml_stream(text, options);
}

/// The map below `key`, made where it is missing or null.
model::Node& map_below(model::Arena& arena, model::Node& parent, std::string_view key) {
  model::Node* found = model::find(parent, key);
  if (found != nullptr && found->kind == model::Kind::map) return *found;
  if (found != nullptr && found->kind != model::Kind::null) {
    throw Error(ErrorCode::invalid_input, "expected a map in " + std::string(key));
  }
  return model::set(arena, parent, key, model::make_map());
}

void add_annotated(std::string& merged, const Document& document, const std::string& path) {
  if (!document.root().is_map()) {
    throw Error(ErrorCode::invalid_input, "annotating " + path + ": expected a map, found " +
                                              std::string(to_string(document.root().kind())));
  }
  model::Arena arena;
  model::Node* root = arena.new_node();
  *root = model::copy_node(arena, document.root());
  model::Node& metadata = map_below(arena, *root, "metadata");
  model::set(arena, map_below(arena, metadata, "annotations"), file_name_annotation,
             model::make_string(arena, path));
  if (!merged.empty()) merged += "---\n";
  model::write_yaml(model::Value(root), merged);
}

std::string annotate_and_merge(const Files& files) {
  std::string merged;
  for (const auto& [path, text] : files) {
    if (path_base(path).starts_with('_') || trim_space(text).empty()) continue;
    for (const std::string_view part : split_manifests(text, Profile::helm4)) {
      try {
        for (const Document& document : parse_documents(part)) {
          if (!document.root().is_null()) add_annotated(merged, document, path);
        }
      } catch (const Error& error) {
        throw Error(error.code(), "parsing " + path + ": " + error.message())
            .in_file(path, error.position());
      }
    }
  }
  return merged;
}

/// Takes the annotation off; answers the file's name, empty where the post-renderer lost it.
std::string take_file_name(model::Node& root) {
  model::Node* metadata = model::find(root, "metadata");
  model::Node* annotations = metadata == nullptr ? nullptr : model::find(*metadata, "annotations");
  if (annotations == nullptr || annotations->kind != model::Kind::map) return {};
  const model::Node* name = model::find(*annotations, file_name_annotation);
  if (name == nullptr) return {};
  std::string path(model::Value(name).text());
  model::erase(*annotations, file_name_annotation);
  if (model::Value(annotations).empty()) model::erase(*metadata, "annotations");
  return path;
}

Files split_and_deannotate(std::string_view text, const std::string& group) {
  Files files;
  std::size_t index = 0;
  for (const Document& document : parse_documents(text)) {
    model::Arena arena;
    model::Node* root = arena.new_node();
    *root = model::copy_node(arena, document.root());
    std::string path = take_file_name(*root);
    if (path.empty()) {
      path = "generated-by-postrender-" + (group.empty() ? "" : group + "-") +
             std::to_string(index) + ".yaml";
    }
    ++index;
    std::string& content = files[path];
    if (!content.empty()) content += "---\n";
    model::write_yaml(model::Value(root), content);
  }
  return files;
}

/// Adds `text` below what a file holds already.
void add_part(Files& files, const std::string& path, std::string_view text) {
  std::string& content = files[path];
  if (!content.empty()) content += "\n---\n";
  content += text;
}

Files render_group(const Files& files, const std::string& group, const RenderRequest& request) {
  if (files.empty()) return {};
  std::string merged;
  try {
    merged = annotate_and_merge(files);
  } catch (Error& error) {
    error.with_context("error merging " + (group.empty() ? "manifests" : group));
    throw;
  }
  if (merged.empty()) return {};
  std::string changed;
  try {
    changed = request.post_renderer(merged);
  } catch (Error& error) {
    error.with_context("error while running post render on " + (group.empty() ? "files" : group));
    throw;
  }
  return split_and_deannotate(changed, group);
}

}  // namespace

Files post_rendered(const Files& files, const RenderRequest& request) {
  if (request.post_render_strategy == PostRenderStrategy::combined) {
    return render_group(files, "", request);
  }
  const SortedManifests sorted = sort_manifests(files, Profile::helm4);
  Files hooks;
  for (const Hook& hook : sorted.hooks) add_part(hooks, hook.path, hook.manifest);
  Files manifests;
  for (const Manifest& item : sorted.manifests) add_part(manifests, item.path, item.content);
  if (request.post_render_strategy == PostRenderStrategy::separate) {
    hooks = render_group(hooks, "hooks", request);
  }
  for (const auto& [path, text] : render_group(manifests, "manifests", request)) {
    add_part(hooks, path, text);
  }
  return hooks;
}

}  // namespace reconcile::helm
