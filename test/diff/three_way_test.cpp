#include "reconcile/diff/three_way.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/diff/objects.hpp"

using namespace reconcile;
using diff::DesiredSince;

namespace {

struct Sides {
  std::string desired;
  std::string live;
  std::string last_applied;
  std::string dry_run;
  DesiredSince since = DesiredSince::unknown;
};

std::string plan(const Sides& sides) {
  const auto parse = [](const std::string& text) {
    return text.empty() ? model::Document() : model::parse_json(text);
  };
  const model::Document desired = parse(sides.desired);
  const model::Document live = parse(sides.live);
  const model::Document last = parse(sides.last_applied);
  const model::Document dry_run = parse(sides.dry_run);
  const diff::ObjectChange change = diff::three_way({.desired = desired.root(),
                                                     .live = live.root(),
                                                     .last_applied = last.root(),
                                                     .dry_run = dry_run.root(),
                                                     .desired_since = sides.since});
  return diff::to_text({{change}}, {.unchanged = true});
}

std::string desired() {
  return test::deployment("desired");
}
std::string applied() {
  return test::deployment("applied");
}
std::string edited() {
  return test::deployment("edited");
}

bool proves(const std::string& want, const std::string& have) {
  const model::Document left = model::parse_json(want);
  const model::Document right = model::parse_json(have);
  return diff::proves_unchanged(left.root(), right.root());
}

}  // namespace

TEST_CASE("what was applied is unchanged", "[diff][three_way]") {
  for (const DesiredSince since :
       {DesiredSince::unknown, DesiredSince::same, DesiredSince::changed})
    CHECK(plan({desired(), applied(), "", "", since}) == "unchanged Deployment/default/app\n");
  CHECK(plan({desired(), applied(), applied(), ""}) == "unchanged Deployment/default/app\n");
  CHECK(plan({desired(), applied(), "", applied()}) == "unchanged Deployment/default/app\n");
}

TEST_CASE("a value that somebody changed is drift, with its owner", "[diff][three_way]") {
  const std::string expected =
      "configured Deployment/default/app (drift)\n"
      "  spec.replicas: 5 -> 2 (drift, kubectl-edit Update at 2026-01-31T08:00:00Z)\n";
  CHECK(plan({desired(), edited(), "", "", DesiredSince::same}) == expected);
  CHECK(plan({desired(), edited(), applied(), ""}) == expected);
}

TEST_CASE("what was desired last tells drift from change", "[diff][three_way]") {
  const model::Document live = model::parse_json(edited());
  const model::Document last = model::parse_json(desired());
  const auto compare = [&](const model::Document& want) {
    diff::ThreeWayInput input;
    input.desired = want.root();
    input.live = live.root();
    input.last_desired = last.root();
    return diff::three_way(input);
  };
  // Replicas are kubectl-edit's now: only the old render says that we had set them.
  const diff::ObjectChange same = compare(last);
  CHECK(diff::to_text({{same}}) ==
        "configured Deployment/default/app (drift)\n"
        "  spec.replicas: 5 -> 2 (drift, kubectl-edit Update at 2026-01-31T08:00:00Z)\n");
  CHECK(same.fields.front().last_known);
  CHECK(same.fields.front().last_applied == "2");
  const diff::ObjectChange both =
      compare(model::parse_json(test::replaced(desired(), "\"replicas\":2", "\"replicas\":3")));
  CHECK(diff::to_text({{both}}) ==
        "configured Deployment/default/app (drift)\n"
        "  spec.replicas: 5 -> 3 (last applied 2, drift, kubectl-edit Update at "
        "2026-01-31T08:00:00Z)\n");
  // A field that is ours still has the value that we gave it.
  const diff::ObjectChange image =
      compare(model::parse_json(test::replaced(desired(), "app:1", "app:2")));
  REQUIRE(image.fields.size() == 2);
  CHECK(image.fields[1].reason == diff::Reason::change);
  CHECK(image.fields[1].last_applied == image.fields[1].before);
  diff::ThreeWayInput input;
  input.desired = input.last_desired = last.root();
  const diff::ObjectChange gone = diff::three_way(input);
  CHECK(gone.reason == diff::Reason::gone);
}

