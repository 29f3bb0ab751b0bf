// Rows were taken from Go 1.26.8's regexp.
#include "reconcile/model/regex.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

std::string joined(const std::vector<std::string_view>& pieces) {
  std::string out;
  for (const std::string_view piece : pieces) {
    out += '[';
    out += piece;
    out += ']';
  }
  return out;
}

TEST_CASE("replaces with Go's expansion of references", "[model][regex]") {
  struct Row {
    const char* pattern;
    const char* text;
    const char* replacement;
    const char* expected;
  };
  const Row rows[] = {
      {"a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"},
      {"a(x*)b", "-ab-axxb-", "$1W", "---"},
      {"a(x*)b", "-ab-axxb-", "$1", "--xx-"},
      {"a(?P<n>x*)b", "-axxb-", "<$n>", "-<xx>-"},
      {"a(?<n>x*)b", "-axxb-", "<${n}$$>", "-<xx$>-"},
      {"a", "banana", "$", "b$n$n$"},
      {"a", "banana", "${", "b${n${n${"},
      {"a", "banana", "$01", "bnn"},
      {"x*", "abc", "-", "-a-b-c-"},
      {"x*", "日本", "-", "-日-本-"},
      {"b*", "abbc", "<$0>", "<>a<bb>c<>"},
      {"", "", "y", "y"},
      {"$", "abc", "!", "abc!"},
      {"(?m)^", "a\nb", "> ", "> a\n> b"},
      {".", "a\xff", "x", "xx"},
      {"b",
       "\xff"
       "b\xfe"
       "b",
       "c",
       "\xff"
       "c\xfe"
       "c"},
      {"(a)(b)?", "ac", "[$2]", "[]c"},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " in " << row.text << " by " << row.replacement);
    CHECK(Regex(row.pattern).replace_all(row.text, row.replacement) == row.expected);
  }
  CHECK(Regex("a").replace_all_literal("banana", "$0") == "b$0n$0n$0");
}

TEST_CASE("finds successive matches as FindAll does", "[model][regex]") {
  struct Row {
    const char* pattern;
    const char* text;
    int count;
    const char* expected;
  };
  const Row rows[] = {
      {"a*", "baaac", -1, "[][aaa][]"}, {"a*", "baaac", 2, "[][aaa]"},
      {"a", "banana", 0, ""},           {"\\b", "a b", -1, "[][][][]"},
      {"", "日本", -1, "[][][]"},       {"[a-z]+", "ab1cd", -1, "[ab][cd]"},
      {"\\pN", "a1b2", -1, "[1][2]"},   {"^a", "aaa", -1, "[a]"},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " in " << row.text);
    CHECK(joined(Regex(row.pattern).find_all(row.text, row.count)) == row.expected);
  }
}

TEST_CASE("splits as Go's Split does", "[model][regex]") {
  struct Row {
    const char* pattern;
    const char* text;
    int count;
    const char* expected;
  };
  const Row rows[] = {
      {"z+", "pizza", -1, "[pi][a]"},
      {"z+", "pizza", 0, ""},
      {"z+", "pizza", 1, "[pizza]"},
      {"z+", "pizza", 2, "[pi][a]"},
      {"z", "pizza", -1, "[pi][][a]"},
      {"", "abc", -1, "[a][b][c]"},
      {"a", "", -1, "[]"},
      {"", "", -1, ""},
      {"b*", "abbc", -1, "[a][c]"},
      {"a", "aba", -1, "[][b][]"},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " in " << row.text);
    CHECK(joined(Regex(row.pattern).split(row.text, row.count)) == row.expected);
  }
}

TEST_CASE("answers groups, absent ones without data", "[model][regex]") {
  const Regex expression("(a)|(b)");
  const auto groups = expression.find_groups("xb");
  REQUIRE(groups.size() == 3);
  CHECK(groups[0] == "b");
  CHECK(groups[1].data() == nullptr);
  CHECK(groups[2] == "b");
  CHECK(expression.find_groups("c").empty());
  CHECK_FALSE(expression.find("c").has_value());
  CHECK(expression.find("zab") == "a");
}

TEST_CASE("matches anywhere or the whole", "[model][regex]") {
  CHECK(Regex("b").matches("abc"));
  CHECK_FALSE(Regex("b").matches_whole("abc"));
  CHECK(Regex("a|abc").matches_whole("abc"));
  CHECK(Regex("[[:^alpha:]](?<x>y)").matches("1y"));
  CHECK(Regex("\\Q(?<\\E").matches("(?<"));
  CHECK(Regex("[(?<n>]").matches("<"));
  CHECK(Regex("^.$").matches("\xff"));
}

TEST_CASE("reports bad patterns in Go's words", "[model][regex]") {
  struct Row {
    const char* pattern;
    const char* message;
  };
  const Row rows[] = {
      {"(", "error parsing regexp: missing closing ): `(`"},
      {"a)", "error parsing regexp: unexpected ): `a)`"},
      {"[", "error parsing regexp: missing closing ]: `[`"},
      {"a**", "error parsing regexp: invalid nested repetition operator: `**`"},
      {"(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
      {"\\", "error parsing regexp: trailing backslash at end of expression: ``"},
      {"*", "error parsing regexp: missing argument to repetition operator: `*`"},
      {"\\C", "error parsing regexp: invalid escape sequence: `\\C`"},
      {"a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"},
      {"[z-a]", "error parsing regexp: invalid character class range: `z-a`"},
  };
  for (const Row& row : rows) {
    INFO(row.pattern);
    try {
      const Regex made(row.pattern);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::invalid_input);
      CHECK(error.message() == row.message);
    }
  }
  CHECK_THROWS_AS(Regex(std::string(1U << 20U, 'a')), Error);
}

TEST_CASE("shares cached patterns and quotes text", "[model][regex]") {
  const auto first = Regex::cached("a+b");
  CHECK(Regex::cached("a+b") == first);
  for (int i = 0; i < 600; ++i) Regex::cached("x{" + std::to_string(i) + "}");
  CHECK(Regex::cached("a+b") != first);
  CHECK(first->matches("aab"));
  CHECK(regex_quote("a.b[c]$") == "a\\.b\\[c\\]\\$");
}

}  // namespace
}  // namespace reconcile::model
