#include "reconcile/diff/change_set.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using diff::Action;
using diff::PathStepType;
using diff::Reason;

namespace {

diff::ChangeSet example() {
  diff::ObjectChange drifted{
      {"apps", "Deployment", "apps", "podinfo"}, Action::configured, Reason::drift, "", {}};
  drifted.fields.push_back(
      {{{PathStepType::field, "spec"}, {PathStepType::field, "replicas"}},
       "5",
       "2",
       Reason::drift,
       diff::FieldOwner{"kubectl-edit", diff::Operation::update, "", "2026-01-31T08:00:00Z"}});
  drifted.fields.push_back({{{PathStepType::field, "spec"}, {PathStepType::field, "paused"}},
                            std::nullopt,
                            "true",
                            Reason::change,
                            std::nullopt});
  diff::ObjectChange secret{
      {"", "Secret", "apps", "token"}, Action::configured, Reason::change, "", {}};
  secret.fields.push_back({{{PathStepType::field, "data"}, {PathStepType::field, "key"}},
                           "\"b2xk\"",
                           "\"bmV3\"",
                           Reason::change,
                           std::nullopt});
  diff::mask_secrets(secret, {});
  return {
      {{{"", "Namespace", "", "apps"}, Action::unchanged, Reason::none, "", {}},
       drifted,
       secret,
       {{"", "ConfigMap", "apps", "old"}, Action::deleted, Reason::obsolete, "", {}},
       {{"", "ConfigMap", "apps", "x"}, Action::skipped, Reason::failed, "422 Invalid: no", {}}}};
}

}  // namespace

TEST_CASE("has a stable text form with masked Secrets", "[diff][change_set]") {
  CHECK(diff::to_text(example()) ==
        "configured Deployment/apps/podinfo (drift)\n"
        "  spec.replicas: 5 -> 2 (drift, kubectl-edit Update at 2026-01-31T08:00:00Z)\n"
        "  spec.paused: + true (change)\n"
        "configured Secret/apps/token (change)\n"
        "  data.key: *** (before) -> *** (after) (change)\n"
        "deleted ConfigMap/apps/old (obsolete)\n"
        "skipped ConfigMap/apps/x (failed): 422 Invalid: no\n");
  CHECK(diff::to_text(example(), {.unchanged = true}).starts_with("unchanged Namespace/apps\n"));
  CHECK(diff::to_text({}).empty());
}

TEST_CASE("has a JSON form that parses", "[diff][change_set]") {
  const model::Document json = model::parse_json(diff::to_json(example()));
  REQUIRE(json["objects"].size() == 5);
  const model::Value drifted = json["objects"].at(1);
  CHECK(drifted["object"].text() == "Deployment/apps/podinfo");
  CHECK(drifted["fields"].at(0)["before"].integer() == 5);
  CHECK(drifted["fields"].at(0)["owner"].text() == "kubectl-edit");
  CHECK(json["objects"].at(2)["fields"].at(0)["after"].text() == "*** (after)");
}

TEST_CASE("counts what it does", "[diff][change_set]") {
  CHECK(example().count(Action::configured) == 2);
  CHECK(example().changes_anything());
  diff::ChangeSet quiet;
  quiet.objects.push_back({{"", "ConfigMap", "a", "b"}, Action::skipped, Reason::disabled, "", {}});
  CHECK_FALSE(quiet.changes_anything());
}

TEST_CASE("masks the copy of a Secret in kubectl's annotation", "[diff][change_set]") {
  diff::ObjectChange change{{"", "Secret", "a", "b"}, Action::configured, Reason::change, "", {}};
  change.fields.push_back(
      {{{PathStepType::field, "metadata"},
        {PathStepType::field, "annotations"},
        {PathStepType::field, "kubectl.kubernetes.io/last-applied-configuration"}},
       "\"{data}\"",
       std::nullopt,
       Reason::change,
       std::nullopt});
  diff::mask_secrets(change, {});
  CHECK(change.fields[0].before == "***");
  CHECK(change.fields[0].masked);
}

TEST_CASE("colours what a terminal shows and lets no name steer it", "[diff][change_set]") {
  diff::ChangeSet changes = example();
  changes.objects[4].message = "no\x1b[2J";
  const std::string text = diff::to_text(changes, {.color = true});
  CHECK_THAT(text, Catch::Contains("\x1b[33mconfigured Deployment/apps/podinfo\x1b[0m") &&
                       Catch::Contains("\x1b[31m5\x1b[0m -> \x1b[32m2\x1b[0m") &&
                       Catch::Contains("no\\u001b[2J"));
  CHECK(diff::summary_text(changes) == "2 configured, 1 deleted, 1 failed; 1 unchanged");
  CHECK(diff::summary_text({}) == "no difference; 0 unchanged");
}

