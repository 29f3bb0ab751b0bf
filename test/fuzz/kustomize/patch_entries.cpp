#include <algorithm>

#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view merge_keys[] = {
    "name",      "containerPort", "protocol",          "port",
    "mountPath", "topologyKey",   "whenUnsatisfiable", "ip"};

bool is_merge_key(std::string_view key) {
  return std::find(std::begin(merge_keys), std::end(merge_keys), key) != std::end(merge_keys);
}

Yaml changed(Chooser& random, const Yaml& value);

std::string directive(Chooser& random) {
  if (random.slips(20)) return random.one_of({"odd", "", "Delete"});
  return random.one_of({"delete", "replace", "merge", "delete", "replace"});
}

/// An element of an associative list: its keys, and changes.
Yaml changed_item(Chooser& random, const Yaml& item) {
  if (item.kind != Yaml::Kind::map) return item;
  Yaml made;
  if (random.chance(12)) made.add("$patch", directive(random));
  for (const auto& [key, value] : item.entries) {
    if (is_merge_key(key) ? random.chance(92) : random.chance(30)) {
      made.add(key, is_merge_key(key) ? value : changed(random, value));
    }
  }
  if (random.chance(15)) made[random.one_of({"image", "extra", "protocol"})] = any_text(random);
  return made;
}

Yaml changed_list(Chooser& random, const Yaml& original) {
  std::vector<Yaml> items;
  for (const Yaml& item : original.items) {
    if (random.chance(60)) items.push_back(changed_item(random, item));
  }
  if (random.chance(35)) {
    Yaml extra = original.items.empty() || random.chance(10)
                     ? any_tree(random, 1)
                     : changed_item(random, original.items[random.below(original.items.size())]);
    if (extra.kind == Yaml::Kind::map && random.chance(60)) {
      extra["name"] = random.one_of({"new", "main", "side"});
    }
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(random.below(items.size() + 1)),
                 std::move(extra));
  }
  if (random.chance(6)) items.push_back(map_of({{"$patch", directive(random)}}));
  return list(std::move(items));
}

void add_list_directive(Chooser& random, const std::string& key, const Yaml& value, Yaml& made) {
  if (value.kind != Yaml::Kind::list || !random.chance(8)) return;
  const std::string name =
      random.one_of({"$setElementOrder/", "$deleteFromPrimitiveList/", "$retainKeys"});
  std::vector<Yaml> items;
  for (const Yaml& item : value.items) {
    if (item.is_scalar()) items.push_back(item);
    const Yaml* item_name = item.find("name");
    if (item_name != nullptr) items.push_back(map_of({{"name", *item_name}}));
  }
  std::reverse(items.begin(), items.end());
  made.add(name.ends_with('/') ? name + key : name, list(std::move(items)));
}

Yaml changed_map(Chooser& random, const Yaml& original) {
  Yaml made;
  if (random.chance(4)) made.add("$patch", directive(random));
  for (const auto& [key, value] : original.entries) {
    if (!random.chance(45)) continue;
    add_list_directive(random, key, value, made);
    made[key] = random.chance(8) ? raw("null") : changed(random, value);
  }
  if (random.chance(20)) {
    made[random.one_of({"a", "extra", "name", "app", "replicas"})] = any_tree(random, 2);
  }
  return made;
}

Yaml changed(Chooser& random, const Yaml& value) {
  if (random.chance(3)) return any_tree(random, 2);
  switch (value.kind) {
    case Yaml::Kind::map:
      return changed_map(random, value);
    case Yaml::Kind::list:
      return changed_list(random, value);
    default:
      return random.chance(70) ? any_scalar(random) : value;
  }
}

