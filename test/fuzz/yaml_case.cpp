#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {

namespace {

constexpr std::string_view simple_keys[] = {"a",    "b",     "name", "labels", "Key",
                                            "spec", "image", "on",   "y",      "zeta"};

/// Every writer of the value at `path`.
std::string writers(Random& random, std::string_view path) {
  const std::string value(path);
  std::string text = "{{ toYaml " + value + " }}\n==\n{{ toYamlPretty " + value + " }}\n";
  switch (random.below(5)) {
    case 0:
      text += "==\n{{ toYaml " + value + " | nindent 4 }}\n{{ toYaml " + value + " | quote }}\n";
      break;
    case 1:
      text += "==\n{{ toJson " + value + " }}\n{{ toPrettyJson " + value + " }}\n{{ toRawJson " +
              value + " }}\n";
      break;
    case 2:
      text += "==\n{{ fromYaml (toYaml " + value + ") | toJson }}\n{{ fromYamlArray (toYaml " +
              value + ") | toJson }}\n";
      break;
    case 3:
      text += "==\n{{ fromYaml (toYamlPretty " + value + ") | toYaml }}\n";
      break;
    default:
      break;
  }
  return text;
}

}  // namespace

Case make_yaml_case(Random& random) {
  Case made;
  made.topic = "write";
  made.error_match = ErrorMatch::fails;
  made.profile = random.chance(70) ? helm::Profile::helm4 : helm::Profile::helm3;
  TreeShape shape{.keys = simple_keys, .odd_texts = true};
  std::string value;
  switch (random.below(4)) {
    case 0:
      value = quoted(random_text(random));
      break;
    case 1:
      value = "{k: " + quoted(random_text(random)) + "}";
      break;
    case 2:
      value = "[" + quoted(random_text(random)) + ", {" + quoted(random_text(random)) + ": " +
              quoted(random_text(random)) + "}]";
      break;
    default:
      shape.depth = 1 + random.below(4);
      value = random_map(random, shape);
      break;
  }
  made.values.push_back({helm::ValuesForm::file, "v: " + value + "\n", ""});
  made.files["templates/a.txt"] = writers(random, ".Values.v");
  return made;
}

}  // namespace reconcile::fuzz