TEST_CASE("lets no value steer a terminal or turn its direction", "[diff][change_set]") {
  diff::ObjectChange change{
      {"", "ConfigMap", "a", "b"}, Action::configured, Reason::change, "", {}};
  change.fields.push_back({{{PathStepType::field, "data"}},
                           "\"\u009b2J\"",
                           "\"x\u202egpj\"",
                           Reason::change,
                           std::nullopt});
  CHECK(diff::to_text({{change}}) ==
        "configured ConfigMap/a/b (change)\n"
        "  data: \"\\u009b2J\" -> \"x\\u202egpj\" (change)\n");
}

TEST_CASE("shows long values where they begin to differ", "[diff][change_set]") {
  diff::ObjectChange change{
      {"", "ConfigMap", "a", "b"}, Action::configured, Reason::change, "", {}};
  const std::string head(5'000, 'x');
  change.fields.push_back({{{PathStepType::field, "data"}},
                           "\"" + head + "one" + head + "\"",
                           "\"" + head + "two\"",
                           Reason::change,
                           std::nullopt});
  const std::string text = diff::to_text({{change}});
  CHECK(text.size() < 800);
  CHECK_THAT(text, Catch::Contains("xone") && Catch::Contains("xtwo\" (5005 bytes)"));
}

TEST_CASE("masks what came out of Secrets in every kind", "[diff][change_set]") {
  diff::ObjectChange change{
      {"", "ConfigMap", "a", "b"}, Action::configured, Reason::change, "", {}};
  const auto add = [&](const std::string& key, const std::string& before,
                       const std::string& after) {
    change.fields.push_back({{{PathStepType::field, "data"}, {PathStepType::field, key}},
                             before,
                             after,
                             Reason::change,
                             std::nullopt});
  };
  add("url", R"("postgres://u:old@db")", R"("postgres://u:hunter22@db")");
  add("encoded", R"("x")", R"("aHVudGVyMjI=")");
  add("quoted", R"("x")", R"("say \"hi\"\n")");
  add("plain", R"("x")", R"("y")");
  change.fields[0].last_applied = change.fields[0].before;
  change.message = "Invalid value: hunter22";
  const std::vector<std::string> secrets = {"hunter22", "say \"hi\"\n", "y"};
  diff::mask_values(change, secrets);
  CHECK(diff::to_text({{change}}) ==
        "configured ConfigMap/a/b (change): Invalid value: ***\n"
        "  data.url: *** (before) -> *** (after) (change)\n"
        "  data.encoded: *** (before) -> *** (after) (change)\n"
        "  data.quoted: *** (before) -> *** (after) (change)\n"
        "  data.plain: \"x\" -> \"y\" (change)\n");
  CHECK(change.fields[0].last_applied == "*** (before)");
  CHECK(diff::to_json({{change}}).find("hunter22") == std::string::npos);
}

TEST_CASE("masks a Secret's values in its other fields", "[diff][change_set]") {
  const model::Document before = model::parse_json(
      R"({"data":{"p":"aHVudGVyMjIyMg=="},"stringData":{"on":"true","raw":"%%%%"}})");
  const model::Document after = model::parse_json(R"({"stringData":{"p":"hunter3333\n"}})");
  CHECK(diff::secret_data(before.root()) ==
        std::map<std::string, std::string>{{"on", "true"}, {"p", "hunter2222"}, {"raw", "%%%%"}});
  diff::ObjectChange change{{"", "Secret", "a", "b"}, Action::configured, Reason::change, "", {}};
  for (const char* name : {"url", "plain"})
    change.fields.push_back({{{PathStepType::field, "metadata"},
                              {PathStepType::field, "annotations"},
                              {PathStepType::field, name}},
                             R"("true")",
                             name == std::string("url") ? R"("db://u:hunter3333@h")" : R"("yes")",
                             Reason::change,
                             std::nullopt});
  diff::mask_secrets(change, std::array{before.root(), after.root()});
  CHECK(diff::to_text({{change}}) ==
        "configured Secret/a/b (change)\n"
        "  metadata.annotations.url: *** (before) -> *** (after) (change)\n"
        "  metadata.annotations.plain: \"true\" -> \"yes\" (change)\n");
}

TEST_CASE("a masked text keeps nothing of the longer of two secrets", "[diff][change_set]") {
  const std::vector<std::string> secrets = {"hunter", "hunter22", "True", " a<b&c\n"};
  CHECK(diff::mask_text("hunter22 hunter true \"a\\u003cb\\u0026c\" a<b&c", secrets) ==
        "*** *** true \"***\" ***");
}
