#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

Yaml field_spec(Random& random) {
  Yaml made;
  if (random.chance(85)) {
    made.add("path",
             random.one_of({"metadata/name", "metadata/labels", "spec/template/metadata/labels",
                            "spec/selector/matchLabels", "spec/ref", "spec/list", "spec/list[]",
                            "data/a", "spec/containers[]/image", "a/b/c",
                            "metadata/annotations/x\\/y", "spec/serviceName", "subjects",
                            "spec/containers/name", "metadata/namespace", "spec/replicas"}));
  }
  if (random.chance(50)) {
    made.add("kind",
             random.one_of({"Widget", "Deployment", "ConfigMap", "Service", "StatefulSet"}));
  }
  if (random.chance(20)) made.add("group", random.one_of({"example.com", "apps", ""}));
  if (random.chance(20)) made.add("version", random.one_of({"v1", "v1beta1"}));
  if (random.chance(40)) made.add("create", raw(random.chance(75) ? "true" : "false"));
  return made;
}

Yaml name_reference(Random& random) {
  Yaml made;
  made.add("kind", random.one_of({"ConfigMap", "Secret", "Widget", "Service", "Deployment"}));
  if (random.chance(20)) made.add("version", "v1");
  Yaml spec;
  spec.add("path", random.one_of({"spec/ref", "spec/serviceName", "spec/list", "spec", "data/a",
                                  "spec/value", "metadata/annotations/ref"}));
  if (random.chance(70)) spec.add("kind", random.one_of({"Widget", "Gadget", "ConfigMap"}));
  made.add("fieldSpecs", list({std::move(spec)}));
  return made;
}

}  // namespace

Yaml field_specs(Random& random) {
  std::vector<Yaml> specs;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) specs.push_back(field_spec(random));
  return list(std::move(specs));
}

Yaml transformer_configuration(Random& random) {
  Yaml made;
  if (random.chance(50)) made.add("nameReference", list({name_reference(random)}));
  for (const std::string_view field :
       {"namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels",
        "commonAnnotations", "images", "replicas", "varReference"}) {
    if (random.chance(14)) made.add(std::string(field), field_specs(random));
  }
  if (random.chance(3)) made.add("unknown", "x");
  return made;
}

Yaml label_entry(Layer& layer) {
  Random& random = layer.random;
  Yaml made;
  made.add("pairs", label_map(random, random.chance(95)));
  for (const std::string_view option :
       {"includeSelectors", "includeTemplates", "includeVolumeClaimTemplates"}) {
    if (random.chance(30)) made.add(std::string(option), raw("true"));
  }
  if (random.chance(15)) made.add("fields", field_specs(random));
  return made;
}

Yaml image_entry(Layer& layer) {
  Random& random = layer.random;
  Yaml made;
  if (random.chance(97)) {
    made.add("name", random.chance(90) ? image_name(random)
                                       : random.one_of({".*", "nginx|redis", "(", "ngin."}));
  }
  if (random.chance(40)) made.add("newName", image_name(random));
  if (random.chance(50)) {
    made.add("newTag",
             random.chance(85) ? Yaml(random.one_of({"2.0", "v2", "", "1", "1.10"})) : raw("1.10"));
  }
  if (random.chance(15)) made.add("digest", "sha256:" + std::string(64, 'b'));
  if (random.chance(10)) made.add("tagSuffix", "-fips");
  return made;
}

Yaml replica_entry(Layer& layer) {
  Random& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  made.add("name", random.chance(85) ? object.name : object_name(random));
  if (random.chance(95)) made.add("count", raw(random.between(0, 9)));
  return made;
}

Yaml variable_entry(Layer& layer) {
  Random& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  made.add("name", random.one_of({"VAR", "OTHER", "THIRD"}));
  Yaml& reference = made["objref"];
  reference.add("kind", object.kind);
  reference.add("name", random.chance(95) ? object.name : "missing");
  reference.add("apiVersion", object.api_version);
  if (!object.namespace_name.empty() && random.chance(50)) {
    reference.add("namespace", object.namespace_name);
  }
  if (random.chance(60)) {
    made["fieldref"].add("fieldpath",
                         random.one_of({"metadata.name", "spec.replicas", "metadata.namespace",
                                        "data.a", "spec.ports[0].port", "metadata.labels",
                                        "spec.template.spec.containers[0].image", "missing"}));
  }
  return made;
}

Yaml sort_options(Random& random) {
  Yaml made;
  if (random.chance(95)) made.add("order", random.one_of({"legacy", "fifo", "legacy", "odd"}));
  if (random.chance(35)) {
    Yaml& options = made["legacySortOptions"];
    if (random.chance(90)) options.add("orderFirst", texts({"Deployment", "ConfigMap"}));
    if (random.chance(90)) options.add("orderLast", texts({"Service", "Namespace"}));
  }
  return made;
}

}  // namespace reconcile::fuzz
