#include "diff/object_tries.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using diff::ListType;

TEST_CASE("of list items with equal keys the last one counts", "[diff][object_tries]") {
  // Short lists and long ones are looked through in two ways.
  for (const int others : {0, 30}) {
    CAPTURE(others);
    std::string json = R"([{"name":"a","v":1},{"name":"b","v":2},{"name":"a","v":3})";
    for (int i = 0; i < others; ++i) json += R"(,{"name":"n)" + std::to_string(i) + "\"}";
    const model::Document list = model::parse_json(json + "]");
    const diff::KeyedItems items = diff::keyed_items(list.root(), ListType::keyed, {"name"});
    REQUIRE(items.size() == 2U + static_cast<std::size_t>(others));
    CHECK(items[0].first == R"(k:{"name":"a"})");
    CHECK(items[0].second["v"].integer() == 3);
    CHECK(items[1].first == R"(k:{"name":"b"})");
  }
  const model::Document set = model::parse_json(R"(["x","y","x"])");
  CHECK(diff::keyed_items(set.root(), ListType::set, {}).size() == 2);
}
