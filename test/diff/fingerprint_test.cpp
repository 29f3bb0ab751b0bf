#include "reconcile/diff/fingerprint.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/diff/objects.hpp"

using namespace reconcile;

namespace {

diff::Fingerprint fold(const std::string& json, const std::string& key = "key") {
  const model::Document object = model::parse_json(json);
  return diff::fold(object.root(), {.manager = diff::field_manager, .secret_key = key});
}

/// An object that we applied, with fields and values as given.
std::string object(const std::string& spec, const std::string& trie, const std::string& more = "") {
  return R"({"apiVersion":"x/v1","kind":"X","metadata":{"name":"a",)"
         R"("resourceVersion":"7","uid":"u1",
    "managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":"x/v1",)"
         R"("fieldsV1":{"f:spec":)" +
         trie + "}}" + more + "]},\"spec\":" + spec + "}";
}

}  // namespace

TEST_CASE("is at most 200 bytes an object", "[diff][fingerprint]") {
  CHECK(sizeof(diff::Fingerprint) <= 72);
}

TEST_CASE("folds what identifies a live object", "[diff][fingerprint]") {
  const diff::Fingerprint seen = fold(test::deployment("applied"));
  CHECK(seen.has_entry());
  CHECK(seen.resource_version == 283);
  CHECK(seen.generation == 1);
  CHECK(seen.uid.text() == "2a8d6885-6c69-48cf-a353-5e272cb60070");
  CHECK(seen.same_content(fold(test::deployment("applied"))));
}

TEST_CASE("a write of others changes the fingerprint only where it touches ours",
          "[diff][fingerprint]") {
  const diff::Fingerprint before = fold(test::deployment("applied"));
  struct Row {
    const char* from;
    const char* to;
    bool same;
  };
  const Row rows[] = {
      {"\"revision\": \"1\"", "\"revision\": \"2\"", true},
      {"\"deployment.kubernetes.io/revision\": \"1\"",
       "\"deployment.kubernetes.io/revision\": \"2\"", true},
      {"\"image\": \"registry.example/app:1\"", "\"image\": \"registry.example/app:2\"", false},
      {"\"cpu\": \"1\"", "\"cpu\": \"2\"", false},
      {"\"maxSurge\": \"25%\"", "\"maxSurge\": \"50%\"", true},
      {"\"resourceVersion\": \"283\"", "\"resourceVersion\": \"284\"", true},
      {"2a8d6885", "3a8d6885", false},
      {"\"manager\": \"reconcile\"", "\"manager\": \"somebody\"", false},
      {"\"f:image\": {},", "", false},
      {"\"apiVersion\": \"apps/v1\",\n    \"fieldsType\"",
       "\"apiVersion\": \"apps/v2\",\n    \"fieldsType\"", false},
      {"\"2026-01-30T08:00:00Z\"", "\"2026-01-30T09:00:00Z\"", true},
  };
  for (const Row& row : rows) {
    const std::string text = test::deployment("applied");
    if (text.find(row.from) == std::string::npos) continue;
    INFO(row.from << " -> " << row.to);
    CHECK(before.same_content(fold(test::replaced(text, row.from, row.to))) == row.same);
  }
  CHECK_FALSE(before.same_content(fold(test::deployment("edited"))));
}

TEST_CASE("sees a reorder of our own items, not of foreign ones", "[diff][fingerprint]") {
  const std::string trie =
      R"({"f:l":{"k:{\"name\":\"a\"}":{"f:name":{}},"k:{\"name\":\"b\"}":{"f:name":{}}}})";
  const auto with = [&](const std::string& list) {
    return fold(object("{\"l\":" + list + "}", trie));
  };
  const diff::Fingerprint base = with(R"([{"name":"a"},{"name":"b"}])");
  CHECK_FALSE(base.same_content(with(R"([{"name":"b"},{"name":"a"}])")));
  CHECK(base.same_content(with(R"([{"name":"z"},{"name":"a"},{"name":"y"},{"name":"b"}])")));
  CHECK_FALSE(base.same_content(with(R"([{"name":"a"}])")));
}

TEST_CASE("absence is a value", "[diff][fingerprint]") {
  const std::string trie = R"({"f:nodeSelector":{},"f:a":{}})";
  const diff::Fingerprint base = fold(object(R"({"a":1})", trie));
  CHECK_FALSE(base.same_content(fold(object(R"({"a":1,"nodeSelector":{"x":"y"}})", trie))));
  CHECK_FALSE(base.same_content(fold(object("{}", trie))));
  CHECK_FALSE(base.same_content(fold(object(R"({"a":null})", trie))));
}

TEST_CASE("an empty map of ours that others fill stays equal", "[diff][fingerprint]") {
  const std::string trie = R"({"f:dir":{}})";
  const auto with = [&](const std::string& content) {
    return fold(object(
        "{\"dir\":" + content + "}", trie,
        R"(,{"manager":"m","operation":"Update","fieldsV1":{"f:spec":{"f:dir":{"f:x":{}}}}})"));
  };
  CHECK(with(R"({"x":1})").same_content(with(R"({"x":2})")));
}

