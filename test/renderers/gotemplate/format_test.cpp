#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"

using namespace reconcile::gotemplate;

namespace {

std::string formatted(std::string_view layout, std::vector<GoValue> arguments) {
  return format(layout, arguments);
}

std::string printed(const GoValue& value) {
  std::string text;
  append_printed(text, value);
  return text;
}

}  // namespace

TEST_CASE("floats print with the fewest digits", "[renderers][gotemplate][fmt]") {
  const std::pair<double, const char*> rows[] = {
      {0, "0"},
      {-0.0, "-0"},
      {1.5, "1.5"},
      {123456, "123456"},
      {999999, "999999"},
      {1e6, "1e+06"},
      {1234567, "1.234567e+06"},
      {123456789, "1.23456789e+08"},
      {1e20, "1e+20"},
      {1e21, "1e+21"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1e100, "1e+100"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {std::nan(""), "NaN"},
  };
  for (const auto& [number, text] : rows) CHECK(printed(GoValue::floating(number)) == text);
}

TEST_CASE("printf knows every verb and flag", "[renderers][gotemplate][fmt]") {
  const GoValue text = GoValue::string("héllo");
  const GoValue five = GoValue::integer(5);
  const GoValue minus = GoValue::integer(-42);
  const GoValue half = GoValue::floating(2.5);
  CHECK(formatted("%d|%5d|%-5d|%05d|%+d|% d", {five, five, five, five, five, five}) ==
        "5|    5|5    |00005|+5| 5");
  CHECK(formatted("%x|%X|%#x|%o|%#o|%O|%b|%#b",
                  {minus, minus, minus, minus, minus, minus, five, five}) ==
        "-2a|-2A|-0x2a|-52|-052|-0o52|101|0b101");
  CHECK(formatted("%.3d|%8.3d|%+.3d", {five, five, five}) == "005|     005|+005");
  CHECK(formatted("%c|%q|%U|%#U", {GoValue::integer(0x20AC), GoValue::integer(65),
                                   GoValue::integer(0x20AC), GoValue::integer(0x20AC)}) ==
        "€|'A'|U+20AC|U+20AC '€'");
  CHECK(formatted("%s|%8s|%-8s|%.2s|%q|%x|% X|%#x",
                  {text, text, text, text, text, text, text, text}) ==
        "héllo|   héllo|héllo   |hé|\"héllo\"|68c3a96c6c6f|68 C3 A9 6C 6C 6F|0x68c3a96c6c6f");
  CHECK(formatted("%+q|%#q", {text, text}) == "\"h\\u00e9llo\"|`héllo`");
  CHECK(formatted("%f|%.1f|%e|%g|%G|%8.2f|%-8.2f|%08.2f|%+g", std::vector<GoValue>(9, half)) ==
        "2.500000|2.5|2.500000e+00|2.5|2.5|    2.50|2.50    |00002.50|+2.5");
  CHECK(formatted("%x|%b|%#g|%.3x", std::vector<GoValue>(4, half)) ==
        "0x1.4p+01|5629499534213120p-51|2.50000|0x1.400p+01");
  CHECK(formatted("%t|%v|%T|%T", {GoValue::boolean(true), GoValue::boolean(false), half, text}) ==
        "true|false|float64|string");
  CHECK(formatted("%*d|%-*d|%.*f|%[2]d %[1]d|%%", {five, five, five, five, five, half}) ==
        "    5|5    |2.50000|5 5|%");
}

TEST_CASE("printf reports what does not fit", "[renderers][gotemplate][fmt]") {
  const GoValue x = GoValue::string("x");
  CHECK(formatted("%d", {x}) == "%!d(string=x)");
  CHECK(formatted("%d", {GoValue::floating(1e6)}) == "%!d(float64=1e+06)");
  CHECK(formatted("%s|%v|%d", {GoValue::nil(), GoValue::nil(), GoValue()}) ==
        "%!s(<nil>)|<nil>|%!d(<nil>)");
  CHECK(formatted("%d %d", {GoValue::integer(1)}) == "1 %!d(MISSING)");
  CHECK(formatted("%[3]d", {GoValue::integer(1)}) == "%!d(BADINDEX)");
  CHECK(formatted("%z", {GoValue::integer(1)}) == "%!z(int=1)");
  CHECK(formatted("%", {}) == "%!(NOVERB)");
  CHECK(formatted("%!", {}) == "%!!(MISSING)");
  CHECK(formatted("a", {GoValue::integer(1), x}) == "a%!(EXTRA int=1, string=x)");
  CHECK(formatted("%*d", {x, GoValue::integer(1)}) == "%!(BADWIDTH)1");
}

TEST_CASE("collections print by their elements", "[renderers][gotemplate][fmt]") {
  Heap heap;
  GoMap* map = heap.map();
  map->set("b", GoValue::nil());
  map->set("a", GoValue::floating(1));
  const GoValue items[] = {GoValue::integer(1), GoValue::string("x"), GoValue::map(map)};
  const GoValue list = heap.slice(items);
  CHECK(printed(list) == "[1 x map[a:1 b:<nil>]]");
  CHECK(formatted("%#v", {list}) ==
        "[]interface {}{1, \"x\", map[string]interface {}{\"a\":1, \"b\":interface {}(nil)}}");
  CHECK(formatted("%d", {GoValue::map(map)}) ==
        "map[%!d(string=a):%!d(float64=1) %!d(string=b):<nil>]");
  CHECK(formatted("%v %s %x", std::vector<GoValue>(3, GoValue::bytes("ab"))) == "[97 98] ab 6162");
  CHECK(printed(GoValue::typed_nil(GoType::map)) == "map[]");
  CHECK(formatted("%#v", {GoValue::typed_nil(GoType::list)}) == "[]interface {}(nil)");
}

TEST_CASE("quoting keeps what Go prints", "[renderers][gotemplate][fmt]") {
  CHECK(quote("a\"\\\n\t\a\x01\x7F") == "\"a\\\"\\\\\\n\\t\\a\\x01\\x7f\"");
  CHECK(quote("日本\xF0\x9F\x98\x80") == "\"日本\xF0\x9F\x98\x80\"");
  CHECK(quote("\xFF\xC2\xA0\xE2\x80\x8B\xEF\xBB\xBF") == "\"\\xff\\u00a0\\u200b\\ufeff\"");
  CHECK(is_print(0xE9));
  CHECK_FALSE(is_print(0xAD));
  CHECK(is_letter(0x3B1));
  CHECK(is_digit(0x663));
}
