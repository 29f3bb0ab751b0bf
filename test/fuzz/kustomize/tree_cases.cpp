#include "test/fuzz/kustomize/case.hpp"
#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

class TreeMaker {
 public:
  TreeMaker(Chooser& random, KustomizeCase& made) : random_(random), made_(made) {}

  /// The folder `directory` and those below it; `fields` fills its kustomization.
  template <class Fields>
  Layer make(const std::string& directory, std::size_t depth, std::size_t objects_max,
             const Fields& fields) {
    Layer layer{random_, made_.files, directory, {}, {}};
    if (random_.chance(15)) {
      layer.file.add("apiVersion", "kustomize.config.k8s.io/v1beta1");
      layer.file.add("kind", "Kustomization");
    }
    if (depth > 0) add_bases(layer, depth, objects_max, fields);
    if (depth == 0 || random_.chance(40)) add_objects(layer, objects_max);
    if (depth > 0 && random_.chance(20)) add_component(layer, fields);
    fields(layer);
    finish(layer);
    return layer;
  }

 private:
  template <class Fields>
  void add_bases(Layer& layer, std::size_t depth, std::size_t objects_max, const Fields& fields) {
    const std::size_t count = random_.chance(75) ? 1 : 2;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "base" + std::to_string(number_++);
      const bool below = random_.chance(30);
      Layer base = make(below ? layer.directory + "/" + name : name,
                        depth - 1 - random_.below(depth), objects_max, fields);
      Yaml& resources = layer.file[random_.chance(95) ? "resources" : "bases"];
      resources.kind = Yaml::Kind::list;
      resources.items.emplace_back(below ? name : up(layer.directory) + name);
      layer.objects.insert(layer.objects.end(), base.objects.begin(), base.objects.end());
    }
  }

  template <class Fields>
  void add_component(Layer& layer, const Fields& fields) {
    const std::string name = "component" + std::to_string(number_++);
    Layer component{random_, made_.files, name, {}, layer.objects};
    component.file.add("apiVersion", "kustomize.config.k8s.io/v1alpha1");
    component.file.add("kind", random_.slips(10) ? "Kustomization" : "Component");
    if (random_.chance(40)) add_objects(component, 2);
    fields(component);
    if (component.file.entries.size() <= 2 && !random_.slips(20)) {
      component.file.add("namePrefix", "c-");
    }
    finish(component);
    layer.file.add("components", texts({up(layer.directory) + name}));
    layer.objects = component.objects;
  }

  static std::string up(const std::string& directory) {
    std::string text = "../";
    for (const char c : directory) {
      if (c == '/') text += "../";
    }
    return text;
  }

  Chooser& random_;
  KustomizeCase& made_;
  std::size_t number_ = 0;
};

template <class Fields>
KustomizeCase layered(Chooser& random, std::string topic, std::size_t depth,
                      std::size_t objects_max, const Fields& fields) {
  KustomizeCase made;
  made.topic = std::move(topic);
  made.path = "top";
  made.legacy_order = random.chance(30);
  TreeMaker(random, made).make("top", depth, objects_max, fields);
  return made;
}

/// A single folder with few objects, mostly workloads.
Layer simple_layer(Chooser& random, KustomizeCase& made, std::size_t count_max) {
  made.path = "top";
  Layer layer{random, made.files, "top", {}, {}};
  std::string text;
  const std::size_t count = 1 + random.below(count_max);
  for (std::size_t i = 0; i < count; ++i) {
    GeneratedObject object = random.chance(60) ? any_workload(random) : any_object(random);
    bool is_new = true;
    for (const GeneratedObject& other : layer.objects) {
      if (other.kind == object.kind && other.name == object.name) is_new = false;
    }
    if (!is_new) continue;
    text += "---\n" + layer.written(object.tree);
    layer.objects.push_back(std::move(object));
  }
  layer.file.add("resources", texts({layer.place("objects.yaml", text)}));
  return layer;
}

}  // namespace

KustomizeCase make_tree_case(Chooser& random) {
  const std::size_t percent = 3 + random.below(10);
  return layered(random, "tree", 1 + random.below(3), 5,
                 [percent](Layer& layer) { add_fields(layer, percent); });
}

