#include "diff/line_diff.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;

namespace {

constexpr diff::LineDiffLimits limits{.line_bytes_max = 200, .lines_max = 100};

std::string json(const std::string& text) {
  std::string out;
  model::write_json_string(text, out, false);
  return out;
}

diff::FieldChange field(const std::string& before, const std::string& after) {
  diff::FieldChange change;
  change.path = {{diff::PathStepType::field, "data"}, {diff::PathStepType::field, "f"}};
  change.before = json(before);
  change.after = json(after);
  return change;
}

std::string shown(const diff::FieldChange& change, const diff::LineDiffLimits& bounds = limits) {
  const std::optional<diff::LineDiff> diff = diff::line_diff(change, bounds);
  if (!diff) return "no lines";
  std::string out;
  for (const diff::ShownLine& line : diff->lines)
    out += std::string(diff::prefix_of(line.role)) + line.text + "\n";
  return out;
}

/// "line 1" to "line `count`"; the lines in `changed` end in "!".
std::string text(std::size_t count, const std::vector<std::size_t>& changed = {}) {
  std::string out;
  for (std::size_t i = 1; i <= count; ++i) {
    const bool differs = std::find(changed.begin(), changed.end(), i) != changed.end();
    out += "line " + std::to_string(i) + (differs ? "!\n" : "\n");
  }
  return out;
}

}  // namespace

TEST_CASE("shows the lines that differ, with those around them", "[diff][line_diff]") {
  CHECK(shown(field(text(200), text(200, {3, 150}))) ==
        "@@ -1,6 +1,6 @@\n"
        "  line 1\n  line 2\n- line 3\n+ line 3!\n  line 4\n  line 5\n  line 6\n"
        "@@ -147,7 +147,7 @@\n"
        "  line 147\n  line 148\n  line 149\n- line 150\n+ line 150!\n  line 151\n  line 152\n"
        "  line 153\n");
  // Hunks that would touch are one.
  CHECK(shown(field(text(9), text(9, {1, 8}))).find("@@ -1,9 +1,9 @@") == 0);
  CHECK(shown(field(text(10), text(10, {1, 9}))).find("@@ -6,5 +6,5 @@") != std::string::npos);
}

TEST_CASE("shows lines that only one side has", "[diff][line_diff]") {
  CHECK(shown(field("a\nb\n", "x\na\nb\n")) == "@@ -1,2 +1,3 @@\n+ x\n  a\n  b\n");
  CHECK(shown(field("a\nb\n", "")) == "@@ -1,2 +0,0 @@\n- a\n- b\n");
  diff::FieldChange added = field("", "a\nb\n");
  added.before.reset();
  CHECK(shown(added) == "+ a\n+ b\n");
  // The last line break is a difference too.
  CHECK(shown(field("a\nb\n", "a\nb")) ==
        "@@ -1,2 +1,2 @@\n  a\n- b\n+ b\n\\ no line break at the end\n");
}

TEST_CASE("shows as lines only texts that have some", "[diff][line_diff]") {
  CHECK(shown(field("a\n", "b\n")) == "no lines");
  diff::FieldChange number = field("", "a\nb\n");
  number.before = "1";
  CHECK(shown(number) == "no lines");
  diff::FieldChange masked = field("*** (before)", "*** (after)");
  masked.masked = true;
  masked.before = "*** (before)";
  masked.after = "*** (after)";
  CHECK(shown(masked) == "no lines");
}

TEST_CASE("bounds lines and their length and says what more differs", "[diff][line_diff]") {
  const std::string long_line(1'000, 'x');
  const std::string cut =
      shown(field("a\n" + long_line + "1\n", "a\n" + long_line + "2\n"), {100, 100});
  CHECK_THAT(cut, Catch::Contains("x1 (1001 bytes)\n") && Catch::Contains("x2 (1001 bytes)\n"));
  CHECK(cut.size() < 400);
  CHECK(shown(field(text(100), text(100, {1, 50, 90})), {100, 7}) ==
        "@@ -1,4 +1,4 @@\n- line 1\n+ line 1!\n  line 2\n  line 3\n  line 4\n"
        "@@ -47,7 +47,7 @@\n@@ 4 more lines differ @@\n");
  const std::optional<diff::LineDiff> all =
      diff::line_diff(field(text(100), text(100, {1, 50, 90})), {100, 7});
  CHECK((all->removed == 3 && all->added == 3));
}

TEST_CASE("shows texts of several lines in text and Markdown", "[diff][line_diff]") {
  diff::ObjectChange change{
      {"", "ConfigMap", "a", "b"}, diff::Action::configured, diff::Reason::change, "", {}};
  change.fields.push_back(field("a\nb\n", "a\n\x1b[2J\n"));
  CHECK(diff::to_text({{change}}) ==
        "configured ConfigMap/a/b (change)\n"
        "  data.f: -1 +1 lines (change)\n"
        "    @@ -1,2 +1,2 @@\n      a\n    - b\n    + \\u001b[2J\n");
  CHECK_THAT(diff::to_text({{change}}, {.color = true}),
             Catch::Contains("\x1b[31m- b\x1b[0m\n") && Catch::Contains("\x1b[31m-1\x1b[0m"));
  change.fields.front() = field("a\n```\n", "a\n````\n</details>\n");
  const std::vector<diff::ChangeGroup> groups = {{"", {{change}}}};
  CHECK_THAT(diff::to_markdown(groups),
             Catch::Contains("`````diff\n@@ data.f @@\n@@ -1,2 +1,3 @@\n  a\n- ```\n+ ````\n"
                             "+ </details>\n`````\n"));
}
