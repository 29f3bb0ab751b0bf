#include "reconcile/kustomize/build.hpp"

#include <algorithm>
#include <string_view>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/name_references.hpp"
#include "renderers/kustomize/origin_text.hpp"
#include "renderers/kustomize/output_form.hpp"
#include "renderers/kustomize/pipeline.hpp"
#include "renderers/kustomize/target.hpp"
#include "renderers/kustomize/transformers.hpp"
#include "renderers/kustomize/variables.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

constexpr const char* origin_key = "config.kubernetes.io/origin";
constexpr const char* transformations_key = "alpha.config.kubernetes.io/transformations";
constexpr const char* managed_by_value = "kustomize-v5.8.2";

// What kustomize keeps in annotations during a build and takes out at the end, also where a file
// had it.
constexpr std::string_view hidden_annotations[] = {
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "internal.config.kubernetes.io/helm-generated",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id"};

bool is_hidden(std::string_view key) {
  return key.find("config.k") != std::string_view::npos &&
         std::find(std::begin(hidden_annotations), std::end(hidden_annotations), key) !=
             std::end(hidden_annotations);
}

struct Metadata {
  bool origins = false;
  bool transformations = false;
  bool managed_by = false;
};

Metadata build_metadata(Value file) {
  Metadata metadata;
  for (const std::string& option : strings_of(file["buildMetadata"])) {
    if (option == "originAnnotations") metadata.origins = true;
    if (option == "transformerAnnotations") metadata.transformations = true;
    if (option == "managedByLabel") metadata.managed_by = true;
  }
  return metadata;
}

// Annotations in their final form: every value a string, the hidden ones gone, an empty map gone.
void finish_annotations(Arena& arena, Resource& object, const Metadata& metadata) {
  Node* map = lookup(object.root, {"metadata", "annotations"});
  if (map == nullptr && !metadata.origins && !metadata.transformations) return;
  auto pairs = metadata_map(object.root, "annotations");
  std::erase_if(pairs, [](const auto& pair) {
    return is_hidden(pair.first) || pair.first == origin_key || pair.first == transformations_key;
  });
  std::string origin;
  if (metadata.origins && object.origin.has_value()) {
    origin = origin_text(*object.origin);
    pairs.emplace_back(origin_key, origin);
  }
  std::string transformations;
  if (metadata.transformations && !object.transformations.empty()) {
    transformations = transformations_text(object.transformations);
    pairs.emplace_back(transformations_key, transformations);
  }
  set_metadata_map(arena, object.root, "annotations", std::move(pairs));
}

void drop_local_objects(ResMap& objects) {
  std::vector<Resource*> kept;
  for (Resource* object : objects.list()) {
    if (is_nil_or_empty(&object->root)) continue;
    check_metadata(object->root);
    const Node* local =
        lookup(object->root, {"metadata", "annotations", "config.kubernetes.io/local-config"});
    if (local != nullptr && raw_text(*local) != "false") continue;
    kept.push_back(object);
  }
  if (kept.size() != objects.size()) objects.replace_list(std::move(kept));
}

void finish(Context& context, Accumulator& accumulator, Value file, const Metadata& metadata) {
  ResMap& objects = accumulator.objects;
  add_hash_suffixes(context, objects);
  fix_name_references(context, objects, *accumulator.config);
  resolve_variables(context, accumulator);
  drop_local_objects(objects);
  sort_objects(context, objects, file["sortOptions"]);
  if (metadata.managed_by) {
    transform_maps(context, objects, {{"app.kubernetes.io/managed-by", managed_by_value}},
                   {FieldSpec::at("metadata/labels", true)});
  }
}

// Some neighbours of the list, and where their text is.
struct Slice {
  std::size_t first = 0;
  std::size_t last = 0;
  WorkPlace* place = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::string_view text() const {
    return std::string_view(place->text).substr(begin, end - begin);
  }
};

// The objects in their final order while threads complete and write them.
struct Output {
  std::vector<Resource*> objects;
  std::vector<Slice> slices;
  Metadata metadata;
  bool want_text = true;
  std::size_t bytes_expected = 0;

  void complete(Slice& slice, WorkPlace& place) const {
    slice.place = &place;
    // Room that is not touched costs nothing.
    if (want_text && place.text.empty()) place.text.reserve(bytes_expected);
    slice.begin = place.text.size();
    for (std::size_t i = slice.first; i < slice.last; ++i) {
      Resource& object = *objects[i];
      try {
        finish_annotations(*place.arena, object, metadata);
        hop_through_yaml(*place.arena, object.root);
        if (!want_text) continue;
        if (i > 0) place.text += "---\n";
        model::write_yaml(Value(&object.root), place.text);
      } catch (Error& error) {
        error.with_context("writing " + describe(object));
        throw;
      }
    }
    slice.end = place.text.size();
  }
};

std::string joined(const std::vector<Slice>& slices) {
  const auto elsewhere = [&](const Slice& slice) { return slice.place != slices.front().place; };
  if (slices.empty()) return {};
  if (std::none_of(slices.begin(), slices.end(), elsewhere)) {
    return std::move(slices.front().place->text);
  }
  std::size_t bytes = 0;
  for (const Slice& slice : slices) bytes += slice.end - slice.begin;
  std::string text;
  text.reserve(bytes);
  for (const Slice& slice : slices) text += slice.text();
  return text;
}

// Brings all objects into the form of the output; answers their text where nobody else takes it.
std::string complete(Context& context, const ResMap& objects, const Metadata& metadata) {
  constexpr std::size_t slices_max = 256;
  auto output = std::make_shared<Output>();
  output->objects = objects.list();
  output->metadata = metadata;
  output->want_text = context.request.want_text;
  output->bytes_expected = context.reads.bytes;
  const std::size_t count = objects.size();
  const std::size_t step = std::max<std::size_t>(1, count / slices_max);
  for (std::size_t i = 0; i < count; i += step) {
    output->slices.push_back({i, std::min(i + step, count)});
  }
  std::vector<std::shared_ptr<WorkAhead::Piece>> pieces;
  for (Slice& slice : output->slices) {
    const auto work = [output, &slice](WorkPlace& place) { output->complete(slice, place); };
    pieces.push_back(context.ahead.add(work, context.reads.bytes / output->slices.size()));
  }
  for (const auto& piece : pieces) context.ahead.finish(*piece);
  if (!context.request.take_text) return joined(output->slices);
  for (const Slice& slice : output->slices) context.request.take_text(slice.text());
  return {};
}

std::vector<model::Object> to_objects(const Context& context, const ResMap& objects) {
  std::vector<model::Object> result;
  result.reserve(objects.size());
  std::size_t index = 0;
  for (const Resource* object : objects.list()) {
    Node* root = context.arena->new_node();
    *root = object->root;
    model::ObjectOrigin origin;
    if (object->origin.has_value()) origin.file = object->origin->path;
    origin.document_index = index++;
    result.emplace_back(model::Document(context.arena, Value(root)), std::move(origin));
  }
  return result;
}

}  // namespace

renderers::RenderResult build(const BuildRequest& request) {
  if (request.tree == nullptr && !request.address.has_value()) {
    throw Error(ErrorCode::internal, "a build needs a file tree");
  }
  Context context(request);
  const Loader loader(context.reads);
  Target target(context, loader);
  target.load(request.kustomization);
  set_schema(context, target);
  context.schema_is_set = context.schema_is_set || target.file()["openapi"].contains("version");
  context.tracks_origins = !target.file()["buildMetadata"].empty();
  Accumulator accumulator;
  target.accumulate(accumulator);
  const Metadata metadata = build_metadata(target.file());
  finish(context, accumulator, target.file(), metadata);
  renderers::RenderResult result;
  result.text = complete(context, accumulator.objects, metadata);
  if (request.want_objects) result.objects = to_objects(context, accumulator.objects);
  result.read_set = std::move(context.reads.read_set);
  result.warnings = std::move(context.warnings);
  return result;
}

}  // namespace reconcile::kustomize
