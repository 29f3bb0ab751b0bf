#include "reconcile/model/yaml_writer.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile::model;

namespace {

std::string v2(std::string_view json) {
  return write_yaml(parse_json(json).root());
}

std::string pretty(std::string_view json) {
  return write_yaml_pretty(parse_json(json).root());
}

// Random JSON data with strings that are hard to write. The key "<<" is left out: go-yaml writes it
// plain, so that it reads back as a merge.
Node random_node(Arena& arena, std::mt19937& random, int depth) {
  static const char* const pieces[] = {
      "a",  "yes", " ",  "\n", ": ",   "#", "'", "\"",   "\\", "1",
      "0x", "1:2", "-",  "- ", "x\tx", "é", "{", "}",    "[",  "]",
      ",",  "?",   "| ", "> ", "%",    "@", "~", "null", ".5", "long words in a row ",
      "\r", "="};
  const auto text = [&] {
    std::string out;
    for (std::size_t i = random() % 6; i > 0; --i) out += pieces[random() % std::size(pieces)];
    return out;
  };
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0:
      return make_integer(static_cast<std::int64_t>(random()) - 1'000'000'000);
    case 1:
      return make_boolean(random() % 2 == 0);
    case 2:
      return random() % 2 == 0 ? make_null() : make_floating(static_cast<double>(random()) / 7);
    case 6: {
      Node list = make_list();
      for (std::size_t i = random() % 4; i > 0; --i) {
        append(arena, list, random_node(arena, random, depth - 1));
      }
      return list;
    }
    case 7: {
      Node map = make_map();
      for (std::size_t i = random() % 5; i > 0; --i) {
        set(arena, map, text(), random_node(arena, random, depth - 1));
      }
      return map;
    }
    default:
      return make_string(arena, text());
  }
}

}  // namespace

TEST_CASE("writes block style with lists at their key's column", "[model][yaml][writer]") {
  CHECK(v2(R"({"b":[1,{"c":[],"d":{}}],"a":{"x":[[1,2],"y"]}})") ==
        "a:\n  x:\n  - - 1\n    - 2\n  - \"y\"\nb:\n- 1\n- c: []\n  d: {}\n");
  CHECK(pretty(R"({"b":[1,{"c":[2]}]})") == "b:\n  - 1\n  - c:\n      - 2\n");
  std::string out;
  write_yaml_form(parse_json(R"({"b":[1,{"c":[2]}]})").root(), YamlForm::v3_compact, out);
  CHECK(out == "b:\n- 1\n- c:\n  - 2\n");
}

TEST_CASE("sorts keys naturally", "[model][yaml][writer]") {
  CHECK(v2(R"({"a10":1,"a9":1,"b":1,"B":1,"_x":1,"1":1,"a":1})") ==
        "_x: 1\n\"1\": 1\nB: 1\na: 1\na9: 1\na10: 1\nb: 1\n");
  CHECK(v2(R"({"v1":1,"v10":2,"v1alpha1":3})").size() ==
        v2(R"({"v1alpha1":3,"v10":2,"v1":1})").size());
  CHECK(v2(R"({"v2":1,"v10":2,"v1beta1":3})") == v2(R"({"v1beta1":3,"v10":2,"v2":1})"));
}

TEST_CASE("quotes what would not read back as a string", "[model][yaml][writer]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"("yes")", "\"yes\"\n"},
      {R"("")", "\"\"\n"},
      {R"("1:20")", "\"1:20\"\n"},
      {R"("a: b")", "'a: b'\n"},
      {R"("it's: x")", "'it''s: x'\n"},
      {R"("a\tb")", "\"a\\tb\"\n"},
      {R"("a\nb\n")", "|\n  a\n  b\n"},
      {R"(" a\nb")", "|2-\n   a\n  b\n"},
      {R"("\ud83d\ude00")", "\"\\U0001F600\"\n"},
      {R"("2001-01-01")", "\"2001-01-01\"\n"},
      {R"("1e400")", "1e400\n"},
  };
  for (const auto& [json, text] : rows) CHECK(v2(json) == text);
}

TEST_CASE("folds at column 80 in the v2 form only", "[model][yaml][writer]") {
  std::string words = "word";
  for (int i = 0; i < 30; ++i) words += " word";
  const std::string json = "{\"a\":\"" + words + "\"}";
  CHECK(v2(json).find("\n  word") != std::string::npos);
  CHECK(pretty(json) == "a: " + words + "\n");
}

TEST_CASE("numbers go through JSON in the v2 form", "[model][yaml][writer]") {
  CHECK(v2("[1000000.0,1234567.5,1e-7,-0.0,12345678901234567000.0]") ==
        "- 1000000\n- 1.2345675e+06\n- 1e-07\n- 0\n- 12345678901234567000\n");
  CHECK(pretty("[1000000.0,1]") == "- 1e+06\n- 1\n");
  CHECK(v2("[18446744073709551615,-5]") == "- 18446744073709551615\n- -5\n");
}

TEST_CASE("fails where the hop through JSON fails", "[model][yaml][writer]") {
  CHECK_THROWS_AS(v2("\"a\x7f\""), Error);
  CHECK_THROWS_AS(v2("{\"" + std::string(1100, 'k') + "\":1}"), Error);
  CHECK(v2("\"a \xC2\x85 b\"") == "a b\n");
  Arena arena;
  const Node invalid = make_string(arena, "a\xff");
  CHECK(write_yaml(Value(&invalid)) == "a\xEF\xBF\xBD\n");
  CHECK(write_yaml_pretty(Value(&invalid)) == "!!binary Yf8=\n");
}

TEST_CASE("refuses to write endless nesting", "[model][yaml][writer]") {
  Arena arena;
  Node inner = make_list();
  append(arena, inner, make_null());
  inner.items[0] = inner;  // contains itself
  try {
    write_yaml(Value(&inner));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::limit_exceeded);
  }
}

TEST_CASE("what is written reads back as the same data", "[model][yaml][writer]") {
  std::mt19937 random(20240607);
  for (int round = 0; round < 3000; ++round) {
    Arena arena;
    const Node node = random_node(arena, random, 4);
    const Value value(&node);
    const std::string expected = write_json(value);
    for (const YamlForm form : {YamlForm::v2, YamlForm::v3_wide, YamlForm::v3_compact}) {
      std::string text;
      write_yaml_form(value, form, text);
      YamlOptions options;
      options.dialect = form == YamlForm::v2 ? YamlDialect::v2 : YamlDialect::v3;
      INFO(text);
      REQUIRE(write_json(parse_yaml(text, options).root()) == expected);
    }
  }
}
