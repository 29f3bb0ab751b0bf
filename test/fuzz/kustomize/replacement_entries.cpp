#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

std::string field_part(Chooser& random, const std::string& key) {
  if (key.find_first_of("./") == std::string::npos) return key;
  if (random.chance(50)) return "[" + key + "]";
  std::string text;
  for (const char c : key) text += c == '.' ? "\\." : std::string(1, c);
  return text;
}

std::string list_part(Chooser& random, const Step& step, bool is_source) {
  const Yaml* name = step.value->find("name");
  switch (random.below(5)) {
    case 0:
      if (is_source && !random.slips(40)) break;
      return "*";
    case 1:
    case 2:
      if (name != nullptr) return "[name=" + name->scalar + "]";
      if (step.value->kind == Yaml::Kind::text) return "[=" + step.value->scalar + "]";
      break;
    default:
      break;
  }
  return std::to_string(random.slips(20) ? step.index + 1 : step.index);
}

std::string dotted(Chooser& random, const std::vector<Step>& way, bool is_source) {
  std::string text;
  for (const Step& step : way) {
    if (!text.empty()) text += '.';
    text += step.is_index ? list_part(random, step, is_source) : field_part(random, step.key);
  }
  return text;
}

/// A field of the object; `leaf` gets what it holds.
std::string field_path(Chooser& random, const Yaml& tree, bool is_source, const Yaml*& leaf) {
  const std::vector<Step> way = random_way(random, tree);
  leaf = way.empty() ? nullptr : way.back().value;
  std::string path = dotted(random, way, is_source);
  // On into a text that holds YAML or JSON.
  if (!way.empty() && way.back().key == "structured" && random.chance(70)) {
    return path + "." + random.one_of({"a", "a.b", "l.0", "l.[=x]", "new", "a.new"});
  }
  if (random.slips(30)) path += "." + random.one_of({"new", "a.b", "0", "*", "[name=x]", "-"});
  return path;
}

Yaml options(Chooser& random, bool is_source, bool has_text) {
  Yaml made;
  if ((has_text || random.slips(40)) && random.chance(50)) {
    made.add("delimiter", random.one_of({":", "-", ".", "/", "a", ""}));
    if (is_source && !random.slips(50)) {
      made.add("index", raw(0));
    } else if (random.chance(70)) {
      made.add("index", raw(random.between(-1, 3)));
    }
  }
  if (random.chance(45)) made.add("create", raw("true"));
  if (random.slips(3)) made.add("encoding", "base64");
  return made;
}

Yaml source(Layer& layer, const GeneratedObject& object) {
  Chooser& random = layer.random;
  Yaml made;
  if (!random.slips(20)) made.add("kind", object.kind);
  if (!random.slips(20)) made.add("name", random.slips(10) ? "missing" : object.name);
  if (random.chance(15)) made.add("version", object.version());
  if (random.chance(10)) made.add("group", object.group());
  if (!object.namespace_name.empty() && random.chance(40)) {
    made.add("namespace", object.namespace_name);
  }
  const Yaml* leaf = nullptr;
  const std::string path = field_path(random, object.tree, true, leaf);
  const bool is_name = random.chance(40);
  if (!is_name) made.add("fieldPath", path);
  const bool has_text = is_name || (leaf != nullptr && leaf->is_scalar());
  if (random.chance(20)) made.add("options", options(random, true, has_text));
  return made;
}

Yaml exact_selector(const GeneratedObject& object) {
  Yaml made = map_of({{"kind", object.kind}, {"name", object.name}});
  if (!object.namespace_name.empty()) made.add("namespace", object.namespace_name);
  return made;
}

/// kustomize keeps the source's node: where a target is the source itself, later targets get what
/// was made of it.
Yaml target(Layer& layer, const GeneratedObject& source) {
  Chooser& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  const bool is_exact = !random.slips(60);
  made.add("select", is_exact ? exact_selector(object) : selector(random, object));
  const bool is_other = is_exact && (object.kind != source.kind || object.name != source.name);
  if (random.chance(12)) made.add("reject", list({selector(random, layer.any())}));
  if (random.chance(20)) {
    made.add("fieldPaths",
             texts({random.one_of({"metadata.annotations.note", "metadata.annotations.[a.b/c]",
                                   "data.new", "spec.template.spec.containers.[name=new].image",
                                   "spec.a.b", "spec.l.0"})}));
    if (!random.slips(30)) made["options"].add("create", raw("true"));
    return made;
  }
  bool has_text = true;
  if (!random.slips(5)) {
    std::vector<Yaml> paths;
    const std::size_t count = 1 + random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
      const Yaml* leaf = nullptr;
      paths.emplace_back(field_path(random, object.tree, false, leaf));
      has_text = has_text && leaf != nullptr && leaf->is_scalar();
    }
    made.add("fieldPaths", list(std::move(paths)));
  }
  if (is_other && random.chance(50)) made.add("options", options(random, false, has_text));
  return made;
}

}  // namespace

Yaml replacement_entry(Layer& layer) {
  Chooser& random = layer.random;
  Yaml made;
  const GeneratedObject object = layer.any();
  if (random.chance(85)) {
    made.add("source", source(layer, object));
  } else {
    made.add("sourceValue", any_text(random));
  }
  std::vector<Yaml> targets;
  const std::size_t count = 1 + random.below(2);
  for (std::size_t i = 0; i < count; ++i) targets.push_back(target(layer, object));
  made.add("targets", list(std::move(targets)));
  if (!random.chance(15)) return made;
  return map_of({{"path", layer.place("replace" + std::to_string(random.below(1000)) + ".yaml",
                                      random.chance(50) ? made : list({made}))}});
}

}  // namespace reconcile::fuzz
