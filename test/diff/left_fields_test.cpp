#include "reconcile/diff/left_fields.hpp"

#include <catch2/catch.hpp>

#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using diff::LeftField;

namespace {

using Fields = std::vector<LeftField>;

std::string entry(const std::string& manager, const std::string& trie,
                  const std::string& operation = "Apply") {
  return R"({"manager":")" + manager + R"(","operation":")" + operation +
         R"(","apiVersion":"v1","fieldsV1":)" + trie + "}";
}

/// A live object with these members and entries.
model::Document live(const std::string& members, const std::string& entries) {
  return model::parse_json(
      R"({"apiVersion":"v1","kind":"X","metadata":{"name":"a","uid":"u","resourceVersion":"7",)"
      R"("managedFields":[)" +
      entries + "]}," + members + "}");
}

model::Document desired(const std::string& members) {
  return model::parse_json(R"({"apiVersion":"v1","kind":"X","metadata":{"name":"a"},)" + members +
                           "}");
}

/// The members beside the identity of what is applied.
std::string left(const std::string& wanted, const model::Document& there, const Fields& fields) {
  const model::Document body = diff::leave_fields(desired(wanted), there.root(), fields);
  std::string text;
  for (std::size_t i = 0; i < body.root().size(); ++i) {
    const std::string_view key = body.root().key_at(i);
    if (key == "apiVersion" || key == "kind" || key == "metadata") continue;
    text += (text.empty() ? "" : ",") + std::string(key) + ":" +
            model::write_json(body.root().value_at(i));
  }
  return text;
}

diff::Fingerprint fold(const model::Document& object, const Fields& fields) {
  return diff::fold(object.root(),
                    {.manager = diff::field_manager, .secret_key = "key", .left = fields});
}

Fields pointer(const std::string& text, std::vector<std::string> managers = {}) {
  return {diff::parse_left_field(text, std::move(managers))};
}

const std::string both = R"({"f:spec":{"f:image":{},"f:replicas":{}}})";
const std::string image_only = R"({"f:spec":{"f:image":{}}})";
const std::string replicas_only = R"({"f:spec":{"f:replicas":{}}})";
const std::string wanted = R"("spec":{"image":"a:2","replicas":2})";

}  // namespace

TEST_CASE("reads JSON pointers", "[diff][left_fields]") {
  CHECK(diff::parse_left_field("/spec/replicas").steps ==
        std::vector<std::string>{"spec", "replicas"});
  CHECK(diff::parse_left_field("/metadata/annotations/a.b~1c~0d").steps.back() == "a.b/c~d");
  CHECK_THROWS_WITH(diff::parse_left_field("spec"), Catch::Contains("found \"spec\""));
  CHECK_THROWS(diff::parse_left_field(""));
}

TEST_CASE("a field that another owns is left out of the apply", "[diff][left_fields]") {
  const model::Document there =
      live(R"("spec":{"image":"a:1","replicas":7})",
           entry("reconcile", image_only) + "," + entry("scaler", replicas_only, "Update"));
  CHECK(left(wanted, there, pointer("/spec/replicas")) == R"(spec:{"image":"a:2"})");
  CHECK(left(wanted, there, pointer("/spec/replicas", {"scaler"})) == R"(spec:{"image":"a:2"})");
  // Somebody else's write is drift.
  CHECK(left(wanted, there, pointer("/spec/replicas", {"other"})) ==
        R"(spec:{"image":"a:2","replicas":2})");
  CHECK(left(wanted, there, {}) == R"(spec:{"image":"a:2","replicas":2})");
}

TEST_CASE("a field that we alone own keeps its live value", "[diff][left_fields]") {
  const model::Document there =
      live(R"("spec":{"image":"a:1","replicas":7})", entry("reconcile", both));
  CHECK(left(wanted, there, pointer("/spec/replicas")) == R"(spec:{"image":"a:2","replicas":7})");
  // A co-manager that does not own it yet has no say.
  CHECK(left(wanted, there, pointer("/spec/replicas", {"scaler"})) ==
        R"(spec:{"image":"a:2","replicas":2})");
}

