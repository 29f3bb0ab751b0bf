#include "reconcile/model/json_cursor.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace reconcile::model {
namespace {

using Cut = std::vector<std::string>;

/// "key=value" of each; absent where the text cannot be walked.
std::optional<Cut> cut(std::string_view text) {
  Cut all;
  JsonCursor cursor(text);
  if (!cursor.enter()) return std::nullopt;
  while (cursor.next()) {
    const std::string key(cursor.key());
    all.push_back(key + "=" + std::string(cursor.value()));
  }
  return cursor.at_end() ? std::optional(all) : std::nullopt;
}

TEST_CASE("a map is walked member by member", "[model][json_cursor]") {
  CHECK(cut("{}") == Cut{});
  CHECK(cut(R"({"a":1})") == Cut{"a=1"});
  CHECK(cut(R"({"a":-1.5e3,"":null,"c":{"d":[1,"}"]},"e":[],"f":"x,\"y\\"})") ==
        Cut{"a=-1.5e3", "=null", R"(c={"d":[1,"}"]})", "e=[]", R"(f="x,\"y\\")"});
  const std::string text(100, 'x');
  CHECK(cut("{\"" + text + "\":\"" + text + "\",\"b\":2}") ==
        Cut{text + "=\"" + text + "\"", "b=2"});
}

TEST_CASE("a list is walked item by item", "[model][json_cursor]") {
  CHECK(cut("[]") == Cut{});
  CHECK(cut(R"([1,"a]",{"b":[]},[[]],true])") ==
        Cut{"=1", R"(="a]")", R"(={"b":[]})", "=[[]]", "=true"});
}

TEST_CASE("what is in a map is walked without a second look", "[model][json_cursor]") {
  JsonCursor cursor(R"({"a":1,"b":{"c":[{"d":2},{}],"e":3},"f":4})");
  REQUIRE(cursor.enter());
  REQUIRE(cursor.next());
  CHECK(cursor.value() == "1");
  REQUIRE(cursor.next());
  CHECK(cursor.key() == "b");
  REQUIRE(cursor.enter());
  REQUIRE(cursor.next());
  CHECK(cursor.key() == "c");
  REQUIRE(cursor.enter());
  REQUIRE(cursor.next());
  REQUIRE(cursor.enter());
  REQUIRE(cursor.next());
  CHECK(cursor.key() == "d");
  CHECK(cursor.value() == "2");
  CHECK_FALSE(cursor.next());
  REQUIRE(cursor.next());
  REQUIRE(cursor.enter());
  CHECK_FALSE(cursor.next());
  CHECK_FALSE(cursor.next());
  REQUIRE(cursor.next());
  CHECK(cursor.key() == "e");
  CHECK(cursor.value() == "3");
  CHECK_FALSE(cursor.next());
  REQUIRE(cursor.next());
  CHECK(cursor.key() == "f");
  CHECK_FALSE(cursor.at_end());
  CHECK(cursor.value() == "4");
  CHECK_FALSE(cursor.next());
  CHECK(cursor.at_end());
}

TEST_CASE("what is no map and no list is refused", "[model][json_cursor]") {
  for (const char* text : {"",
                           "{",
                           "}",
                           "7",
                           "\"ab\"",
                           "null",
                           R"({"a":})",
                           R"({"a":1,})",
                           R"({"a":"x})",
                           R"({"a":"x\"})",
                           R"({"a)",
                           R"({"a":1}})",
                           R"({"a":1}x)",
                           R"({"a":1]})",
                           "[1]]",
                           "[1,]",
                           "[,1]",
                           R"({"a":"x"1})",
                           R"({"a":[1})",
                           R"({"a")",
                           R"({"a":)",
                           "[",
                           "[1",
                           "[1,",
                           "[\""}) {
    CAPTURE(text);
    CHECK_FALSE(cut(text));
  }
}

}  // namespace
}  // namespace reconcile::model