std::string pointer(const std::vector<Step>& way) {
  std::string text;
  for (const Step& step : way) {
    text += '/';
    if (step.is_index) {
      text += std::to_string(step.index);
      continue;
    }
    for (const char c : step.key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return text;
}

/// A way that does not take what an object must have, unless by mistake.
std::vector<Step> operation_way(Chooser& random, const Yaml& tree) {
  std::vector<Step> way;
  for (int tries = 0; tries < 6; ++tries) {
    way = random_way(random, tree);
    if (way.empty()) break;
    const std::string& first = way[0].key;
    // Whole metadata and annotations show what kustomize keeps in them during a build.
    const bool is_metadata = first == "metadata" && (way.size() == 1 || way[1].key == "name" ||
                                                     way[1].key == "annotations");
    if (first != "apiVersion" && first != "kind" && !is_metadata) break;
    way.clear();
  }
  return way;
}

/// One that `add` or `replace` may make.
std::string new_path(Chooser& random, const std::vector<Step>& way) {
  const std::string path = pointer(way);
  if (way.empty()) return "/metadata/new";
  if (way.back().value->kind == Yaml::Kind::list) return path + "/" + random.one_of({"-", "0"});
  if (way.back().value->kind == Yaml::Kind::map) {
    return path + "/" + random.one_of({"a", "new", "a~1b", "m~0n", "0", "x.y"});
  }
  return path;
}

std::string wrong_path(Chooser& random, const std::vector<Step>& way) {
  const std::string path = pointer(way);
  if (!way.empty() && way.back().value->kind == Yaml::Kind::list) {
    return path + "/" + random.one_of({"-", "0", "1", "-1", "5", "x", "01", "-2"});
  }
  if (!way.empty() && way.back().is_index && random.chance(60)) {
    return path.substr(0, path.rfind('/') + 1) + random.one_of({"-", "0", "1", "-1", "9"});
  }
  return path + "/" + random.one_of({"a", "new", "a~1b", "m~0n", "deep/er", "0", ""});
}

std::string operation_path(Chooser& random, const std::vector<Step>& way, bool makes) {
  if (way.empty() && !random.slips(30)) return "/metadata/labels";
  if (random.slips(50)) return wrong_path(random, way);
  return makes && random.chance(50) ? new_path(random, way) : pointer(way);
}

Yaml operation(Chooser& random, const Yaml& tree) {
  Yaml made;
  const std::string name = random.one_of(
      {"add", "add", "replace", "replace", "replace", "remove", "test", "move", "copy", "add"});
  made.add("op", random.slips(4) ? random.one_of({"odd", "", "Add"}) : name);
  const std::vector<Step> way = operation_way(random, tree);
  const bool is_exact = name == "test" && !way.empty() && !random.slips(50);
  const bool makes = name == "add" || name == "copy" || name == "replace" || name == "move";
  if (!random.slips(4)) {
    made.add("path", is_exact ? pointer(way) : operation_path(random, way, makes));
  }
  if (name == "move" || name == "copy") {
    if (!random.slips(10)) {
      made.add("from", operation_path(random, operation_way(random, tree), false));
    }
  } else if (name != "remove") {
    if (is_exact) {
      made.add("value", *way.back().value);
    } else if (!random.slips(8)) {
      made.add("value", any_tree(random, 2));
    }
  }
  return made;
}

std::string expression_of(Chooser& random, const std::string& text) {
  switch (random.below(8)) {
    case 0:
      return ".*";
    case 1:
      return text.substr(0, text.size() / 2) + ".*";
    case 2:
      return text + "|other";
    case 3:
      if (random.slips(40)) return "(" + text;
      return random.one_of({"", "^", "[a-z]?", "no"}) + text;
    default:
      return text;
  }
}

Yaml options(Chooser& random) {
  Yaml made;
  made.add(random.one_of({"allowNameChange", "allowKindChange"}), raw("true"));
  if (random.chance(20)) made["allowNameChange"] = raw("true");
  return made;
}

/// The patch as it stands in `patch:` or in a file.
std::string patch_text(Layer& layer, const GeneratedObject& object, bool is_json) {
  if (is_json) {
    return write(json_patch(layer.random, object),
                 layer.random.chance(30) ? Style::json : Style::noisy, layer.random);
  }
  std::string text = layer.written(merge_patch(layer.random, object));
  if (layer.random.slips(15)) {
    text += "---\n" + layer.written(merge_patch(layer.random, layer.any()));
  }
  return text;
}

}  // namespace

Yaml merge_patch(Chooser& random, const GeneratedObject& object) {
  Yaml made;
  if (!random.slips(5)) made.add("apiVersion", object.api_version);
  made.add("kind", random.slips(8) ? "Other" : object.kind);
  made["metadata"].add("name", random.slips(12) ? object_name(random) : object.name);
  if (!object.namespace_name.empty() && !random.slips(25)) {
    made["metadata"].add("namespace", object.namespace_name);
  }
  if (random.chance(5)) {
    made.add("$patch", directive(random));
    return made;
  }
  for (const auto& [key, value] : object.tree.entries) {
    if (key == "apiVersion" || key == "kind") continue;
    if (key == "metadata") {
      for (const auto& [inner, item] : value.entries) {
        if (inner == "name" || inner == "namespace" || !random.chance(50)) continue;
        made["metadata"][inner] = changed(random, item);
      }
      continue;
    }
    if (random.chance(70)) made.add(key, changed(random, value));
  }
  if (random.chance(10)) made["metadata"]["labels"] = label_map(random, false);
  if (random.chance(10)) made["metadata"]["annotations"] = label_map(random, false);
  return made;
}

Yaml json_patch(Chooser& random, const GeneratedObject& object) {
  std::vector<Yaml> operations;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) operations.push_back(operation(random, object.tree));
  return list(std::move(operations));
}

