#include <catch2/catch.hpp>
#include <string>

#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile::helm;
using reconcile::helm::testing::values_json;

namespace {

struct Row {
  ValuesForm form;
  const char* text;
  const char* expected;  ///< the values, or "E:" and the end of the error
};

// What Helm 4.3.1 makes of each text.
constexpr Row rows[] = {
    {ValuesForm::set, R"(a=1)", R"({"a":1})"},
    {ValuesForm::set, R"(a=007)", R"({"a":"007"})"},
    {ValuesForm::set, R"(a=0)", R"({"a":0})"},
    {ValuesForm::set, R"(a=-5)", R"({"a":-5})"},
    {ValuesForm::set, R"(a=+5)", R"({"a":5})"},
    {ValuesForm::set, R"(a=+-5)", R"({"a":"+-5"})"},
    {ValuesForm::set, R"(a=1.5)", R"({"a":"1.5"})"},
    {ValuesForm::set, R"(a=true)", R"({"a":true})"},
    {ValuesForm::set, R"(a=TRUE)", R"({"a":true})"},
    {ValuesForm::set, R"(a=null)", R"({"a":null})"},
    {ValuesForm::set, R"(a=)", R"({"a":""})"},
    {ValuesForm::set, R"(a=x y)", R"({"a":"x y"})"},
    {ValuesForm::set, R"(a.b.c=v)", R"({"a":{"b":{"c":"v"}}})"},
    {ValuesForm::set, R"(a=1,b=2)", R"({"a":1,"b":2})"},
    {ValuesForm::set, R"(a={x,y})", R"({"a":["x","y"]})"},
    {ValuesForm::set, R"(a={})", R"({"a":[""]})"},
    {ValuesForm::set, R"(a={1,true,null,x})", R"({"a":[1,true,null,"x"]})"},
    {ValuesForm::set, R"(a[0]=x)", R"({"a":["x"]})"},
    {ValuesForm::set, R"(a[2]=x)", R"({"a":[null,null,"x"]})"},
    {ValuesForm::set, R"(a[0].b=1,a[0].c=2)", R"({"a":[{"b":1,"c":2}]})"},
    {ValuesForm::set, R"(a[0][1]=x)", R"({"a":[[null,"x"]]})"},
    {ValuesForm::set, R"(a\.b=c)", R"({"a.b":"c"})"},
    {ValuesForm::set, R"(a=x\,y)", R"({"a":"x,y"})"},
    {ValuesForm::set, R"(a=\{x)", R"({"a":"{x"})"},
    {ValuesForm::set, R"(a.b=1,a.c=2)", R"({"a":{"b":1,"c":2}})"},
    {ValuesForm::set, R"(a=9223372036854775807)", R"({"a":9223372036854775807})"},
    {ValuesForm::set, R"(a=9223372036854775808)", R"({"a":"9223372036854775808"})"},
    {ValuesForm::set, R"(a)", R"(E:key "a" has no value)"},
    {ValuesForm::set, R"(a,b=1)", R"(E:key "a" has no value (cannot end with ,))"},
    {ValuesForm::set, R"(a.b)", R"(E:key "b" has no value)"},
    {ValuesForm::set, R"(a={x)", R"(E:list must terminate with '}')"},
    {ValuesForm::set, R"(a[x]=1)",
     R"(E:error parsing index: strconv.Atoi: parsing "x": invalid syntax)"},
    {ValuesForm::set, R"(a[-1]=1)", R"(E:negative -1 index not allowed)"},
    {ValuesForm::set, R"(a[65537]=1)",
     R"(E:index of 65537 is greater than maximum supported index of 65536)"},
    {ValuesForm::set, R"(a[0]x=1)", R"(E:unexpected data at end of array index: ['x'])"},
    {ValuesForm::set, R"(a=1,)", R"({"a":1})"},
    {ValuesForm::set, R"(=1)", R"({})"},
    {ValuesForm::set, R"(a.=1)", R"(E:key map "a" has no value)"},
    {ValuesForm::set, R"(.a=1)", R"({})"},
    {ValuesForm::set, R"(a=1,,b=2)", R"(E:key "" has no value (cannot end with ,))"},
    {ValuesForm::set, R"(a[0]=1,a.b=2)",
     R"(E:unable to parse key: interface conversion: interface {} is []interface {}, not map[string]interface {})"},
    {ValuesForm::set, R"(a=1,a.b=2)",
     R"(E:unable to parse key: interface conversion: interface {} is int64, not map[string]interface {})"},
    {ValuesForm::set, R"(a.b=1,a[0]=2)",
     R"(E:unable to parse key: interface conversion: interface {} is map[string]interface {}, not []interface {})"},
    {ValuesForm::set, R"()", R"({})"},
    {ValuesForm::set, R"(a= 1)", R"({"a":" 1"})"},
    {ValuesForm::set, R"( a=1)", R"({" a":1})"},
    {ValuesForm::set, R"(a=1 , b=2)", R"({" b":2,"a":"1 "})"},
    {ValuesForm::set, R"(a={x,y},b=1)", R"({"a":["x","y"],"b":1})"},
    {ValuesForm::set, R"(a={x}y)", R"(E:key "y" has no value)"},
    {ValuesForm::set, R"(a[0]={x,y})", R"({"a":[["x","y"]]})"},
    {ValuesForm::set, R"(a[0].b={x},c=1)", R"({"a":[{"b":["x"]}],"c":1})"},
    {ValuesForm::set, R"(a.b[1].c=1)", R"({"a":{"b":[null,{"c":1}]}})"},
    {ValuesForm::set, R"(a\=b=c)", R"({"a=b":"c"})"},
    {ValuesForm::set, R"(a=b=c)", R"({"a":"b=c"})"},
    {ValuesForm::set, R"(a==b)", R"({"a":"=b"})"},
    {ValuesForm::set, R"(a[0)", R"({})"},
    {ValuesForm::set, R"(a[]=1)",
     R"(E:error parsing index: strconv.Atoi: parsing "": invalid syntax)"},
    {ValuesForm::set, R"(a=\)", R"({"a":""})"},
    {ValuesForm::set, R"(a=null,a.b=1)",
     R"(E:unable to parse key: interface conversion: interface {} is nil, not map[string]interface {})"},
    {ValuesForm::set, R"(a[1]=null)", R"({"a":[null,null]})"},
    {ValuesForm::set_string, R"(a=1)", R"({"a":"1"})"},
    {ValuesForm::set_string, R"(a=true)", R"({"a":"true"})"},
    {ValuesForm::set_string, R"(a=null)", R"({"a":"null"})"},
    {ValuesForm::set_string, R"(a={1,2})", R"({"a":["1","2"]})"},
    {ValuesForm::set_string, R"(a=x\,y)", R"({"a":"x,y"})"},
    {ValuesForm::set_string, R"(a=)", R"({"a":""})"},
    {ValuesForm::set_literal, R"(a=1,b=2)", R"({"a":"1,b=2"})"},
    {ValuesForm::set_literal, R"(a.b={x})", R"({"a":{"b":"{x}"}})"},
    {ValuesForm::set_literal, R"(a=x\,y)", R"({"a":"x\\,y"})"},
    {ValuesForm::set_literal, R"(a[0]=x,y)", R"({"a":["x,y"]})"},
    {ValuesForm::set_literal, R"(a)", R"(E:key "a" has no value)"},
    {ValuesForm::set_literal, R"(a=)", R"({"a":""})"},
    {ValuesForm::set_json, R"(a=1)", R"({"a":1})"},
    {ValuesForm::set_json, R"(a={"b":[1,2]})", R"({"a":{"b":[1,2]}})"},
    {ValuesForm::set_json, R"(a="x,y",b=2)", R"({"a":"x,y","b":2})"},
    {ValuesForm::set_json, R"({"a":1})", R"({"a":1})"},
    {ValuesForm::set_json, R"(a=null)", R"({"a":null})"},
    {ValuesForm::set_json, R"(a=)", R"({"a":null})"},
    {ValuesForm::set_json, R"(a.b=[1],c=true)", R"({"a":{"b":[1]},"c":true})"},
    {ValuesForm::set_json, R"(a[0]={"x":1})", R"({"a":[{"x":1}]})"},
    {ValuesForm::set_json, R"(a={)", R"(E:Error: failed parsing --set-json data a={)"},
    {ValuesForm::set_json, R"(a=nope)", R"(E:Error: failed parsing --set-json data a=nope)"},
    {ValuesForm::set_json, R"({"a":)", R"(E:Error: failed parsing --set-json data JSON: {"a":)"},
    {ValuesForm::set_json, R"(a=1 2)", R"(E:Error: failed parsing --set-json data a=1 2)"},
};

}  // namespace

TEST_CASE("reads --set and its relatives as Helm does", "[renderers][helm][set_values]") {
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string found = values_json({}, {{row.form, row.text, ""}});
    const std::string expected = row.expected;
    if (!expected.starts_with("E:")) {
      CHECK(found == expected);
      continue;
    }
    CHECK(found.starts_with("Error: failed parsing --set"));
    CHECK(found.ends_with(
        expected.substr(expected.rfind(": ") == std::string::npos ? 2 : expected.rfind(": ") + 2)));
  }
}

TEST_CASE("applies the forms in Helm's order, not in the given one",
          "[renderers][helm][set_values]") {
  CHECK(values_json({}, {{ValuesForm::set_literal, "d=lit", ""},
                         {ValuesForm::set, "a=set,c=set,d=set", ""},
                         {ValuesForm::set_string, "a=1", ""},
                         {ValuesForm::set_json, "c=[1]", ""},
                         {ValuesForm::set_file, "b=path", ""},
                         {ValuesForm::file, "a: file\nb: file\nz: 1\n", "f"}}) ==
        R"({"a":"1","b":"<path>","c":"set","d":"lit","z":1})");
}

TEST_CASE("bounds the depth of names and of indexes", "[renderers][helm][set_values]") {
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += ".a";
  CHECK(values_json({}, {{ValuesForm::set, deep + "=1", ""}}).find("nested level") !=
        std::string::npos);
  std::string indexes = "a";
  for (int i = 0; i < 40; ++i) indexes += "[0]";
  CHECK(values_json({}, {{ValuesForm::set, indexes + "=1", ""}}).starts_with("Error: "));
}
