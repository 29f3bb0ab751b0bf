#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/model/yaml_event.hpp"
#include "base/model/yaml_quick_source.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/yaml_event_lines.hpp"

using namespace reconcile::model;

namespace {

/// Answers whether the quick source needed no help.
bool compare(const std::string& text, YamlDialect dialect) {
  const auto plain = make_libyaml_source(text, dialect);
  const auto made = make_yaml_source(text, dialect);
  const std::vector<std::string> expected = reconcile::test::event_lines(*plain);
  const std::vector<std::string> found = reconcile::test::event_lines(*made);
  // libyaml scans ahead: where a text fails, some events more or less come before.
  const bool fails = expected.back().starts_with("error");
  const bool same = fails ? expected.back() == found.back() : expected == found;
  if (!same) {
    CAPTURE(text);
    CHECK(expected == found);
  }
  const auto* quick = dynamic_cast<const YamlQuickSource*>(made.get());
  return quick != nullptr && quick->is_quick();
}

const char* const samples[] = {
    "",
    "\n# only a comment\n",
    "a",
    "a: b\nc: d",
    "a: b # x\nc:\n  d: e\n  f: 1\ng:\n- h\n- i: j\n  k: l\n-\n  m: n\n- - o\n  - p\n",
    "a:\n  - b\n  - c\nd:\nz: ~\n",
    "---\na: 1\n---\nb: 2\n---\n---\n# x\n",
    "--- # comment\n- a\n- b\n",
    "a: one\n  two\n\n  three\n\n\n  four # end\nb: c\n",
    "one\ntwo\n three\n",
    "a: 'it''s'\nb: 'x y'\nc: 'first\n  second\n\n  third'\n'd e': f\n",
    "a: \"x\\ty\\n\\\"z\\\" \\u00e9 \\x41 \\U0001F600\"\nb: \"one\n  two \\\n  three\"\n\"c\": "
    "\"\"\n",
    "a: |\n  x\n   y\n\n  z\n\nb: |-\n  q\n\nc: |+\n  r\n\n\nd: |2\n    s\n  t\n",
    "a: >\n  x\n  y\n\n  z\n   w\n  v\n\nb: >-\n  one\n  two\n",
    "a: |\n\n\n  x\n# comment\nb: |\nc: >\n\n",
    "- |\n  x\n- >-\n  y\n  z\n-   |\n    k\n",
    "a: []\nb: {}\nc: [1, 'two', \"three\", -4]\nd: {e: f, \"g\": [h, {i: j}]}\n",
    "a: {\"b\":{\"c\":[1,2,\"x\"]},\"d\":true}\nb: [\n  1,\n  2\n]\n",
    "a:\n    b:\n        c: d\n    e: f\n",
    "k : v\n\"q\" : w\n- x\n",
    "a: http://x/y?z=1#frag\nb: a:b\nc: -x\nd: - y\n",
    "a: &x 1\nb: *x\nc: !!str 2\n",
    "[a]: b\n",
    "- [a]: b\n- [a: b]\n- {a, b}\n- [a, ]\n- {? x: y}\n",
    "a: {b: [c]: d}\n",
    "? a\n: b\n",
    "%YAML 1.1\n---\na\n...\nb\n",
    "a: b: c\n",
    "a:\n\tb: c\n",
    "a: 'x\n--- y'\n",
    "a: \"x\\'y\"\nb: \"x\\/y\"\n",
    "- a\nb: c\n",
    "a: 1\n b: 2\n",
    "a:\n  b\n c: d\n",
    "key: value\n  - not an item\nnext: 1\n",
    "\xC3\xBC: \xE2\x82\xAC\n- \xF0\x9F\x98\x80\n",
    "a: x\tb\nc: d\t\n",
    "{{- if .x }}\na: b\n{{ end }}\n",
    "a: 'x' y\n",
    "a: |x\n  b\n",
    "a: |\n   x\n  y\n",
    "a: |\n     \n  x\n",
    "a: [b\nc: d\n",
    "a: {b: c\n  d: e}\n",
    "\"a\\\n  b\": c\n",
    "a: \"\n\n  x\n  \"\n",
    "list:\n-\n- \n-  a\nmap: {a: b,\n c: d}\n",
};

constexpr std::string_view alphabet = " \n:-#'\"[]{},|>\\&*!?%\tab0~";

std::string mutated(std::string text, std::mt19937& random) {
  const std::size_t changes = 1 + random() % 3;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = random() % (text.size() + 1);
    const char c = alphabet[random() % alphabet.size()];
    switch (random() % 3) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        if (at < text.size()) text[at] = c;
        break;
      default:
        if (at < text.size()) text.erase(at, 1 + random() % 3);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the quick reader gives the events of libyaml", "[model][yaml][quick]") {
  for (const char* const sample : samples) {
    for (const YamlDialect dialect : {YamlDialect::v2, YamlDialect::v3}) compare(sample, dialect);
  }
  CHECK(compare(samples[4], YamlDialect::v2));
  CHECK(compare(samples[12], YamlDialect::v2));
  CHECK(compare(samples[17], YamlDialect::v2));
  CHECK_FALSE(compare(samples[21], YamlDialect::v2));
}

TEST_CASE("the quick reader leaves long keys to libyaml", "[model][yaml][quick]") {
  for (const std::size_t size : {1000U, 1023U, 1024U, 1025U, 1100U}) {
    const std::string key(size, 'k');
    for (const std::string& text :
         {"{" + key + ": v}", "{\"" + key + "\": v}", "a: {b: c, " + key + "  : v}",
          "[{a: b}, " + key + "]", key + ": v\n", "a:\n  " + key + ": v\n"}) {
      compare(text, YamlDialect::v2);
    }
  }
}

TEST_CASE("the quick reader takes long lines in one pass", "[model][yaml][quick]") {
  std::string line = "[";
  for (int i = 0; i < 200'000; ++i) line += "[a],";
  line += "b]";
  YamlQuickSource source(line, YamlDialect::v2);
  std::size_t events = 0;
  while (source.next().type != YamlEventType::stream_end) ++events;
  CHECK(source.is_quick());
  CHECK(events == 600'005);
}

TEST_CASE("the quick reader gives the events of libyaml for changed texts",
          "[model][yaml][quick]") {
  const char* const given = std::getenv("RECONCILE_FUZZ_ROUNDS");
  const int rounds = given == nullptr ? 400 : std::atoi(given);
  std::mt19937 random(20260101);
  for (const char* const sample : samples) {
    for (int i = 0; i < rounds; ++i) compare(mutated(sample, random), YamlDialect::v3);
  }
}