TEST_CASE("a map stays ours while its fields are others'", "[diff][left_fields]") {
  const std::string wanted_end = R"("spec":{"end":{"host":"","port":0}})";
  const Fields fields = pointer("/spec/end", {"capi"});
  const model::Document there =
      live(R"("spec":{"end":{"host":"10.0.0.1","port":6443}})",
           entry("reconcile", R"({"f:spec":{"f:end":{".":{}}}})") + "," +
               entry("capi", R"({"f:spec":{"f:end":{"f:host":{},"f:port":{}}}})", "Update"));
  CHECK(left(wanted_end, there, fields) == R"(spec:{"end":{}})");
  const model::Document half =
      live(R"("spec":{"end":{"host":"10.0.0.1","port":1}})",
           entry("reconcile", R"({"f:spec":{"f:end":{".":{},"f:port":{}}}})") + "," +
               entry("capi", R"({"f:spec":{"f:end":{"f:host":{}}}})", "Update"));
  CHECK(left(wanted_end, half, fields) == R"(spec:{"end":{"port":0}})");
}

TEST_CASE("an object that is not there is created whole", "[diff][left_fields]") {
  const model::Document body =
      diff::leave_fields(desired(wanted), model::Value(), pointer("/spec/replicas"));
  CHECK(body["spec"]["replicas"].integer() == 2);
}

TEST_CASE("part of a map that is kept as a whole comes from the live object",
          "[diff][left_fields]") {
  const std::string selector = R"("spec":{"selector":{"app":"web","hash":"9f"}})";
  const Fields fields = pointer("/spec/selector/hash", {"rollouts"});
  const model::Document theirs =
      live(selector, entry("rollouts", R"({"f:spec":{"f:selector":{}}})", "Update"));
  CHECK(left(R"("spec":{"selector":{"app":"new"}})", theirs, fields) ==
        R"(spec:{"selector":{"app":"new","hash":"9f"}})");
  const model::Document kubectl =
      live(selector, entry("kubectl-edit", R"({"f:spec":{"f:selector":{}}})", "Update"));
  CHECK(left(R"("spec":{"selector":{"app":"new"}})", kubectl, fields) ==
        R"(spec:{"selector":{"app":"new"}})");
}

TEST_CASE("items are found by name, else by position", "[diff][left_fields]") {
  const Fields bundle = pointer("/webhooks/*/caBundle", {"cainjector"});
  const std::string trie = R"({"f:webhooks":{"k:{\"name\":\"a\"}":{"f:caBundle":{}},)"
                           R"("k:{\"name\":\"b\"}":{"f:caBundle":{}}}})";
  const model::Document keyed =
      live(R"("webhooks":[{"name":"b","caBundle":"B"},{"name":"a","caBundle":"A"}])",
           entry("cainjector", trie, "Update"));
  CHECK(left(R"("webhooks":[{"name":"a","caBundle":""},{"name":"c","caBundle":""}])", keyed,
             bundle) == R"(webhooks:[{"name":"a"},{"caBundle":"","name":"c"}])");
  const Fields weight = pointer("/spec/http/*/route/*/weight", {"flagger"});
  const model::Document atomic =
      live(R"("spec":{"http":[{"route":[{"host":"x","weight":90},{"host":"y","weight":10}]}]})",
           entry("flagger", R"({"f:spec":{"f:http":{}}})", "Update"));
  CHECK(left(R"("spec":{"http":[{"route":[{"host":"x","weight":100},{"host":"z","weight":0}]}]})",
             atomic, weight) ==
        R"(spec:{"http":[{"route":[{"host":"x","weight":90},{"host":"z","weight":10}]}]})");
}

TEST_CASE("an item of a list can be left by its position", "[diff][left_fields]") {
  const std::string trie = R"({"f:spec":{"f:list":{"k:{\"name\":\"a\"}":{"f:image":{}}}}})";
  const model::Document there =
      live(R"("spec":{"list":[{"name":"a","image":"old"}]})", entry("vpa", trie, "Update"));
  CHECK(left(R"("spec":{"list":[{"name":"a","image":"new"}]})", there,
             pointer("/spec/list/0/image")) == R"(spec:{"list":[{"name":"a"}]})");
}

TEST_CASE("writes to a field that is left to others are no difference", "[diff][left_fields]") {
  const Fields fields = pointer("/spec/replicas");
  const model::Document before =
      live(R"("spec":{"image":"a:1","replicas":2})", entry("reconcile", both));
  const model::Document after =
      live(R"("spec":{"image":"a:1","replicas":7})",
           entry("reconcile", image_only) + "," + entry("scaler", replicas_only, "Update"));
  CHECK(fold(before, fields).same_content(fold(after, fields)));
  CHECK_FALSE(fold(before, {}).same_content(fold(after, {})));
  const model::Document other =
      live(R"("spec":{"image":"b:1","replicas":2})", entry("reconcile", both));
  CHECK_FALSE(fold(before, fields).same_content(fold(other, fields)));
  CHECK(fold(before, fields).has_entry());
  CHECK(
      fold(live(R"("spec":{"replicas":2})", entry("reconcile", replicas_only)), fields)
          .same_content(fold(live(R"("spec":{"replicas":3})", entry("reconcile", "{}")), fields)));
}