Yaml selector(Chooser& random, const GeneratedObject& object) {
  Yaml made;
  if (random.chance(25)) made.add("group", expression_of(random, object.group()));
  if (random.chance(25)) made.add("version", expression_of(random, object.version()));
  if (random.chance(75)) made.add("kind", expression_of(random, object.kind));
  if (random.chance(65)) made.add("name", expression_of(random, object.name));
  if (random.chance(15)) {
    made.add(
        "namespace",
        expression_of(random, object.namespace_name.empty() ? "default" : object.namespace_name));
  }
  if (random.chance(10)) {
    made.add(
        "labelSelector",
        random.one_of({"app=web", "app", "!app", "app in (web, db)", "tier notin (x)", "app!=web",
                       "app=web,env", random.slips(50) ? "a b" : "app", "app==db", "env>1"}));
  }
  if (random.chance(5)) made.add("annotationSelector", random.one_of({"app=web", "a", "!b"}));
  return made;
}

Yaml patch_entry(Layer& layer) {
  Chooser& random = layer.random;
  const GeneratedObject& object = layer.any();
  const bool is_json = random.chance(40);
  Yaml made;
  const std::string text = patch_text(layer, object, is_json);
  if (random.chance(40)) {
    made.add("path", layer.place("patch" + std::to_string(random.below(1000)) + ".yaml", text));
  } else {
    made.add("patch", text);
  }
  if (is_json ? !random.slips(8) : random.chance(45)) {
    made.add("target", selector(random, object));
  }
  if (random.chance(10)) made.add("options", options(random));
  return made;
}

Yaml json_patch_entry(Layer& layer) {
  Chooser& random = layer.random;
  const GeneratedObject& object = layer.any();
  Yaml made;
  Yaml& target = made["target"];
  if (!object.group().empty() || random.chance(50)) target.add("group", object.group());
  target.add("version", object.version());
  target.add("kind", object.kind);
  target.add("name", random.slips(20) ? ".*" : object.name);
  if (!object.namespace_name.empty()) target.add("namespace", object.namespace_name);
  const std::string text = patch_text(layer, object, true);
  if (random.chance(50)) {
    made.add("path", layer.place("json" + std::to_string(random.below(1000)) + ".yaml", text));
  } else {
    made.add("patch", text);
  }
  return made;
}

Yaml merge_patch_entry(Layer& layer) {
  const std::string text = patch_text(layer, layer.any(), false);
  if (layer.random.chance(30)) return text;
  return layer.place("merge" + std::to_string(layer.random.below(1000)) + ".yaml", text);
}

}  // namespace reconcile::fuzz