TEST_CASE("an object without our entry has none", "[diff][fingerprint]") {
  for (const char* fields :
       {"[{}]", "[]", R"([{"manager":"x","operation":"Apply","fieldsV1":{}}])"}) {
    const std::string json =
        R"({"metadata":{"resourceVersion":"x","managedFields":)" + std::string(fields) + "}}";
    CHECK_FALSE(fold(json).has_entry());
  }
  CHECK(fold("null") == diff::Fingerprint{});
  CHECK(fold("{}") == diff::Fingerprint{});
}

TEST_CASE("digests of Secrets depend on the key", "[diff][fingerprint]") {
  const std::string secret = R"({"apiVersion":"v1","kind":"Secret",)"
                             R"("metadata":{"managedFields":[{"manager":"reconcile",
      "operation":"Apply","apiVersion":"v1","fieldsV1":{"f:data":{"f:a":{}}}}]},)"
                             R"("data":{"a":"Yg=="}})";
  CHECK(fold(secret, "one").values == fold(secret, "one").values);
  CHECK_FALSE(fold(secret, "one").values == fold(secret, "two").values);
  const model::Document object = model::parse_json(secret);
  CHECK_FALSE(diff::desired_digest(object.root(), secret, "one") ==
              diff::desired_digest(object.root(), secret, "two"));
}

TEST_CASE("reads management annotations and labels without regard to case", "[diff][fingerprint]") {
  struct Row {
    const char* metadata;
    int flags;
  };
  const Row rows[] = {
      {R"({})", 0},
      {R"({"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"Disabled"}})",
       diff::reconcile_disabled},
      {R"({"labels":{"kustomize.toolkit.fluxcd.io/prune":"disabled"}})", diff::prune_disabled},
      {R"({"annotations":{"kustomize.toolkit.fluxcd.io/ssa":"IfNotPresent"}})",
       diff::ssa_if_not_present},
      {R"({"annotations":{"kustomize.toolkit.fluxcd.io/ssa":"Merge",)"
       R"("kustomize.toolkit.fluxcd.io/force":"enabled"}})",
       diff::ssa_merge | diff::force_enabled},
      {R"({"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"enabled"}})", 0},
      {R"({"deletionTimestamp":"2026-01-01T00:00:00Z"})", diff::terminating},
      {R"({"managedFields":[{"manager":"hpa","operation":"Update","subresource":"scale",)"
       R"("fieldsV1":{"f:spec":{"f:replicas":{}}}}]})",
       diff::replicas_handed_over},
  };
  for (const Row& row : rows) {
    INFO(row.metadata);
    const model::Document object =
        model::parse_json("{\"metadata\":" + std::string(row.metadata) + "}");
    CHECK(int(diff::management_flags(object.root())) == row.flags);
  }
}

TEST_CASE("an empty structure that goes is a difference", "[diff][fingerprint]") {
  const std::string trie = R"({"f:a":{"f:b":{}}})";
  const diff::Fingerprint with = fold(object(R"({"a":{}})", trie));
  CHECK_FALSE(with.same_content(fold(object("{}", trie))));
  CHECK(with.same_content(fold(object(R"({"a":{}})", trie))));
}

TEST_CASE("an autoscaler's claim is told from a person's", "[diff][fingerprint]") {
  const auto claimed = [](const std::string& manager) {
    return diff::fold(model::parse_json(R"({"metadata":{"managedFields":[{"manager":")" + manager +
                                        R"(","operation":"Update","subresource":"scale",)"
                                        R"("fieldsV1":{"f:spec":{"f:replicas":{}}}}]}})")
                          .root());
  };
  CHECK(claimed("kube-controller-manager").autoscaled);
  CHECK_FALSE(claimed("kubectl").autoscaled);
  CHECK(claimed("kubectl").flags == diff::replicas_handed_over);
}

TEST_CASE("a text is not what else looks like it", "[diff][fingerprint]") {
  const std::string trie = R"({"f:a":{},"f:b":{}})";
  const auto with = [&](const std::string& spec) { return fold(object(spec, trie)); };
  const diff::Fingerprint base = with(R"({"a":"1","b":"x\ny"})");
  CHECK(base.same_content(with(R"({"b":"x\u000ay","a":"1"})")));
  CHECK_FALSE(base.same_content(with(R"({"a":1,"b":"x\ny"})")));
  CHECK_FALSE(base.same_content(with(R"({"a":"1\nx","b":"y"})")));
  CHECK_FALSE(base.same_content(with(R"({"a":"1x","b":"\ny"})")));
}

TEST_CASE("another trie is another entry, sorted or not", "[diff][fingerprint]") {
  const std::string spec = R"({"a":{"c":1},"b":2})";
  const auto entry = [&](const std::string& trie) { return fold(object(spec, trie)).entry; };
  const model::Hash128 base = entry(R"({"f:a":{"f:c":{}},"f:b":{}})");
  CHECK(base == entry(R"({"f:a":{"f:c":{}},"f:b":{}})"));
  CHECK(base != entry(R"({"f:a":{"f:c":{},"f:b":{}}})"));
  CHECK(base != entry(R"({"f:a":{".":{},"f:c":{}},"f:b":{}})"));
  const model::Hash128 turned = entry(R"({"f:b":{},"f:a":{"f:c":{}}})");
  CHECK(turned == entry(R"({"f:b":{},"f:a":{"f:c":{}}})"));
  CHECK(turned != entry(R"({"f:b":{},"f:a":{"f:d":{}}})"));
}
