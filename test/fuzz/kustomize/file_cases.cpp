#include "test/fuzz/kustomize/case.hpp"
#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view field_names[] = {"apiVersion",
                                            "kind",
                                            "metadata",
                                            "openapi",
                                            "namePrefix",
                                            "nameSuffix",
                                            "namespace",
                                            "commonLabels",
                                            "labels",
                                            "commonAnnotations",
                                            "patchesStrategicMerge",
                                            "patchesJson6902",
                                            "patches",
                                            "images",
                                            "imageTags",
                                            "replacements",
                                            "replicas",
                                            "vars",
                                            "sortOptions",
                                            "resources",
                                            "components",
                                            "crds",
                                            "bases",
                                            "configMapGenerator",
                                            "secretGenerator",
                                            "helmGlobals",
                                            "helmCharts",
                                            "helmChartInflationGenerator",
                                            "generatorOptions",
                                            "configurations",
                                            "generators",
                                            "transformers",
                                            "validators",
                                            "buildMetadata"};

/// A field with a value of any type.
void add_odd_field(Layer& layer) {
  const std::string name(layer.random.one_of(field_names));
  layer.file.add(name, any_tree(layer.random, 3));
}

/// A field as it should be, with one value somewhere below changed to anything.
void spoil(Chooser& random, Yaml& tree) {
  Yaml* at = &tree;
  for (std::size_t depth = 1 + random.below(4); depth > 0 && !at->is_scalar(); --depth) {
    if (at->kind == Yaml::Kind::map && !at->entries.empty()) {
      Yaml::Entry& entry = at->entries[random.below(at->entries.size())];
      if (random.chance(10)) entry.first = random.one_of({"odd", "name", "path", "Name", "kind"});
      at = &entry.second;
    } else if (at->kind == Yaml::Kind::list && !at->items.empty()) {
      at = &at->items[random.below(at->items.size())];
    } else {
      break;
    }
  }
  if (at != &tree) *at = any_tree(random, 2);
}

void add_path(Layer& layer) {
  Chooser& random = layer.random;
  layer.files["other/kustomization.yaml"] = "resources: [o.yaml]\n";
  layer.files["other/o.yaml"] = "apiVersion: v1\nkind: Service\nmetadata: {name: o}\n";
  layer.files["empty/kustomization.yaml"] = random.one_of(
      {"", "{}", "# nothing\n", "null\n", "[]", "resources: []\n", "kind: Component\n"});
  Yaml& field =
      layer.file[random.one_of({"resources", "resources", "components", "bases", "crds",
                                "configurations", "transformers", "patchesStrategicMerge"})];
  field.kind = Yaml::Kind::list;
  field.items.emplace_back(
      random.one_of({"../other", "../other/", "../other/o.yaml", "./../other", "..", ".", "../top",
                     "/other", "missing.yaml", "", "../empty", "../missing", "/other/o.yaml",
                     "../other/../other", "objects0.yaml", "./last.yaml"}));
}

void add_definition_file(Layer& layer) {
  Yaml property = map_of({{"type", "object"}});
  property.add("x-kubernetes-object-ref-api-version", "v1");
  property.add("x-kubernetes-object-ref-kind", "ConfigMap");
  if (layer.random.chance(50)) property.add("x-kubernetes-object-ref-name-key", "name");
  Yaml definition = map_of({{"type", "object"}});
  definition["properties"].add("ref", property);
  if (layer.random.chance(30)) {
    definition["properties"]["labels"].add("x-kubernetes-label-selector", "");
    definition["properties"]["notes"].add("x-kubernetes-annotation", "");
    definition["properties"]["id"].add("x-kubernetes-identity", "");
  }
  Yaml spec = map_of({{"type", "object"}, {"$ref", "example.com/v1.WidgetSpec"}});
  Yaml widget;
  Yaml& schema = widget["example.com/v1.Widget"]["Schema"];
  schema["properties"].add("apiVersion", map_of({{"type", "string"}}));
  schema["properties"].add("kind", map_of({{"type", "string"}}));
  schema["properties"].add("metadata", map_of({{"type", "object"}}));
  schema["properties"].add("spec", std::move(spec));
  widget["example.com/v1.WidgetSpec"]["Schema"] = std::move(definition);
  layer.file.add("crds",
                 texts({layer.place("crds.json", write(widget, Style::json, layer.random))}));
}

void add_schema(Layer& layer) {
  Chooser& random = layer.random;
  if (random.chance(15)) {
    layer.file["openapi"].add("version", random.one_of({"v1.21.2", "v1.20.4", "v9"}));
    return;
  }
  Yaml spec = map_of({{"type", "array"}});
  spec["items"].add("type", "object");
  spec.add("x-kubernetes-patch-merge-key", random.one_of({"name", "a"}));
  spec.add("x-kubernetes-patch-strategy", random.one_of({"merge", "merge,retainKeys", "replace"}));
  Yaml widget;
  Yaml& definition = widget["definitions"]["com.example.v1.Widget"];
  definition.add("type", "object");
  definition["properties"]["spec"]["properties"].add(random.one_of({"containers", "list"}),
                                                     std::move(spec));
  definition.add("x-kubernetes-group-version-kind",
                 list({map_of({{"group", "example.com"}, {"version", "v1"}, {"kind", "Widget"}})}));
  layer.file["openapi"].add("path", layer.place("schema.json", widget));
}

void add_old_fields(Layer& layer) {
  Chooser& random = layer.random;
  if (random.chance(40)) layer.file.add("imageTags", list({image_entry(layer)}));
  if (random.chance(40)) layer.file.add("bases", texts({"../other"}));
  if (random.chance(40)) layer.file.add("commonLabels", label_map(random));
  if (random.chance(30))
    layer.file.add("apiVersion", random.one_of({"v1", "kustomize.config.k8s.io/v1beta1"}));
  if (random.chance(30))
    layer.file.add("kind", random.one_of({"Kustomization", "Component", "Odd"}));
  if (random.chance(20)) layer.files["top/kustomization.yml"] = "resources: []\n";
  layer.files["other/kustomization.yaml"] = "namePrefix: x-\n";
}

}  // namespace

KustomizeCase make_files_tree_case(Chooser& random) {
  KustomizeCase made;
  made.topic = "files";
  made.path = "top";
  made.unrestricted = random.chance(15);
  Layer layer{random, made.files, "top", {}, {}};
  add_objects(layer, 3);
  switch (random.below(7)) {
    case 0:
      add_odd_field(layer);
      break;
    case 1:
    case 2:
      add_fields(layer, 15);
      spoil(random, layer.file);
      break;
    case 3:
      add_path(layer);
      break;
    case 4:
      add_definition_file(layer);
      add_fields(layer, 15);
      break;
    case 5:
      if (random.chance(30)) add_schema(layer);
      add_fields(layer, 20);
      break;
    default:
      add_old_fields(layer);
  }
  finish(layer);
  return made;
}

}  // namespace reconcile::fuzz
