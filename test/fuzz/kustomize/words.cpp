#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view odd_texts[] = {
    "",
    "true",
    "yes",
    "on",
    "n",
    "1",
    "1.0",
    "0x1F",
    "0755",
    "08",
    "null",
    "~",
    "x: y",
    "- a",
    "#c",
    "a #c",
    " lead",
    "trail ",
    "two\nlines\n",
    "two\n\nparts",
    "one\n",
    "\n",
    "a\n\n\n",
    "tab\there",
    "\xE6\x97\xA5\xE6\x9C\xAC",
    "face \xF0\x9F\x98\x80",
    "it's",
    "say \"hi\"",
    "a,b",
    "{x}",
    "[y]",
    "*s",
    "&a",
    "!t",
    "%p",
    "@at",
    "`b`",
    "|",
    ">",
    "?",
    ":",
    "-",
    "a:b",
    "a: b",
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "12:30:45",
    "1e3",
    ".inf",
    "=",
    "<<",
    "0o7",
    "0b1",
    "1_000",
    "+1",
    ".5",
    "$(VAR)",
    "$(OTHER) and $(VAR)",
    "$$(VAR)",
    "$(UNKNOWN)",
    "a.b.c",
    "a b c",
    "<a & b>",
    "back\\slash",
    "carriage\r\nreturn\r\n",

    "a text long enough to go beyond the eightieth column, so that its writer has to fold it here",
    "verylongwordwithoutanyspaceinitthatgoesbeyondtheeightiethcolumnofthelinewithoutapossiblebreak",
    "key: value\nlist:\n- a\n- b: 1\n",
    "{\"a\": 1, \"b\": [true, \"x\"]}",
    "a=b;c=d",
    "x-y-z"};

constexpr std::string_view odd_scalars[] = {"null",
                                            "~",
                                            "true",
                                            "False",
                                            "yes",
                                            "Off",
                                            "1",
                                            "-7",
                                            "1.0",
                                            "1.50",
                                            "1e3",
                                            "1E-7",
                                            "0755",
                                            "0o17",
                                            "0x1F",
                                            "0b11",
                                            "1_000",
                                            ".5",
                                            "+1",
                                            "9007199254740993",
                                            "18446744073709551615",
                                            "123456789012345678901234567890",
                                            "1e400",
                                            "2001-01-01",
                                            "2001-01-01T10:20:30Z",

                                            "12:30:45",
                                            "!!str 1",
                                            "!!int \"3\"",

                                            "!!bool \"true\"",
                                            "!!binary aGk=",
                                            "0.1",
                                            "100000000000000000000000",
                                            "1.7976931348623157e308",
                                            "-0",
                                            "-0.0",
                                            "'null'",
                                            "\"\\u00e9\\n\"",
                                            "\"a\\tb\"",
                                            "08",
                                            "0_8",
                                            "-.5",
                                            "1.",
                                            "0x",
                                            "..",
                                            "y",
                                            "N"};

}  // namespace

std::string object_name(Chooser& random) {
  return random.one_of({"app", "web", "db", "cfg", "api", "sa", "default", "x", "app-web"});
}

std::string namespace_name(Chooser& random) {
  return random.one_of({"ns1", "ns2", "default", "kube-system", "app"});
}

std::string label_key(Chooser& random) {
  if (random.slips(3)) return random.one_of({"1", "true", "null", "2001-01-01", ".5"});
  return random.one_of({"app", "tier", "app.kubernetes.io/name", "env", "a", "b", "example.com/x"});
}

std::string label_value(Chooser& random) {
  return random.one_of({"web", "db", "v1", "prod", "true", "1", "a-b", ""});
}

std::string image_name(Chooser& random) {
  return random.one_of({"nginx", "redis", "repo/nginx", "registry:5000/team/app", "ngin", "ng.nx",
                        "registry.example/library/redis", "app"});
}

std::string image(Chooser& random) {
  std::string text = image_name(random);
  if (random.chance(60)) text += ":" + random.one_of({"1.2", "v1", "latest", "1.2-alpine", "7"});
  if (random.chance(20)) text += "@sha256:" + std::string(64, random.chance(50) ? 'a' : '0');
  return text;
}

std::string any_text(Chooser& random) {
  if (random.chance(50)) return random.one_of({"a", "b", "value", "some text", "x1", "app", "web"});
  if (random.slips(3)) return "a control\x01 character";
  return std::string(random.one_of(odd_texts));
}

Yaml any_scalar(Chooser& random) {
  if (random.chance(60)) return any_text(random);
  if (random.slips(10)) return raw(random.one_of({".inf", "*none"}));
  return raw(std::string(random.one_of(odd_scalars)));
}

Yaml any_tree(Chooser& random, std::size_t depth_max) {
  const std::size_t chosen = random.below(10);
  if (depth_max == 0 || chosen < 4) return any_scalar(random);
  if (chosen < 7) {
    Yaml map;
    const std::size_t count = random.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      map[random.one_of({"a", "b", "c", "name", "key", "x.y", "x/y", "list", "0", "value"})] =
          any_tree(random, depth_max - 1);
    }
    return map;
  }
  std::vector<Yaml> items;
  const std::size_t count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) items.push_back(any_tree(random, depth_max - 1));
  return list(std::move(items));
}

Yaml label_map(Chooser& random, bool texts_only) {
  Yaml map;
  const std::size_t count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    map[label_key(random)] =
        texts_only || random.chance(80) ? Yaml(label_value(random)) : any_scalar(random);
  }
  return map;
}

}  // namespace reconcile::fuzz
