#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/model/yaml_in_place.hpp"

using namespace reconcile::model;

namespace {

YamlOptions go_v3() {
  YamlOptions options;
  options.dialect = YamlDialect::v3;
  options.to_json = false;
  return options;
}

std::string failure_of(std::string_view text) {
  Arena arena;
  try {
    (void)parse_yaml_in_place(text, go_v3(), arena);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("in place, texts are views of the source where it has them", "[yaml_in_place]") {
  const std::string text = "plain: some text\nquoted: \"one\\ttwo\"\nblock: |\n  a\n  b\n";
  Arena arena;
  const Node root = parse_yaml_in_place(text, go_v3(), arena);
  const Value value(&root);
  const auto is_inside = [&](std::string_view part) {
    return part.data() >= text.data() && part.data() < text.data() + text.size();
  };
  CHECK(value["plain"].text() == "some text");
  CHECK(is_inside(value["plain"].text()));
  CHECK(is_inside(value.key_at(0)));
  CHECK(value["quoted"].text() == "one\ttwo");
  CHECK_FALSE(is_inside(value["quoted"].text()));
  CHECK(value["block"].text() == "a\nb\n");
  CHECK(parse_yaml_in_place("# nothing\n", go_v3(), arena).kind == Kind::null);
}

TEST_CASE("keys of all kinds are unique", "[yaml_in_place]") {
  const std::string head = "yaml: unmarshal errors:";
  CHECK(failure_of("b: 1\na: 1\nb: 2\na: 3\n") ==
        head + "\n  line 4: mapping key \"a\" already defined at line 2" +
            "\n  line 3: mapping key \"b\" already defined at line 1");
  CHECK(failure_of("b: 1\n2: x\n\"2\": y\nb: 3\n") ==
        head + "\n  line 3: mapping key \"2\" already defined at line 2" +
            "\n  line 4: mapping key \"b\" already defined at line 1");
  CHECK(failure_of("x: &x {a: 1}\n<<: *x\nb: 1\n<<: *x\n") ==
        head + "\n  line 4: mapping key \"<<\" already defined at line 2");
  CHECK(failure_of("x: &x {a: 1}\n<<: *x\na: 1\n").empty());
}

TEST_CASE("keys in their order are written as sorted ones", "[yaml_in_place]") {
  std::vector<std::string> keys = {"a", "aB", "ab", "a-b", "a_c", "B", "b", "$ref", "a.b", "abc"};
  const auto written = [&] {
    Arena arena;
    Node map = make_map();
    for (const std::string& key : keys) set(arena, map, key, make_null());
    return write_yaml(Value(&map));
  };
  std::sort(keys.begin(), keys.end());
  const std::string expected = written();
  while (std::next_permutation(keys.begin(), keys.begin() + 5)) CHECK(written() == expected);
  // As the writer gave them, which is the order that is not sorted again.
  keys.clear();
  for (std::size_t at = 0; at < expected.size(); at = expected.find('\n', at) + 1) {
    keys.push_back(expected.substr(at, expected.find(':', at) - at));
  }
  CHECK(written() == expected);
}

TEST_CASE("long texts break where characters would", "[yaml_in_place]") {
  const std::string word(30, 'x');
  const std::string text = word + " " + word + "  " + word + " y " + word + " " + word + " " + word;
  Arena arena;
  Node map = make_map();
  set(arena, map, "k", make_string_view(text));
  CHECK(write_yaml(Value(&map)) ==
        "k: " + word + " " + word + "  " + word + "\n  y " + word + " " + word + " " + word + "\n");
  set(arena, map, "k", make_string_view("a\n\n  b\nc\n"));
  CHECK(write_yaml(Value(&map)) == "k: |\n  a\n\n    b\n  c\n");
  set(arena, map, "k", make_string_view("a \nb"));
  CHECK(write_yaml(Value(&map)) == "k: \"a \\nb\"\n");
}
