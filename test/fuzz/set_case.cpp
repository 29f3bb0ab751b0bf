// The grammar of --set, --set-string, --set-json, --set-file and --set-literal.
#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view keys[] = {"a",   "b",     "c",     "a-b",      "A",  "1",
                                     "x/y", "a\\.b", "a\\,b", "a\\[0\\]", " a", ""};
constexpr std::string_view plain_keys[] = {"a", "b", "c"};

std::string value(Random& random) {
  if (random.chance(15)) {
    std::string list = "{";
    const std::size_t count = random.below(4);
    for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + value(random);
    return list + (random.chance(92) ? "}" : "");
  }
  return random.one_of({"",
                        "1",
                        "0",
                        "00",
                        "01",
                        "-1",
                        "+1",
                        "1.5",
                        "1e3",
                        "true",
                        "TRUE",
                        "True",
                        "tRue",
                        "false",
                        "null",
                        "NULL",
                        "nUll",
                        "x",
                        "x y",
                        "\\,",
                        "a\\,b",
                        "\\",
                        "\\\\",
                        "a=b",
                        "\"q\"",
                        "'q'",
                        "{",
                        "}",
                        "\\{a\\}",
                        "[0]",
                        "9223372036854775807",
                        "9223372036854775808",
                        "-9223372036854775808",
                        "0x1f",
                        "1_000",
                        " 1",
                        "1 ",
                        "\xC3\xA9",
                        "\n",
                        "a.b",
                        "~",
                        "yes",
                        "a\nb",
                        "-0",
                        "\t",
                        "[]"});
}

std::string path(Random& random) {
  std::string text;
  const std::size_t parts = 1 + random.below(4);
  for (std::size_t i = 0; i < parts; ++i) {
    if (i > 0) text += ".";
    text += random.chance(80) ? random.one_of(plain_keys) : random.one_of(keys);
    while (random.chance(22)) {
      text += "[" +
              random.one_of({"0", "0", "1", "2", "3", "-1", "01", "x", "", "1 ", "+1", "65536",
                             "65537", "0x1"}) +
              (random.chance(96) ? "]" : "");
    }
  }
  return text;
}

std::string structured(Random& random, helm::ValuesForm form) {
  std::string text;
  const std::size_t count = form == helm::ValuesForm::set_literal ? 1 : 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += random.chance(95) ? "," : ",,";
    text += path(random);
    if (random.chance(95)) text += "=";
    if (form == helm::ValuesForm::set_json) {
      TreeShape shape{.keys = plain_keys, .depth = 2, .width = 3};
      text +=
          random.chance(60)
              ? random.one_of({"1", "\"s\"", "null", "true", "[1,2]", "{}", "[]", "{\"a\":null}",
                               "{\"a\":{\"b\":1}}", "1.5", "x", "", "'s'", "[1", "1e400",
                               "\"\\u00e9\"", " 1 ", "{\"a\":1} x", "12345678901234567890"})
              : random_tree(random, shape);
    } else {
      text += value(random);
    }
  }
  return text;
}

std::string letters(Random& random) {
  std::string text;
  const std::size_t count = random.below(14);
  for (std::size_t i = 0; i < count; ++i) {
    text += random.one_of({"a",   "b",    ".",  "=", ",", "{",       "}",    "[",       "]",
                           "[0]", "[1]",  "\\", "1", "0", "null",    "true", " ",       "\"",
                           "'",   "a.b=", "=1", "-", ":", "[\"a\"]", "\n",   "\xC3\xA9"});
  }
  return text;
}

}  // namespace

Case make_set_case(Random& random) {
  Case made;
  made.operation = Operation::set;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  const std::size_t files = random.below(3) == 0 ? 1 + random.below(2) : 0;
  for (std::size_t i = 0; i < files; ++i) {
    TreeShape shape{.keys = plain_keys, .depth = 3};
    made.values.push_back({helm::ValuesForm::file, random_map(random, shape) + "\n", ""});
  }
  const std::size_t count = 1 + (random.chance(30) ? random.below(3) : 0);
  for (std::size_t i = 0; i < count; ++i) {
    constexpr helm::ValuesForm forms[] = {
        helm::ValuesForm::set,        helm::ValuesForm::set,      helm::ValuesForm::set,
        helm::ValuesForm::set_string, helm::ValuesForm::set_json, helm::ValuesForm::set_file,
        helm::ValuesForm::set_literal};
    const helm::ValuesForm form = random.one_of(forms);
    made.values.push_back(
        {form, random.chance(70) ? structured(random, form) : letters(random), ""});
  }
  made.topic = "set " + std::to_string(static_cast<int>(made.values.back().form));
  return made;
}

}  // namespace reconcile::fuzz