TEST_CASE("a new value is a change", "[diff][three_way]") {
  const std::string changed = test::replaced(desired(), "app:1", "app:2");
  const std::string expected =
      "configured Deployment/default/app (change)\n"
      "  spec.template.spec.containers[name=app].image: \"registry.example/app:1\" -> "
      "\"registry.example/app:2\" (change, reconcile Apply at 2026-01-30T08:00:00Z)\n";
  CHECK(plan({changed, applied(), "", "", DesiredSince::changed}) == expected);
  CHECK(plan({changed, applied(), applied(), ""}) == expected);
}

TEST_CASE("a field of another manager is a conflict", "[diff][three_way]") {
  const std::string live =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b",
    "managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":"v1",)"
      R"("fieldsV1":{"f:data":{"f:x":{}}}},
    {"manager":"other","operation":"Apply","apiVersion":"v1",)"
      R"("fieldsV1":{"f:data":{"f:y":{}}}}]},
    "data":{"x":"1","y":"1"}})";
  const std::string want =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"},)"
      R"("data":{"x":"1","y":"2"}})";
  CHECK(plan({want, live, "", "", DesiredSince::changed}) ==
        "configured ConfigMap/b/a (conflict)\n  data.y: \"1\" -> \"2\" (conflict, other Apply)\n");
}

TEST_CASE("what we alone own and no longer want goes, what others co-own stays",
          "[diff][three_way]") {
  const std::string live =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b",
    "managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":"v1",)"
      R"("fieldsV1":{"f:data":{"f:x":{},"f:y":{},"f:z":{}}}},
    {"manager":"other","operation":"Apply","apiVersion":"v1",)"
      R"("fieldsV1":{"f:data":{"f:y":{}}}}]},
    "data":{"x":"1","y":"1","z":"1"}})";
  const std::string want =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"},)"
      R"("data":{"z":"1"}})";
  CHECK(plan({want, live, "", "", DesiredSince::changed}) ==
        "configured ConfigMap/b/a (change)\n  data.x: - \"1\" (change, reconcile Apply)\n");
}

TEST_CASE("a removed container goes as a whole", "[diff][three_way]") {
  const std::string less =
      test::replaced(desired(), R"(,{"name":"side","image":"registry.example/side:1"})", "");
  const std::string text = plan({less, applied(), "", "", DesiredSince::changed});
  CHECK(
      text.starts_with("configured Deployment/default/app (change)\n"
                       "  spec.template.spec.containers[name=side]: - {"));
}

TEST_CASE("a reorder of list items shows as such", "[diff][three_way]") {
  const std::string want =
      test::replaced(desired(), R"([{"name":"A","value":"1"},{"name":"B","value":"2"}])",
                     R"([{"name":"B","value":"2"},{"name":"A","value":"1"}])");
  CHECK(plan({want, applied(), "", "", DesiredSince::changed}) ==
        "configured Deployment/default/app (change)\n"
        "  spec.template.spec.containers[name=app].env: [{\"name\":\"A\"},{\"name\":\"B\"}] -> "
        "[{\"name\":\"B\"},{\"name\":\"A\"}] (change)\n");
}

TEST_CASE("an object that lost our entry is disowned", "[diff][three_way]") {
  const std::string live =
      test::replaced(applied(), "\"manager\": \"reconcile\"", "\"manager\": \"me\"");
  CHECK(plan({desired(), live, "", "", DesiredSince::same}) ==
        "configured Deployment/default/app (disowned)\n");
  const std::string recreated = test::replaced(applied(), "2a8d6885", "11111111");
  CHECK(plan({desired(), recreated, applied(), ""}) ==
        "configured Deployment/default/app (disowned)\n");
}

TEST_CASE("replicas written through scale are handed over", "[diff][three_way]") {
  std::string live = test::replaced(edited(), "\"manager\": \"kubectl-edit\",",
                                    "\"manager\": \"hpa\",\"subresource\":\"scale\",");
  CHECK(plan({desired(), live, "", "", DesiredSince::same}) ==
        "unchanged Deployment/default/app (handed over)\n"
        "  spec.replicas: 5 -> 2 (handed over, hpa Update of scale at 2026-01-31T08:00:00Z)\n");
}

