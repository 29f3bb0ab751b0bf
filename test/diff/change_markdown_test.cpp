#include <catch2/catch.hpp>

#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using diff::Action;
using diff::PathStepType;
using diff::Reason;

namespace {

diff::ObjectChange change(const std::string& name, const std::string& before,
                          const std::string& after) {
  diff::ObjectChange made{{"", "ConfigMap", "a", name}, Action::configured, Reason::change, "", {}};
  made.fields.push_back({{{PathStepType::field, "data"}, {PathStepType::field, "k"}},
                         before,
                         after,
                         Reason::change,
                         std::nullopt});
  return made;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("writes a table and a block an object", "[diff][change_markdown]") {
  const diff::ChangeSet set{
      {{{"", "ConfigMap", "a", "same"}, Action::unchanged, {}, {}, {}},
       {{"", "ConfigMap", "a", "new"}, Action::created, Reason::change, {}, {}},
       change("x", "\"1\"", "\"2\"")}};
  const std::vector<diff::ChangeGroup> groups = {{"", set}};
  CHECK(diff::to_markdown(groups) ==
        "**1 created, 1 configured; 1 unchanged**\n\n"
        "| action | object | fields |\n|---|---|---:|\n"
        "| created | ConfigMap/a/new |  |\n"
        "| configured | ConfigMap/a/x | 1 |\n\n"
        "<details><summary>configured ConfigMap/a/x</summary>\n\n"
        "```diff\n@@ data.k @@\n- \"1\"\n+ \"2\"\n```\n\n</details>\n");
  CHECK(diff::to_markdown({}) == "**no difference; 0 unchanged**\n");
}

TEST_CASE("lets nothing out of its block or cell", "[diff][change_markdown]") {
  const std::string evil = "\"```` </details> @everyone ```\u202e\"";
  const std::vector<diff::ChangeGroup> groups = {
      {"Kustomization/a/|u", {{change("x`|<b>@all\nnext", "\"1\"", evil)}}}};
  const std::string text = diff::to_markdown(groups);
  INFO(text);
  CHECK_THAT(text, Catch::Contains("\n`````diff\n") && Catch::Contains("\n`````\n"));
  const std::string head = text.substr(0, text.find("`````"));
  CHECK(head.find("<b>") == std::string::npos);
  CHECK(head.find("@all") == std::string::npos);
  CHECK(head.find("\nnext") == std::string::npos);
  CHECK(text.find("\u202e") == std::string::npos);
  CHECK_THAT(head,
             Catch::Contains("&#96;&#124;&lt;b&gt;&#64;all\\\\nnext | Kustomization/a/&#124;u"));
}

TEST_CASE("stays within its size and says what it leaves out", "[diff][change_markdown]") {
  diff::ChangeSet set;
  for (int i = 0; i < 3'000; ++i)
    set.objects.push_back(change("object-" + std::to_string(i), "\"" + std::string(50, 'x') + "\"",
                                 "\"" + std::string(50, 'y') + "\""));
  set.objects[1].fields.front().after = "\"" + std::string(1U << 20U, '`') + "\"";
  const std::vector<diff::ChangeGroup> groups = {{"", set}};
  const std::string text = diff::to_markdown(groups, {.full_command = "reconcile diff --path A"});
  CHECK(text.size() <= 60'000);
  CHECK(text.size() > 50'000);
  CHECK(count(text, "<details>") == count(text, "</details>"));
  CHECK(count(text, "```diff") == count(text, "<details>"));
  CHECK_THAT(text, Catch::Contains("Not shown for its size: ") &&
                       Catch::EndsWith("All of it: `reconcile diff --path A`\n"));
}

TEST_CASE("shows of a large object what has room", "[diff][change_markdown]") {
  diff::ObjectChange large = change("large", "\"1\"", "\"2\"");
  for (int i = 0; i < 400; ++i) {
    diff::FieldChange field = large.fields.front();
    field.path.push_back({PathStepType::field, "f" + std::to_string(i)});
    field.after = "\"" + std::string(1'000, 'y') + "\"";
    large.fields.push_back(field);
  }
  const std::vector<diff::ChangeGroup> groups = {
      {"", {{large, change("small", "\"3\"", "\"4\"")}}}};
  const std::string text = diff::to_markdown(groups);
  CHECK(text.size() <= 60'000);
  CHECK_THAT(text, Catch::Contains("\n@@ data.k.f20 @@\n") &&
                       Catch::Contains(" more fields @@\n```\n") &&
                       Catch::Contains("<summary>configured ConfigMap/a/small</summary>") &&
                       Catch::Contains("rows of the table, the fields of 0 objects, 3"));
}

TEST_CASE("groups objects by unit in JSON", "[diff][change_markdown]") {
  const std::vector<diff::ChangeGroup> groups = {{"Kustomization/a/u", {{change("x", "1", "2")}}},
                                                 {"", {}}};
  const model::Document json = model::parse_json(diff::to_json(groups));
  CHECK(json["units"].size() == 2);
  CHECK(json["units"].at(0)["unit"].text() == "Kustomization/a/u");
  CHECK(json["units"].at(0)["objects"].at(0)["fields"].at(0)["after"].integer() == 2);
}
