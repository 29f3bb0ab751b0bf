#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::gotemplate;

TEST_CASE("maps stay sorted and replace values", "[renderers][gotemplate][values]") {
  Heap heap;
  GoMap* map = heap.map();
  for (int i = 99; i >= 0; --i) {
    map->set_copy("key" + std::to_string(i), GoValue::integer(i));
    map->set_copy("key" + std::to_string(i), GoValue::integer(i * 2));
  }
  CHECK(map->size() == 100);
  std::string previous;
  for (const GoEntry& entry : map->entries()) {
    CHECK(previous < entry.name());
    previous = entry.name();
    CHECK(entry.value.as_integer() == 2 * std::stoi(previous.substr(3)));
  }
  CHECK(map->find("key7")->as_integer() == 14);
  CHECK(map->find("key") == nullptr);
  CHECK(map->erase("key7"));
  CHECK_FALSE(map->erase("key7"));
  CHECK_FALSE(map->contains("key7"));
  CHECK(map->size() == 99);
  map->set("nothing", GoValue());
  CHECK(map->find("nothing")->type() == GoType::nil);
  GoMap* copy = map->clone(GoType::values);
  copy->set("only here", GoValue::nil());
  CHECK_FALSE(map->contains("only here"));
}

TEST_CASE("JSON becomes what Go decodes, and back", "[renderers][gotemplate][values]") {
  Heap heap;
  const model::Document document =
      model::parse_json(R"({"n":1,"b":true,"s":"x","z":null,"l":[1,{"k":[]}],"f":1.5})");
  const GoValue value = to_go_value(heap, document.root());
  CHECK(value.type() == GoType::map);
  CHECK(value.as_map()->find("n")->type() == GoType::float64);
  CHECK(value.as_map()->find("z")->type() == GoType::nil);
  CHECK(value.as_map()->find("l")->type() == GoType::list);
  model::Arena arena;
  const model::Node node = to_node(arena, value);
  CHECK(model::write_json(model::Value(&node)) ==
        R"({"b":true,"f":1.5,"l":[1,{"k":[]}],"n":1,"s":"x","z":null})");
}

TEST_CASE("deep equality compares types", "[renderers][gotemplate][values]") {
  Heap heap;
  const GoValue one[] = {GoValue::integer(1)};
  const GoValue real[] = {GoValue::floating(1)};
  CHECK(deep_equal(heap.slice(one), heap.slice(one)));
  CHECK_FALSE(deep_equal(heap.slice(one), heap.slice(real)));
  CHECK_FALSE(deep_equal(heap.slice(one, GoType::ints), heap.slice(one)));
  CHECK(deep_equal(GoValue::nil(), GoValue()));
  CHECK_FALSE(deep_equal(GoValue::typed_nil(GoType::list), heap.slice({})));
  GoMap* left = heap.map();
  GoMap* right = heap.map();
  left->set("a", GoValue::string("x"));
  CHECK_FALSE(deep_equal(GoValue::map(left), GoValue::map(right)));
  right->set("a", GoValue::string("x"));
  CHECK(deep_equal(GoValue::map(left), GoValue::map(right)));
  left->set("self", GoValue::map(left));
  right->set("self", GoValue::map(right));
  CHECK_FALSE(deep_equal(GoValue::map(left), GoValue::map(right)));
}

TEST_CASE("structs have fields, names in Go and names in JSON", "[renderers][gotemplate][values]") {
  static constexpr GoField fields[] = {{"Name", "name"}, {"Home", "home", true}, {"hidden", ""}};
  static constexpr GoStructType type{"chart.Metadata", fields, {}};
  Heap heap;
  const std::span<GoValue> values = heap.elements(3);
  values[0] = GoValue::string("n");
  values[1] = GoValue::string("");
  values[2] = GoValue::integer(1);
  const GoValue made = GoValue::object(heap.make<GoStruct>(type, values));
  std::string text;
  append_printed(text, made);
  CHECK(text == "{n  1}");
  CHECK(format("%+v %T", std::vector<GoValue>{made, made}) ==
        "{Name:n Home: hidden:1} chart.Metadata");
  model::Arena arena;
  const model::Node node = to_node(arena, made);
  CHECK(model::write_json(model::Value(&node)) == R"({"name":"n"})");
  CHECK(is_true(made));
}
