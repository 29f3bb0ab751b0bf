#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

Yaml plugin(Chooser& random, std::string kind) {
  Yaml made = map_of({{"apiVersion", "builtin"}, {"kind", std::move(kind)}});
  if (random.slips(8)) made["apiVersion"] = "example.com/v1";
  made["metadata"].add("name", "plugin" + std::to_string(random.below(100)));
  return made;
}

void add_members(Yaml& made, const Yaml& entry) {
  for (const auto& [key, value] : entry.entries) made.add(key, value);
}

Yaml affix(Layer& layer) {
  Chooser& random = layer.random;
  const bool is_prefix = random.chance(50);
  Yaml made = plugin(random, is_prefix ? "PrefixTransformer" : "SuffixTransformer");
  made.add(is_prefix ? "prefix" : "suffix", random.one_of({"p-", "-s", "x"}));
  if (!random.slips(15)) made.add("fieldSpecs", field_specs(random, FieldType::scalar));
  return made;
}

Yaml namespace_plugin(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made = plugin(random, "NamespaceTransformer");
  made["metadata"].add("namespace", namespace_name(random));
  if (random.chance(30)) made.add("unsetOnly", raw("true"));
  if (random.chance(50)) {
    made.add(
        "setRoleBindingSubjects",
        random.slips(20) ? "odd" : random.one_of({"defaultOnly", "allServiceAccounts", "none"}));
  }
  if (random.chance(70)) {
    made.add("fieldSpecs",
             list({map_of({{"path", "metadata/namespace"}, {"create", raw("true")}})}));
  }
  return made;
}

Yaml map_plugin(Layer& layer) {
  Chooser& random = layer.random;
  const bool labels = random.chance(50);
  Yaml made = plugin(random, labels ? "LabelTransformer" : "AnnotationsTransformer");
  made.add(labels ? "labels" : "annotations", label_map(random));
  made.add("fieldSpecs", field_specs(random, FieldType::map));
  return made;
}

Yaml hash_plugin(Layer& layer) {
  return plugin(layer.random, layer.random.slips(30) ? "UnknownTransformer" : "HashTransformer");
}

Yaml image_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "ImageTagTransformer");
  made.add("imageTag", image_entry(layer));
  if (layer.random.chance(40)) {
    made.add("fieldSpecs", field_specs(layer.random, FieldType::scalar));
  }
  return made;
}

Yaml replica_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "ReplicaCountTransformer");
  const Yaml replica = replica_entry(layer);
  if (replica.entries.empty()) return hash_plugin(layer);
  made.add("replica", replica);
  made.add("fieldSpecs", list({map_of({{"path", "spec/replicas"}, {"create", raw("true")}})}));
  return made;
}

Yaml patch_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "PatchTransformer");
  add_members(made, patch_entry(layer));
  return made;
}

Yaml json_patch_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "PatchJson6902Transformer");
  const Yaml entry = json_patch_entry(layer);
  for (const auto& [key, value] : entry.entries) made.add(key == "patch" ? "jsonOp" : key, value);
  return made;
}

Yaml merge_patch_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "PatchStrategicMergeTransformer");
  if (layer.random.chance(60)) {
    made.add("patches", layer.written(merge_patch(layer.random, layer.any())));
  } else {
    made.add("paths", list({merge_patch_entry(layer)}));
  }
  return made;
}

Yaml replacement_plugin(Layer& layer) {
  Yaml made = plugin(layer.random, "ReplacementTransformer");
  made.add("replacements", list({replacement_entry(layer)}));
  return made;
}

Yaml value_plugin(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made = plugin(random, "ValueAddTransformer");
  // What has no tag becomes text by a later patch, which is not reproduced.
  made.add("value", random.one_of({"a", "some text", "x-y"}));
  Yaml target;
  if (random.chance(70)) target.add("selector", selector(random, layer.any()));
  target.add("fieldPath", random.one_of({"metadata/name", "data/a", "metadata/labels/app",
                                         "spec/ref", "spec/template/spec/containers"}));
  if (random.chance(40)) target.add("filePathPosition", raw(random.between(0, 3)));
  made.add("targets", list({std::move(target)}));
  return made;
}

}  // namespace

Yaml transformer_plugin(Layer& layer) {
  constexpr MakeEntry all[] = {
      affix,        namespace_plugin,  map_plugin, image_plugin,       replica_plugin,
      patch_plugin, json_patch_plugin, affix,      merge_patch_plugin, replacement_plugin,
      value_plugin, hash_plugin};
  return layer.random.one_of(all)(layer);
}

Yaml generator_plugin(Layer& layer) {
  const bool secret = layer.random.chance(50);
  Yaml made = plugin(layer.random, secret ? "SecretGenerator" : "ConfigMapGenerator");
  const Yaml entry = secret ? secret_entry(layer) : config_map_entry(layer);
  for (const auto& [key, value] : entry.entries) {
    if (key == "name" || key == "namespace") {
      made["metadata"][key] = value;
    } else {
      made.add(key, value);
    }
  }
  return made;
}

}  // namespace reconcile::fuzz
