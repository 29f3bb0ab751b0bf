#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

Yaml field_spec(Chooser& random, FieldType type) {
  Yaml made;
  const bool is_map = random.slips(20) ? type != FieldType::map : type == FieldType::map;
  const std::string path =
      is_map ? random.one_of({"metadata/labels", "spec/template/metadata/labels", "a/b/c",
                              "spec/selector/matchLabels", "metadata/annotations", "spec/map"})
             : random.one_of({"metadata/name", "spec/ref", "spec/list[]", "data/a", "a/b/c",
                              "spec/containers[]/image", "metadata/annotations/x\\/y",
                              "spec/serviceName", "spec/containers/name", "metadata/namespace"});
  if (!random.slips(10)) made.add("path", path);
  if (random.chance(50)) {
    made.add("kind",
             random.one_of({"Widget", "Deployment", "ConfigMap", "Service", "StatefulSet"}));
  }
  if (random.chance(20)) made.add("group", random.one_of({"example.com", "apps", ""}));
  if (random.chance(20)) made.add("version", random.one_of({"v1", "v1beta1"}));
  // Two of one path that disagree are a mistake, as are maps made where an object has none.
  const bool creates = path == "metadata/labels" || path == "metadata/annotations";
  if (creates || random.slips(40)) made.add("create", raw("true"));
  return made;
}

Yaml name_reference(Chooser& random) {
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

Yaml field_specs(Chooser& random, FieldType type) {
  std::vector<Yaml> specs;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) specs.push_back(field_spec(random, type));
  return list(std::move(specs));
}

Yaml transformer_configuration(Chooser& random) {
  Yaml made;
  if (random.chance(50)) made.add("nameReference", list({name_reference(random)}));
  for (const std::string_view field :
       {"namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels",
        "commonAnnotations", "images", "replicas", "varReference"}) {
    const bool is_map = field.ends_with("abels") || field == "commonAnnotations";
    if (!random.chance(14)) continue;
    made.add(std::string(field), field_specs(random, is_map ? FieldType::map : FieldType::scalar));
  }
  if (random.slips(8)) made.add("unknown", "x");
  return made;
}

Yaml label_entry(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made;
  made.add("pairs", label_map(random, !random.slips(15)));
  for (const std::string_view option :
       {"includeSelectors", "includeTemplates", "includeVolumeClaimTemplates"}) {
    if (random.chance(30)) made.add(std::string(option), raw("true"));
  }
  if (random.chance(15)) made.add("fields", field_specs(random, FieldType::map));
  return made;
}

Yaml image_entry(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made;
  if (!random.slips(10)) {
    made.add("name", random.chance(90) ? image_name(random)
                                       : random.one_of({".*", "nginx|redis",
                                                        random.slips(50) ? "(" : "a", "ngin."}));
  }
  if (random.chance(40)) made.add("newName", image_name(random));
  if (random.chance(50)) {
    made.add("newTag",
             random.slips(20) ? raw("1.10") : Yaml(random.one_of({"2.0", "v2", "", "1", "1.10"})));
  }
  if (random.chance(15)) made.add("digest", "sha256:" + std::string(64, 'b'));
  if (random.chance(10)) made.add("tagSuffix", "-fips");
  return made;
}

Yaml replica_entry(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made;
  std::vector<std::string> names;
  for (const GeneratedObject& object : layer.objects) {
    if (object.kind == "Deployment" || object.kind == "StatefulSet") names.push_back(object.name);
  }
  if (names.empty() && !random.slips(30)) return made;
  const bool is_known = !names.empty() && !random.slips(10);
  made.add("name", is_known ? names[random.below(names.size())] : object_name(random));
  if (!random.slips(10)) made.add("count", raw(random.between(0, 9)));
  return made;
}

Yaml variable_entry(Layer& layer) {
  Chooser& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  if (layer.directory != "top" && !random.slips(50)) return made;
  constexpr std::string_view names[] = {"VAR", "OTHER", "THIRD"};
  const Yaml* others = layer.file.find("vars");
  const std::size_t number = others == nullptr ? 0 : others->items.size();
  made.add("name", std::string(random.slips(20) ? "VAR" : names[number % 3]));
  Yaml& reference = made["objref"];
  reference.add("kind", object.kind);
  reference.add("name", random.slips(15) ? "missing" : object.name);
  reference.add("apiVersion", object.api_version);
  if (!object.namespace_name.empty() && random.chance(50)) {
    reference.add("namespace", object.namespace_name);
  }
  if (random.slips(50)) {
    made["fieldref"].add("fieldpath",
                         random.one_of({"metadata.name", "spec.replicas", "metadata.namespace",
                                        "data.a", "spec.ports[0].port", "metadata.labels",
                                        "spec.template.spec.containers[0].image", "missing"}));
  }
  return made;
}

Yaml sort_options(Chooser& random) {
  Yaml made;
  if (!random.slips(10))
    made.add("order", random.slips(20) ? "odd" : random.one_of({"legacy", "fifo"}));
  const Yaml* order = made.find("order");
  if ((order != nullptr && order->scalar == "legacy" && random.chance(35)) || random.slips(10)) {
    Yaml& options = made["legacySortOptions"];
    if (random.chance(90)) options.add("orderFirst", texts({"Deployment", "ConfigMap"}));
    if (random.chance(90)) options.add("orderLast", texts({"Service", "Namespace"}));
  }
  return made;
}

}  // namespace reconcile::fuzz
