#include "reconcile/model/commented_yaml.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "test/model/yaml_table.hpp"

using namespace reconcile::model;
using table::Column;

namespace {

std::string round_trip(std::string_view text) {
  const CommentedYaml document = CommentedYaml::parse(text);
  return document.present() ? document.write() : "no document";
}

void check_row(Value row, Column& column, Column& errors) {
  const std::string expected(row["kyaml"].text());
  const std::string failure(row["kyaml_error"].text());
  std::string found;
  std::string error;
  try {
    const CommentedYaml document = CommentedYaml::parse(row["in"].text());
    if (document.present()) {
      found = document.write();
    } else {
      error = "EOF";
    }
  } catch (const Error& thrown) {
    error = thrown.message();
  }
  if (row["kyaml"].present()) {
    column.count(row["id"].text(), error.empty() && found == expected, expected, found + error);
  } else if (row["kyaml_error"].present()) {
    errors.count(row["id"].text(), error == failure, failure, error + found);
  }
}

}  // namespace

TEST_CASE("reads and writes the reader table as kyaml does", "[model][commented_yaml][corpus]") {
  Column column{"kyaml"};
  Column errors{"kyaml errors"};
  const std::size_t rows =
      table::each_row("yaml/reader.jsonl", [&](Value row) { check_row(row, column, errors); });
  if (rows == 0) {
    WARN("skipped: no " << table::corpus("yaml/reader.jsonl") << ", see $RECONCILE_CORPUS");
    return;
  }
  column.print();
  errors.print();
  CHECK(column.failed.empty());
  CHECK(errors.failed.empty());
}

TEST_CASE("keeps comments where they stand and makes indentation anew", "[model][commented_yaml]") {
  CHECK(round_trip("# file\n\n# first\na: 1 # one\nb:\n    # inner\n    - x   # ex\n    - y\n\n"
                   "# last\n") ==
        "# file\n\n# first\na: 1 # one\nb:\n# inner\n- x # ex\n- y\n\n# last\n");
  CHECK(round_trip("a: [1,   2] # list\nb: {c: 'd'}\n") == "a: [1, 2] # list\nb: {c: 'd'}\n");
  CHECK(round_trip("a: >-\n  folded\n  text\nb: |\n  kept\n") ==
        "a: >-\n  folded text\nb: |\n  kept\n");
  CHECK(round_trip("a: &x {b: 1}\nc: *x\nd: !mine e\nf:\n  <<: *x\n") ==
        "a: &x {b: 1}\nc: *x\nd: !mine e\nf:\n  !!merge <<: *x\n");
  CHECK(round_trip("# only a comment\n") == "no document");
}

TEST_CASE("edits of a commented tree come out in its style", "[model][commented_yaml]") {
  CommentedYaml document = CommentedYaml::parse("a: 'x' # why\nb:\n- c: 1\n");
  document.root().find("a")->value = "it's";
  document.root().find("b")->content.push_back(make_commented_scalar("yes"));
  CHECK(document.write() == "a: 'it''s' # why\nb:\n- c: 1\n- yes\n");
  CHECK(write_commented(*document.root().find("b")) == "- c: 1\n- yes\n");
}

TEST_CASE("bounds the depth of commented texts", "[model][commented_yaml]") {
  const std::string nested(1200, '[');
  CHECK_THROWS_WITH(CommentedYaml::parse(nested), Catch::Contains("1000 levels"));
  CHECK_THROWS_WITH(CommentedYaml::parse("a: [1\n"), Catch::Contains("did not find expected"));
}
