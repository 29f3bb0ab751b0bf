#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

std::string literal(Chooser& random, std::size_t number) {
  constexpr std::string_view keys[] = {"a", "b", "key", "x.y", "A_B"};
  const std::string key(random.slips(20) ? "a" : keys[number]);
  if (random.slips(15)) return random.one_of({"key", "=value", "1=a", "true=b", "bad key=c", ""});
  switch (random.below(10)) {
    case 0:
      return key + "='quoted'";
    case 1:
      return key + "=\"double\"";
    case 2:
      return key + "=\"half";
    default:
      return key + "=" + any_text(random);
  }
}

std::string env_text(Chooser& random) {
  std::string text;
  if (random.slips(30)) text = random.one_of({"D\n", "bad key=1\n", "=x\n", "A=2\nA=1\n", "1=a\n"});
  constexpr std::string_view lines[] = {
      "A=1\n",   "B=two words\n", "# comment\n", "\n",     "  C=3\n",    "E=\n",    "F=a=b\n",
      "G='q'\n", "H= x \n",       "I=\"v\"\n",   "J=#x\n", "K=a #c\r\n", "\tL=1\n", "M=x\\n\n"};
  for (const std::string_view line : lines) {
    if (random.chance(25)) text += line;
  }
  if (random.chance(10)) text = "\xEF\xBB\xBF" + text;
  if (random.chance(20) && !text.empty()) text.pop_back();
  return text;
}

std::string file_text(Chooser& random) {
  switch (random.below(6)) {
    case 0:
      return std::string("\x00\x01\xFF binary", 10);
    case 1:
      return std::string(200, 'x') + "\n";
    case 2:
      return "\xFF\xFE";
    case 3:
      return "\xEF\xBB\xBF"
             "bom: true\n";
    default:
      return any_text(random);
  }
}

void add_sources(Layer& layer, Yaml& made) {
  Chooser& random = layer.random;
  if (random.chance(65)) {
    std::vector<Yaml> items;
    const std::size_t count = 1 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) items.emplace_back(literal(random, i));
    made.add("literals", list(std::move(items)));
  }
  if (random.chance(30)) {
    const std::string path = layer.place(
        random.one_of({"file.txt", "conf.json", "sub/x.yaml", "noext"}), file_text(random));
    made.add("files",
             texts({random.chance(40) ? (random.slips(40) ? random.one_of({"bad key", "", "a", "1"})
                                                          : std::string("file-key")) +
                                            "=" + path
                                      : path}));
  }
  if (random.chance(25)) {
    const std::string path = layer.place(random.one_of({"a.env", "b.env"}), env_text(random));
    if (random.chance(80)) {
      made.add("envs", texts({path}));
    } else {
      made.add("env", path);
    }
  }
}

/// A name that no object of the kind has yet.
std::string new_name(Layer& layer, std::string_view kind) {
  std::string name = object_name(layer.random);
  for (const GeneratedObject& other : layer.objects) {
    if (other.kind == kind && other.name == name && !layer.random.slips(50)) {
      name += "-" + std::to_string(layer.random.below(10'000));
    }
  }
  return name;
}

/// An object of the kind that is there; null where none is.
const GeneratedObject* old_object(Layer& layer, std::string_view kind) {
  std::vector<const GeneratedObject*> known;
  for (const GeneratedObject& object : layer.objects) {
    if (object.kind == kind) known.push_back(&object);
  }
  return known.empty() ? nullptr : known[layer.random.below(known.size())];
}

Yaml generator_entry(Layer& layer, std::string_view kind) {
  Chooser& random = layer.random;
  Yaml made;
  const GeneratedObject* old = random.chance(35) ? old_object(layer, kind) : nullptr;
  if (old != nullptr) {
    made.add("name", old->name);
    if (!old->namespace_name.empty()) made.add("namespace", old->namespace_name);
    made.add("behavior", random.slips(15) ? random.one_of({"create", "odd", ""})
                                          : random.one_of({"merge", "replace"}));
  } else {
    GeneratedObject object;
    object.api_version = "v1";
    object.kind = kind;
    object.name = new_name(layer, kind);
    object.namespace_name = random.chance(25) ? namespace_name(random) : "";
    object.tree = map_of({{"apiVersion", "v1"}, {"kind", object.kind}});
    object.tree["metadata"].add("name", object.name);
    object.tree["data"].add("a", "x");
    if (!random.slips(5)) made.add("name", object.name);
    if (!object.namespace_name.empty()) made.add("namespace", object.namespace_name);
    if (random.slips(15))
      made.add("behavior", random.one_of({"merge", "replace", "odd", "create"}));
    layer.objects.push_back(std::move(object));
  }
  add_sources(layer, made);
  if (random.chance(30)) made.add("options", generator_options(random));
  return made;
}

}  // namespace

Yaml generator_options(Chooser& random) {
  Yaml made;
  if (random.chance(50))
    made.add("disableNameSuffixHash", raw(random.chance(80) ? "true" : "false"));
  if (random.chance(30)) made.add("labels", label_map(random));
  if (random.chance(30)) made.add("annotations", label_map(random));
  if (random.chance(25)) made.add("immutable", raw("true"));
  return made;
}

Yaml config_map_entry(Layer& layer) {
  return generator_entry(layer, "ConfigMap");
}

Yaml secret_entry(Layer& layer) {
  Yaml made = generator_entry(layer, "Secret");
  if (layer.random.chance(40)) {
    made.add("type", layer.random.one_of({"Opaque", "kubernetes.io/tls", ""}));
  }
  return made;
}

}  // namespace reconcile::fuzz
