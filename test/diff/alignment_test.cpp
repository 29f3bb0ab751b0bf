#include "diff/alignment.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

using namespace reconcile;
using Items = std::vector<std::string_view>;

namespace {

Items letters(std::string_view text) {
  Items items;
  for (std::size_t i = 0; i < text.size(); ++i) items.push_back(text.substr(i, 1));
  return items;
}

/// The items that two texts of one-letter items share, as a text.
std::string common(std::string_view before, std::string_view after) {
  std::string out;
  std::size_t before_min = 0;
  std::size_t after_min = 0;
  for (const diff::AlignedItem& item : diff::align(letters(before), letters(after))) {
    CHECK((item.before >= before_min && item.after >= after_min));
    REQUIRE((item.before < before.size() && item.after < after.size()));
    CHECK(before[item.before] == after[item.after]);
    before_min = item.before + 1;
    after_min = item.after + 1;
    out += before[item.before];
  }
  return out;
}

/// The simple slow way.
std::size_t longest(std::string_view before, std::string_view after) {
  std::vector<std::vector<std::size_t>> size(before.size() + 1,
                                             std::vector<std::size_t>(after.size() + 1));
  for (std::size_t i = 0; i < before.size(); ++i)
    for (std::size_t j = 0; j < after.size(); ++j)
      size[i + 1][j + 1] =
          before[i] == after[j] ? size[i][j] + 1 : std::max(size[i][j + 1], size[i + 1][j]);
  return size.back().back();
}

std::vector<std::string> numbers(int first, int count) {
  std::vector<std::string> texts = {"head"};
  for (int i = 0; i < count; ++i) texts.push_back(std::to_string(first + i));
  texts.emplace_back("tail");
  return texts;
}

}  // namespace

TEST_CASE("aligns what two sequences share", "[diff][alignment]") {
  CHECK(common("", "").empty());
  CHECK(common("abc", "").empty());
  CHECK(common("", "abc").empty());
  CHECK(common("abc", "abc") == "abc");
  CHECK(common("abc", "xabc") == "abc");
  CHECK(common("abcd", "acd") == "acd");
  CHECK(common("aaa", "aa") == "aa");
  CHECK(common("abc", "xyz").empty());
  CHECK(common("abcabba", "cbabac").size() == 4);
}

TEST_CASE("shares as much as the slow way finds", "[diff][alignment]") {
  std::mt19937 random(7);
  const auto text = [&] {
    std::string out(random() % 14, 'a');
    for (char& c : out) c = static_cast<char>('a' + random() % 4);
    return out;
  };
  for (int i = 0; i < 3'000; ++i) {
    const std::string before = text();
    const std::string after = text();
    INFO(before << " " << after);
    REQUIRE(common(before, after).size() == longest(before, after));
  }
}

TEST_CASE("shares head and tail only where the rest differs too much", "[diff][alignment]") {
  const std::vector<std::string> left = numbers(0, 2'000);
  const std::vector<std::string> right = numbers(1'000, 2'000);
  const std::vector<diff::AlignedItem> expected = {{0, 0}, {2'001, 2'001}};
  CHECK(diff::align(Items(left.begin(), left.end()), Items(right.begin(), right.end())) ==
        expected);
}