KustomizeCase make_names_case(Chooser& random) {
  return layered(random, "names", 1 + random.below(3), 6, [&random](Layer& layer) {
    if (random.chance(45)) layer.file.add("namePrefix", random.one_of({"pre-", "a-"}));
    if (random.chance(30)) layer.file.add("nameSuffix", random.one_of({"-suf", "-b"}));
    if (random.chance(35)) layer.file.add("namespace", namespace_name(random));
    if (random.chance(25)) add_entries(layer, "configMapGenerator", 2, config_map_entry);
    if (random.chance(10)) add_entries(layer, "secretGenerator", 1, secret_entry);
    if (random.chance(15)) add_entries(layer, "patches", 1, patch_entry);
    if (random.chance(10)) add_entries(layer, "vars", 2, variable_entry);
    if (random.chance(10)) add_entries(layer, "labels", 2, label_entry);
  });
}

KustomizeCase make_generators_case(Chooser& random) {
  return layered(random, "generators", random.below(3), 2, [&random](Layer& layer) {
    if (random.chance(75)) add_entries(layer, "configMapGenerator", 3, config_map_entry);
    if (random.chance(50)) add_entries(layer, "secretGenerator", 2, secret_entry);
    if (random.chance(30)) layer.file.add("generatorOptions", generator_options(random));
    if (random.chance(15)) layer.file.add("namePrefix", "pre-");
    if (random.chance(15)) layer.file.add("namespace", namespace_name(random));
    if (random.chance(10)) {
      layer.file.add("buildMetadata", texts({"originAnnotations", "transformerAnnotations"}));
    }
  });
}

KustomizeCase make_plugins_case(Chooser& random) {
  return layered(random, "plugins", random.below(2), 4, [&random](Layer& layer) {
    const auto placed = [&](const std::string& field, MakeEntry make) {
      std::vector<Yaml> entries;
      const std::size_t count = 1 + random.below(3);
      for (std::size_t i = 0; i < count; ++i) {
        const Yaml body = make(layer);
        if (random.chance(30)) {
          entries.emplace_back(layer.written(body));
        } else {
          entries.emplace_back(layer.place(field + std::to_string(i) + ".yaml", body));
        }
      }
      layer.file.add(field, list(std::move(entries)));
    };
    if (random.chance(80)) placed("transformers", transformer_plugin);
    if (random.chance(30)) placed("generators", generator_plugin);
    if (random.chance(8)) placed("validators", transformer_plugin);
    if (random.chance(35)) {
      const Yaml body = transformer_configuration(random);
      layer.file.add("configurations", texts({layer.place("configuration.yaml", body)}));
    }
    if (random.chance(30)) layer.file.add("namePrefix", "pre-");
    if (random.chance(20)) layer.file.add("namespace", namespace_name(random));
    if (random.chance(20)) add_entries(layer, "labels", 1, label_entry);
    if (random.chance(10)) layer.file.add("buildMetadata", texts({"transformerAnnotations"}));
  });
}

KustomizeCase make_patches_case(Chooser& random) {
  KustomizeCase made;
  made.topic = "patches";
  Layer layer = simple_layer(random, made, 3);
  switch (random.below(5)) {
    case 0:
      add_entries(layer, "patchesStrategicMerge", 2, merge_patch_entry);
      break;
    case 1:
      add_entries(layer, "patchesJson6902", 2, json_patch_entry);
      break;
    default:
      add_entries(layer, "patches", 3, patch_entry);
  }
  if (random.chance(15)) layer.file.add("namePrefix", "pre-");
  finish(layer);
  return made;
}

KustomizeCase make_replacements_case(Chooser& random) {
  KustomizeCase made;
  made.topic = "replacements";
  Layer layer = simple_layer(random, made, 4);
  if (random.chance(85)) add_entries(layer, "replacements", 3, replacement_entry);
  if (random.chance(25)) add_entries(layer, "vars", 2, variable_entry);
  if (random.chance(15)) layer.file.add("namePrefix", "pre-");
  finish(layer);
  return made;
}

}  // namespace reconcile::fuzz
