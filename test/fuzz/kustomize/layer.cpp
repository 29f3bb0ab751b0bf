#include "test/fuzz/kustomize/layer.hpp"

#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

/// Every field whose entries are alike; `weight` in percent of what add_fields is given.
struct Field {
  std::string_view name;
  std::size_t weight;
  MakeEntry make;
};

Yaml plugin_path(Layer& layer, const Yaml& body) {
  if (layer.random.chance(30)) return layer.written(body);
  return layer.place("plugin" + std::to_string(layer.random.below(1000)) + ".yaml", body);
}

Yaml transformer_path(Layer& layer) {
  return plugin_path(layer, transformer_plugin(layer));
}

Yaml generator_path(Layer& layer) {
  return plugin_path(layer, generator_plugin(layer));
}

Yaml configuration_path(Layer& layer) {
  return layer.place("config" + std::to_string(layer.random.below(1000)) + ".yaml",
                     transformer_configuration(layer.random));
}

constexpr Field fields[] = {
    {"patches", 100, patch_entry},
    {"patchesStrategicMerge", 30, merge_patch_entry},
    {"patchesJson6902", 30, json_patch_entry},
    {"labels", 60, label_entry},
    {"images", 60, image_entry},
    {"replicas", 30, replica_entry},
    {"replacements", 70, replacement_entry},
    {"vars", 25, variable_entry},
    {"configMapGenerator", 60, config_map_entry},
    {"secretGenerator", 40, secret_entry},
    {"transformers", 30, transformer_path},
    {"validators", 5, transformer_path},
    {"generators", 20, generator_path},
    {"configurations", 20, configuration_path},
};

void add_simple_fields(Layer& layer, std::size_t percent) {
  Chooser& random = layer.random;
  if (random.chance(percent)) layer.file.add("namePrefix", random.one_of({"pre-", "a-", "x", "1"}));
  if (random.chance(percent)) layer.file.add("nameSuffix", random.one_of({"-suf", "-b", "y"}));
  if (random.chance(percent)) layer.file.add("namespace", namespace_name(random));
  if (random.chance(percent / 2)) layer.file.add("commonLabels", label_map(random));
  if (random.chance(percent / 2)) layer.file.add("commonAnnotations", label_map(random));
  if (random.chance(percent / 3)) layer.file.add("generatorOptions", generator_options(random));
  if (random.chance(percent / 4)) layer.file.add("sortOptions", sort_options(random));
  if (random.chance(percent / 4)) {
    layer.file.add("buildMetadata",
                   texts({random.one_of({"originAnnotations", "transformerAnnotations"}),
                          random.one_of({"managedByLabel", "originAnnotations"})}));
  }
}

}  // namespace

std::string Layer::place(const std::string& name, const std::string& text) {
  files[directory + "/" + name] = text;
  return name;
}

std::string Layer::place(const std::string& name, const Yaml& tree) {
  return place(name, written(tree));
}

std::string Layer::written(const Yaml& tree) {
  return write(tree, random.chance(50) ? Style::noisy : Style::plain, random);
}

const GeneratedObject& Layer::any() {
  static const GeneratedObject none = [] {
    GeneratedObject made;
    made.api_version = "v1";
    made.kind = "ConfigMap";
    made.name = "missing";
    made.tree = map_of({{"apiVersion", "v1"}, {"kind", "ConfigMap"}});
    return made;
  }();
  return objects.empty() ? none : objects[random.below(objects.size())];
}

void add_entries(Layer& layer, const std::string& field, std::size_t count_max, MakeEntry make) {
  const std::size_t count = 1 + layer.random.below(count_max);
  for (std::size_t i = 0; i < count; ++i) {
    Yaml entry = make(layer);
    if (entry.kind == Yaml::Kind::map && entry.entries.empty()) continue;
    Yaml& entries = layer.file[field];
    entries.kind = Yaml::Kind::list;
    entries.items.push_back(std::move(entry));
  }
}

void add_fields(Layer& layer, std::size_t percent) {
  add_simple_fields(layer, percent);
  for (const Field& field : fields) {
    if (!layer.random.chance(percent * field.weight / 100)) continue;
    add_entries(layer, std::string(field.name), field.weight > 30 ? 3 : 1, field.make);
  }
}

void add_objects(Layer& layer, std::size_t count_max) {
  Chooser& random = layer.random;
  const std::size_t count = 1 + random.below(count_max);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    GeneratedObject object = any_object(random);
    bool is_new = true;
    for (const GeneratedObject& other : layer.objects) {
      if (other.kind == object.kind && other.name == object.name) is_new = false;
    }
    if (!is_new && !random.slips(5)) continue;
    if (!text.empty()) text += random.one_of({"---\n", "---\n", "--- # next\n", "---\n---\n"});
    text += layer.written(object.tree);
    layer.objects.push_back(std::move(object));
    if (random.chance(50)) {
      layer.file["resources"].kind = Yaml::Kind::list;
      layer.file["resources"].items.emplace_back(
          layer.place("objects" + std::to_string(i) + ".yaml", text));
      text.clear();
    }
  }
  if (text.empty()) return;
  layer.file["resources"].kind = Yaml::Kind::list;
  layer.file["resources"].items.emplace_back(layer.place("last.yaml", text));
}

void finish(Layer& layer) {
  Chooser& random = layer.random;
  if (random.slips(4)) layer.file.add("odd", "x");
  if (random.chance(2) && !layer.file.entries.empty()) {
    std::string& key = layer.file.entries[random.below(layer.file.entries.size())].first;
    key[0] = static_cast<char>(key[0] - 'a' + 'A');
  }
  const std::string name = random.chance(85)
                               ? "kustomization.yaml"
                               : random.one_of({"kustomization.yml", "Kustomization"});
  layer.place(name, layer.file);
}

}  // namespace reconcile::fuzz