TEST_CASE("an object that is not there is created, again where it was known", "[diff][three_way]") {
  CHECK(plan({desired(), "", "", ""}) == "created Deployment/default/app (change)\n");
  CHECK(plan({desired(), "", applied(), ""}) == "created Deployment/default/app (gone)\n");
  CHECK(plan({"", applied(), "", ""}) == "deleted Deployment/default/app (obsolete)\n");
}

TEST_CASE("a dry run decides where it is given", "[diff][three_way]") {
  const std::string after = test::replaced(applied(), "\"replicas\": 2", "\"replicas\": 3");
  const std::string text = plan({desired(), applied(), "", after});
  CHECK(text ==
        "configured Deployment/default/app (change)\n"
        "  spec.replicas: 2 -> 3 (change, reconcile Apply at 2026-01-30T08:00:00Z)\n");
}

TEST_CASE("proves without the server that nothing would change", "[diff][three_way]") {
  CHECK(proves(desired(), applied()));
  CHECK_FALSE(proves(desired(), edited()));
  struct Row {
    const char* from;
    const char* to;
    bool proven;
  };
  const Row rows[] = {
      {"\"cpu\":\"1000m\"", "\"cpu\":\"1\"", true},
      {"\"cpu\":\"1000m\"", "\"cpu\":\"2\"", false},
      {"\"tolerations\":[]", "\"tolerations\":null", true},
      {",\"tolerations\":[]", "", false},
      {"\"replicas\":2,", "\"replicas\":2,\"paused\":false,", false},
      {"\"args\":[\"--a\",\"--b\"]", "\"args\":[\"--b\",\"--a\"]", false},
      {"\"env\":[{\"name\":\"A\",\"value\":\"1\"},", "\"env\":[", false},
      {"\"containerPort\":8080", "\"containerPort\":8080,\"protocol\":\"TCP\"", false},
      {"\"app\":\"app\",\"kustomize", "\"app\":\"other\",\"kustomize", false},
      {"apps/v1", "apps/v1beta1", false},
  };
  for (const Row& row : rows) {
    INFO(row.from << " -> " << row.to);
    CHECK(proves(test::replaced(desired(), row.from, row.to), applied()) == row.proven);
  }
}

TEST_CASE("values of Secrets never show", "[diff][three_way]") {
  const std::string live =
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"b"},)"
      R"("data":{"k":"b2xk"}})";
  const std::string want =
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"b"},)"
      R"("data":{"k":"bmV3"}})";
  const std::string text = plan({want, live, "", ""});
  CHECK(text.find("bmV3") == std::string::npos);
  CHECK(text.find("b2xk") == std::string::npos);
}

TEST_CASE("what admission makes of an unchanged object is neither drift nor change",
          "[diff][three_way]") {
  const std::string ours = "registry.example/app:1";
  const std::string theirs = "mirror.example/app:1";
  const std::string mirrored = test::replaced(applied(), ours, theirs);
  const std::string noted =
      test::replaced(applied(), R"("annotations": {)", R"("annotations": {"nonce": "1",)");
  const std::string field = "  spec.template.spec.containers[name=app].image: \"" + theirs +
                            "\" -> \"" + ours +
                            "\" (admission, reconcile Apply at 2026-01-30T08:00:00Z)\n";
  const std::string head = "unchanged Deployment/default/app (admission)\n";
  CHECK(plan({desired(), mirrored, "", "", DesiredSince::same}) == head + field);
  // A dry run knows what admission would make of it now.
  CHECK(plan({desired(), mirrored, "", mirrored}) == "unchanged Deployment/default/app\n");
  CHECK(plan({desired(), mirrored, "", applied(), DesiredSince::same}) == head + field);
  CHECK(plan({desired(), noted, "", test::replaced(noted, R"("nonce": "1")", R"("nonce": "2")")}) ==
        head + "  metadata.annotations.nonce: \"1\" -> \"2\" (admission)\n");
  // Git says something new, whatever admission makes of it.
  const std::string other = test::replaced(desired(), ours, "registry.example/app:2");
  const std::string after = test::replaced(applied(), ours, "mirror.example/app:2");
  CHECK_THAT(plan({other, mirrored, "", after, DesiredSince::changed}),
             Catch::StartsWith("configured Deployment/default/app (change)\n"));
}
