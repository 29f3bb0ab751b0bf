// Empty lists that nobody owns. The rows were seen at a server.
#include "reconcile/diff/empty_lists.hpp"

#include <catch2/catch.hpp>

#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;

namespace {

std::string places(const std::string& version, const std::string& spec) {
  return diff::empty_lists(
      model::parse_json(R"({"apiVersion":")" + version + R"(","spec":)" + spec + "}").root());
}

/// A live object whose spec we own as `own` says.
model::Document live(const std::string& spec, const std::string& own) {
  return model::parse_json(
      R"({"apiVersion":"a.example/v1","kind":"K","metadata":{"name":"n","uid":"u",)"
      R"("managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":"a.example/v1",)"
      R"("fieldsV1":{"f:spec":)" +
      own + R"(}}]},"spec":)" + spec + "}");
}

}  // namespace

TEST_CASE("the places of empty lists are what leads to them", "[diff][empty_lists]") {
  struct Row {
    const char* spec;
    const char* places;  ///< below spec; empty: there are none
  };
  const Row rows[] = {
      {R"({"a":1,"l":[1]})", ""},
      {R"({"a":{},"b":null})", ""},
      {R"({"a":1,"l":[]})", R"({"l":[]})"},
      {R"({"m":{"l":[],"x":1},"n":{"x":1}})", R"({"m":{"l":[]}})"},
      {R"({"l":[{"name":"a","x":1,"m":{"y":2},"e":[]},{"name":"b"}]})",
       R"({"l":[{"e":[],"name":"a","x":1}]})"},
  };
  for (const Row& row : rows) {
    INFO(row.spec);
    const std::string expected =
        *row.places == '\0' ? "" : std::string(R"({"spec":)") + row.places + "}";
    CHECK(places("a.example/v1", row.spec) == expected);
    CHECK(places("apps/v1", row.spec).empty());
  }
}

TEST_CASE("an empty list that nobody owns counts while it is there", "[diff][empty_lists]") {
  struct Row {
    const char* what;
    const char* desired;
    const char* own;
    const char* before;
    const char* after;
    bool same;
  };
  const char* item = R"({"f:l":{"k:{\"name\":\"a\",\"port\":1}":{".":{},"f:name":{}}}})";
  const Row rows[] = {
      {"removed", R"({"x":1,"l":[]})", R"({"f:x":{}})", R"({"x":1,"l":[]})", R"({"x":1})", false},
      {"made null", R"({"x":1,"l":[]})", R"({"f:x":{}})", R"({"x":1,"l":[]})",
       R"({"x":1,"l":null})", false},
      {"filled by others", R"({"x":1,"l":[]})", R"({"f:x":{}})", R"({"x":1,"l":[]})",
       R"({"x":1,"l":["a"]})", true},
      {"one that is not desired", R"({"x":1})", R"({"f:x":{}})", R"({"x":1,"l":[]})", R"({"x":1})",
       true},
      {"below a map that is nobody's", R"({"x":1,"m":{"l":[]}})", R"({"f:x":{}})",
       R"({"x":1,"m":{"l":[]}})", R"({"x":1})", false},
      {"in an item", R"({"l":[{"name":"a","e":[]}]})", item,
       R"({"l":[{"name":"a","port":1,"e":[]}]})", R"({"l":[{"name":"a","port":1}]})", false},
      {"in another item", R"({"l":[{"name":"a","e":[]}]})", item,
       R"({"l":[{"name":"a","port":1,"e":[]},{"name":"b","e":[]}]})",
       R"({"l":[{"name":"a","port":1,"e":[]},{"name":"b"}]})", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const std::string lists = places("a.example/v1", row.desired);
    diff::FoldOptions options;
    options.empty_lists = lists;
    const diff::Fingerprint before = diff::fold(live(row.before, row.own).root(), options);
    const diff::Fingerprint after = diff::fold(live(row.after, row.own).root(), options);
    CHECK(before.same_content(after) == row.same);
  }
}
