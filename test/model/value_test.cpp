#include "reconcile/model/value.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile::model;

TEST_CASE("an absent value reads as a missing field", "[model][value]") {
  const Value absent;
  CHECK_FALSE(absent.present());
  CHECK(absent.is_null());
  CHECK(absent["spec"]["replicas"].at(3).text().empty());
  CHECK(absent.size() == 0);
  CHECK_FALSE(absent.integer());
}

TEST_CASE("reads typed scalars", "[model][value]") {
  const Document document = parse_json(
      R"({"i":7,"f":1.5,"w":2.0,"u":18446744073709551615,"s":"x","b":true,"n":null,"l":[1,2]})");
  CHECK(document["i"].integer() == 7);
  CHECK(document["i"].number() == 7.0);
  CHECK_FALSE(document["f"].integer());
  CHECK(document["w"].integer() == 2);
  CHECK(document["w"].source() == "2.0");
  CHECK(document["u"].is_unsigned());
  CHECK_FALSE(document["u"].integer());
  CHECK(document["u"].unsigned_integer() == 18446744073709551615ULL);
  CHECK(document["s"].text() == "x");
  CHECK(document["b"].boolean() == true);
  CHECK(document["n"].present());
  CHECK(document["n"].is_null());
  CHECK(document["l"].at(1).integer() == 2);
  CHECK_FALSE(document["l"].at(2).present());
  CHECK(document.root().key_at(0) == "i");
  CHECK(document.root().value_at(0).integer() == 7);
  CHECK(document.root().key_at(99).empty());
}

TEST_CASE("compares data, not text", "[model][value]") {
  const auto same = [](const char* left, const char* right) {
    const Document a = parse_json(left);
    const Document b = parse_json(right);
    return equal(a.root(), b.root());
  };
  CHECK(same(R"({"a":1,"b":[1,2]})", R"({"b":[1.0,2],"a":1})"));
  CHECK_FALSE(same(R"({"a":1})", R"({"a":1,"b":null})"));
  CHECK_FALSE(same("[1,2]", "[2,1]"));
  CHECK_FALSE(same("\"1\"", "1"));
  CHECK(same("18446744073709551615", "18446744073709551615"));
  CHECK_FALSE(same("18446744073709551615", "-1"));
  CHECK(equal(Value(), parse_json("null").root()));
}

TEST_CASE("edits maps and lists in document order", "[model][arena]") {
  Arena arena;
  Node map = make_map();
  set(arena, map, "b", make_integer(1));
  set(arena, map, "a", make_string(arena, "x"));
  set(arena, map, "b", make_boolean(true));
  CHECK(write_json(Value(&map), {false, true, 0}) == R"({"b":true,"a":"x"})");
  CHECK(erase(map, "b"));
  CHECK_FALSE(erase(map, "b"));
  Node list = make_list();
  for (int i = 0; i < 10; ++i) append(arena, list, make_integer(i));
  erase_item(list, 3);
  erase_item(list, 100);
  set(arena, map, "list", list);
  CHECK(write_json(Value(&map)) == R"({"a":"x","list":[0,1,2,4,5,6,7,8,9]})");
}

TEST_CASE("finds keys of big maps after every kind of edit", "[model][arena]") {
  Arena arena;
  Node map = make_map();
  const auto name = [](int i) { return "key-" + std::to_string(i); };
  for (int i = 0; i < 1000; ++i) set(arena, map, name(i), make_integer(i));
  for (int i = 0; i < 1000; i += 3) REQUIRE(erase(map, name(i)));
  for (int i = 1000; i < 1100; ++i) set(arena, map, name(i), make_integer(i));
  for (int i = 0; i < 1100; ++i) {
    const Node* const found = find(std::as_const(map), name(i));
    REQUIRE((found != nullptr) == (i >= 1000 || i % 3 != 0));
    if (found != nullptr) REQUIRE(found->integer == i);
  }
  const Node copy = copy_node(arena, Value(&map));
  CHECK(equal(Value(&copy), Value(&map)));
  CHECK(Value(&copy)["key-1099"].integer() == 1099);
}

TEST_CASE("a copy outlives the arena it came from", "[model][arena]") {
  auto target = std::make_shared<Arena>();
  Node copy;
  {
    const Document document = parse_json(R"({"a":["text",1.50,{"b":null}]})");
    copy = copy_node(*target, document.root());
  }
  CHECK(write_json(Value(&copy)) == R"({"a":["text",1.5,{"b":null}]})");
  CHECK(Value(&copy)["a"].at(1).source() == "1.50");
}

TEST_CASE("an arena keeps adopted texts and retained arenas", "[model][arena]") {
  auto arena = std::make_shared<Arena>();
  const std::string_view text = arena->adopt(std::string(100, 'x'));
  {
    auto other = std::make_shared<Arena>();
    Node* const node = other->new_node();
    *node = make_string(*other, "kept");
    Node* const root = arena->new_node();
    *root = make_list();
    append(*arena, *root, *node);
    arena->retain(other);
    const Document document(arena, Value(root));
    CHECK(document.root().at(0).text() == "kept");
  }
  CHECK(text == std::string(100, 'x'));
  const auto* const big = static_cast<char*>(arena->allocate(3U << 20U));
  CHECK(reinterpret_cast<std::uintptr_t>(big) % 8 == 0);
  CHECK(arena->used_bytes() >= 3U << 20U);
}

TEST_CASE("a frozen document is read by several threads", "[model][value]") {
  std::string text = "{";
  for (int i = 0; i < 200; ++i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  const Document document = parse_json(text + "\"end\":true}");
  std::vector<std::thread> threads;
  std::vector<int> found(4);
  for (std::size_t t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        found[t] += document["k" + std::to_string(i)].integer() == i ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == std::vector<int>(4, 200));
}
