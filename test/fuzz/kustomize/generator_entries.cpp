#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

std::string literal(Random& random) {
  const std::string key = random.one_of({"a", "b", "key", "x.y", "A_B", "1"});
  switch (random.below(10)) {
    case 0:
      return key;
    case 1:
      return "=value";
    case 2:
      return key + "='quoted'";
    case 3:
      return key + "=\"double\"";
    case 4:
      return key + "=\"half";
    case 5:
      return "bad key=" + any_text(random);
    default:
      return key + "=" + any_text(random);
  }
}

std::string env_text(Random& random) {
  std::string text;
  const std::size_t count = random.below(6);
  for (std::size_t i = 0; i < count; ++i) {
    text += random.one_of({"A=1\n", "B=two words\n", "# comment\n", "\n", "  C=3\n", "D\n", "E=\n",
                           "F=a=b\n", "G='q'\n", "H= x \n", "I=\"v\"\n", "J=#x\n", "K=a #c\r\n",
                           "\tL=1\n", "M=x\\n\n", "A=2\n", "bad key=1\n", "=x\n"});
  }
  if (random.chance(10)) text = "\xEF\xBB\xBF" + text;
  if (random.chance(20) && !text.empty()) text.pop_back();
  return text;
}

std::string file_text(Random& random) {
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
  Random& random = layer.random;
  if (random.chance(65)) {
    std::vector<Yaml> items;
    const std::size_t count = 1 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) items.emplace_back(literal(random));
    made.add("literals", list(std::move(items)));
  }
  if (random.chance(30)) {
    const std::string path = layer.place(
        random.one_of({"file.txt", "conf.json", "sub/x.yaml", "noext"}), file_text(random));
    made.add("files",
             texts({random.chance(40) ? random.one_of({"key", "a", "bad key", ""}) + "=" + path
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

Yaml generator_entry(Layer& layer) {
  Random& random = layer.random;
  Yaml made;
  if (random.chance(98)) made.add("name", object_name(random));
  if (random.chance(25)) made.add("namespace", namespace_name(random));
  if (random.chance(22)) {
    made.add("behavior", random.one_of({"create", "merge", "replace", "merge", "odd", ""}));
  }
  add_sources(layer, made);
  if (random.chance(30)) made.add("options", generator_options(random));
  return made;
}

}  // namespace

Yaml generator_options(Random& random) {
  Yaml made;
  if (random.chance(50))
    made.add("disableNameSuffixHash", raw(random.chance(80) ? "true" : "false"));
  if (random.chance(30)) made.add("labels", label_map(random));
  if (random.chance(30)) made.add("annotations", label_map(random));
  if (random.chance(25)) made.add("immutable", raw("true"));
  return made;
}

Yaml config_map_entry(Layer& layer) {
  return generator_entry(layer);
}

Yaml secret_entry(Layer& layer) {
  Yaml made = generator_entry(layer);
  if (layer.random.chance(40)) {
    made.add("type", layer.random.one_of({"Opaque", "kubernetes.io/tls", ""}));
  }
  return made;
}

}  // namespace reconcile::fuzz