TEST_CASE("a co-manager's writes are no difference, those of others are", "[diff][left_fields]") {
  const Fields fields = pointer("/spec/replicas", {"scaler"});
  const auto by = [&](const std::string& manager, int replicas) {
    return fold(
        live(R"("spec":{"image":"a","replicas":)" + std::to_string(replicas) + "}",
             entry("reconcile", image_only) + "," + entry(manager, replicas_only, "Update")),
        fields);
  };
  CHECK(by("scaler", 3).same_content(by("scaler", 4)));
  CHECK(by("scaler", 3).shares_fields);
  CHECK_FALSE(by("kubectl-edit", 3).same_content(by("kubectl-edit", 4)));
  CHECK_FALSE(by("kubectl-edit", 3).shares_fields);
  CHECK_FALSE(by("scaler", 3).same_content(by("kubectl-edit", 3)));
}

TEST_CASE("what else is in a whole still counts", "[diff][left_fields]") {
  const Fields fields = pointer("/spec/selector/hash", {"rollouts"});
  const auto with = [&](const std::string& selector, const std::string& manager) {
    return fold(live(R"("spec":{"selector":)" + selector + "}",
                     entry("reconcile", "{\"f:spec\":{}}") + "," +
                         entry(manager, R"({"f:spec":{"f:selector":{}}})", "Update")),
                fields);
  };
  const std::string first = R"({"app":"web","hash":"1"})";
  CHECK(with(first, "rollouts").same_content(with(R"({"app":"web","hash":"2"})", "rollouts")));
  CHECK(with(first, "rollouts").same_content(with(R"({"app":"web"})", "rollouts")));
  CHECK_FALSE(
      with(first, "rollouts").same_content(with(R"({"app":"evil","hash":"1"})", "rollouts")));
  CHECK_FALSE(with(first, "kubectl").same_content(with(R"({"app":"web","hash":"2"})", "kubectl")));
}

TEST_CASE("rules about one field, or about parts of it, hold together", "[diff][left_fields]") {
  const Fields fields = {diff::parse_left_field("/spec/selector/hash", {"rollouts"}),
                         diff::parse_left_field("/spec/selector", {"flagger"}),
                         diff::parse_left_field("/spec/replicas", {"keda"}),
                         diff::parse_left_field("/spec/replicas", {"flagger"})};
  const auto with = [&](const std::string& manager, const std::string& hash, int replicas) {
    return fold(
        live(R"("spec":{"selector":{"app":"web","hash":")" + hash + R"("},"replicas":)" +
                 std::to_string(replicas) + "}",
             entry("reconcile", image_only) + "," +
                 entry(manager, R"({"f:spec":{"f:selector":{},"f:replicas":{}}})", "Update")),
        fields);
  };
  CHECK(with("flagger", "1", 1).same_content(with("flagger", "2", 2)));
  CHECK(with("keda", "1", 1).same_content(with("keda", "1", 2)));
  CHECK_FALSE(with("keda", "1", 1).same_content(with("keda", "2", 1)));
  CHECK(with("rollouts", "1", 1).same_content(with("rollouts", "2", 1)));
  CHECK_FALSE(with("rollouts", "1", 1).same_content(with("rollouts", "1", 2)));
}

TEST_CASE("what is to be applied is what is there once others have their fields",
          "[diff][left_fields]") {
  const model::Document there =
      live(R"("spec":{"image":"a:2","replicas":7})",
           entry("reconcile", image_only) + "," + entry("scaler", replicas_only, "Update"));
  const model::Document all =
      model::parse_json(R"({"apiVersion":"v1","kind":"X","spec":{"image":"a:2","replicas":2}})");
  const model::Document body =
      diff::leave_fields(all, there.root(), pointer("/spec/replicas", {"scaler"}));
  CHECK(diff::proves_unchanged(body.root(), there.root()));
  CHECK_FALSE(diff::proves_unchanged(all.root(), there.root()));
}

TEST_CASE("an object has to be read where one may have taken a field", "[diff][left_fields]") {
  const model::Document ours = live(R"("spec":{})", entry("reconcile", both));
  const model::Document shared = live(R"("spec":{})", entry("scaler", "{}", "Update"));
  CHECK(diff::may_be_left(ours.root(), pointer("/spec/replicas")));
  CHECK_FALSE(diff::may_be_left(ours.root(), pointer("/spec/replicas", {"scaler"})));
  CHECK(diff::may_be_left(shared.root(), pointer("/spec/replicas", {"scaler"})));
}
