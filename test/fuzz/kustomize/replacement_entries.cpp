#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

std::string field_part(Random& random, const std::string& key) {
  if (key.find_first_of("./") == std::string::npos) return key;
  if (random.chance(50)) return "[" + key + "]";
  std::string text;
  for (const char c : key) text += c == '.' ? "\\." : std::string(1, c);
  return text;
}

std::string list_part(Random& random, const Step& step) {
  const Yaml* name = step.value->find("name");
  switch (random.below(5)) {
    case 0:
      return "*";
    case 1:
    case 2:
      if (name != nullptr) return "[name=" + name->scalar + "]";
      if (step.value->kind == Yaml::Kind::text) return "[=" + step.value->scalar + "]";
      break;
    default:
      break;
  }
  return std::to_string(random.chance(85) ? step.index : step.index + 1);
}

std::string dotted(Random& random, const std::vector<Step>& way) {
  std::string text;
  for (const Step& step : way) {
    if (!text.empty()) text += '.';
    text += step.is_index ? list_part(random, step) : field_part(random, step.key);
  }
  return text;
}

std::string field_path(Random& random, const Yaml& tree) {
  const std::vector<Step> way = random_way(random, tree);
  std::string path = dotted(random, way);
  // On into a text that holds YAML or JSON.
  if (!way.empty() && way.back().key == "structured" && random.chance(70)) {
    return path + "." + random.one_of({"a", "a.b", "l.0", "l.[=x]", "new", "a.new"});
  }
  if (random.chance(12)) path += "." + random.one_of({"new", "a.b", "0", "*", "[name=x]", "-"});
  return path;
}

Yaml options(Random& random) {
  Yaml made;
  if (random.chance(45)) made.add("delimiter", random.one_of({":", "-", ".", "/", "a", ""}));
  if (random.chance(45)) made.add("index", raw(random.between(-1, 3)));
  if (random.chance(45)) made.add("create", raw("true"));
  if (random.chance(3)) made.add("encoding", "base64");
  return made;
}

Yaml source(Layer& layer, const GeneratedObject& object) {
  Random& random = layer.random;
  Yaml made;
  if (random.chance(90)) made.add("kind", object.kind);
  if (random.chance(90)) made.add("name", random.chance(95) ? object.name : "missing");
  if (random.chance(15)) made.add("version", object.version());
  if (random.chance(10)) made.add("group", object.group());
  if (!object.namespace_name.empty() && random.chance(40)) {
    made.add("namespace", object.namespace_name);
  }
  if (random.chance(85)) {
    made.add("fieldPath", random.chance(30) ? "metadata.name" : field_path(random, object.tree));
  }
  if (random.chance(20)) made.add("options", options(random));
  return made;
}

Yaml target(Layer& layer) {
  Random& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  made.add("select", selector(random, object));
  if (random.chance(12)) made.add("reject", list({selector(random, layer.any())}));
  if (random.chance(95)) {
    std::vector<Yaml> paths;
    const std::size_t count = 1 + random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
      paths.emplace_back(random.chance(20) ? random.one_of({"metadata.labels.app", "metadata.name",
                                                            "metadata.annotations.[a.b/c]",
                                                            "spec.template.spec.containers.*.image",
                                                            "spec.replicas", "data.new"})
                                           : field_path(random, object.tree));
    }
    made.add("fieldPaths", list(std::move(paths)));
  }
  if (random.chance(50)) made.add("options", options(random));
  return made;
}

}  // namespace

Yaml replacement_entry(Layer& layer) {
  Random& random = layer.random;
  Yaml made;
  if (random.chance(85)) {
    made.add("source", source(layer, layer.any()));
  } else {
    made.add("sourceValue", any_text(random));
  }
  std::vector<Yaml> targets;
  const std::size_t count = 1 + random.below(2);
  for (std::size_t i = 0; i < count; ++i) targets.push_back(target(layer));
  made.add("targets", list(std::move(targets)));
  if (!random.chance(15)) return made;
  return map_of({{"path", layer.place("replace" + std::to_string(random.below(1000)) + ".yaml",
                                      random.chance(50) ? made : list({made}))}});
}

}  // namespace reconcile::fuzz
