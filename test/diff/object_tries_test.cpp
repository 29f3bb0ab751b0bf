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

TEST_CASE("lists that have the same keys one after the other are seen to", "[diff][object_tries]") {
  struct Row {
    const char* desired;
    const char* live;
    bool equal;
  };
  const std::vector<std::string> names = {"port", "protocol"};
  const Row rows[] = {
      {R"([{"port":1,"protocol":"TCP"}])", R"([{"port":1,"protocol":"TCP","more":1}])", true},
      {R"([{"port":1}])", R"([{"port":1,"protocol":"TCP"}])", true},
      {R"([{"port":1}])", R"([{"port":1,"protocol":"UDP"}])", false},
      {R"([{"port":1,"protocol":"TCP"}])", R"([{"port":1}])", false},
      {R"([{"port":1},{"port":2}])", R"([{"port":2,"protocol":"TCP"},{"port":1,"protocol":"TCP"}])",
       false},
      {R"([{"port":1}])", R"([{"port":1,"protocol":"TCP"},{"port":2}])", false},
      {R"([{"port":1}])", R"([{"port":"1","protocol":"TCP"}])", false},
      {R"([{"protocol":"TCP"}])", R"([{"protocol":"TCP"}])", false},
      {"[]", "[]", true},
  };
  for (const Row& row : rows) {
    INFO(row.desired << " and " << row.live);
    const model::Document desired = model::parse_json(row.desired);
    const model::Document live = model::parse_json(row.live);
    CHECK(diff::have_equal_keys(desired.root(), live.root(), ListType::keyed, names) == row.equal);
  }
  const model::Document set = model::parse_json(R"(["x","y"])");
  const model::Document turned = model::parse_json(R"(["y","x"])");
  CHECK(diff::have_equal_keys(set.root(), set.root(), ListType::set, {}));
  CHECK_FALSE(diff::have_equal_keys(set.root(), turned.root(), ListType::set, {}));
}
