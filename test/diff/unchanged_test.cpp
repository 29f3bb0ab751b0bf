// What is certain to stay as it is, by the live object alone. The rows were seen at a server:
// test/fuzz/verdict finds more.
#include <catch2/catch.hpp>

#include "test/diff/unchanged_row.hpp"

using namespace reconcile;
using test::proves;
using test::Row;

TEST_CASE("what is owned and not there", "[diff][unchanged]") {
  const Row rows[] = {
      {"null", R"({"a":null})", "{}", R"({"f:a":{}})", "", true},
      {"null that is not ours", R"({"a":null})", R"({"a":1})", "{}", R"({"f:a":{}})", false},
      {"a zero value", R"({"hostNetwork":false})", "{}", R"({"f:hostNetwork":{}})", "", true},
      {"another zero value", R"({"suspend":false})", "{}", R"({"f:suspend":{}})", "", false},
      {"a value", R"({"hostNetwork":true})", "{}", R"({"f:hostNetwork":{}})", "", false},
      {"an empty list", R"({"a":[]})", "{}", R"({"f:a":{}})", "", true},
      {"an empty map of texts", R"({"nodeSelector":{}})", "{}", R"({"f:nodeSelector":{}})", "",
       true},
      {"an empty structure", R"({"lifecycle":{}})", "{}", R"({"f:lifecycle":{}})", "", false},
      {"an empty keyed list that nobody owns", R"({"x":1,"env":[]})", R"({"x":1})", R"({"f:x":{}})",
       "", true},
      {"an empty keyed list that was null", R"({"env":[]})", "{}", R"({"f:env":{}})", "", false},
      {"an empty list that nobody owns", R"({"x":1,"args":[]})", R"({"x":1})", R"({"f:x":{}})", "",
       false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "apps/v1") == row.is_unchanged);
  }
  // A definition's fields keep what is empty: only null is dropped.
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "example.com/v1") ==
          (row.is_unchanged && std::string_view(row.what) == "null"));
  }
}

TEST_CASE("what the server fills", "[diff][unchanged]") {
  const Row rows[] = {
      {"a structure", R"({"strategy":{}})", R"({"strategy":{"type":"RollingUpdate"}})",
       R"({"f:strategy":{}})", "", true},
      {"null for a structure", R"({"strategy":null})", R"({"strategy":{"type":"Recreate"}})",
       R"({"f:strategy":{}})", "", true},
      {"a map that may be atomic", R"({"selector":{}})", R"({"selector":{"a":"b"}})",
       R"({"f:selector":{}})", "", false},
      {"null for a default", R"({"dnsPolicy":null})", R"({"dnsPolicy":"ClusterFirst"})",
       R"({"f:dnsPolicy":{}})", "", true},
      {"null for another value", R"({"dnsPolicy":null})", R"({"dnsPolicy":"Default"})",
       R"({"f:dnsPolicy":{}})", "", false},
      {"an empty list for a default", R"({"metrics":[]})",
       R"({"metrics":[{"resource":{"name":"cpu","target":{"averageUtilization":80,)"
       R"("type":"Utilization"}},"type":"Resource"}]})",
       R"({"f:metrics":{}})", "", true},
      {"null for an empty structure", R"({"metadata":null})", R"({"metadata":{}})",
       R"({"f:metadata":{}})", "", true},
      {"null for an empty list", R"({"rules":[]})", R"({"rules":null})", R"({"f:rules":{}})", "",
       true},
      {"null for a default of this place", R"({"strategy":{"rollingUpdate":{"maxSurge":null}}})",
       R"({"strategy":{"rollingUpdate":{"maxSurge":"25%"}}})",
       R"({"f:strategy":{"f:rollingUpdate":{"f:maxSurge":{}}}})", "", true},
      {"null for a default of another place",
       R"({"updateStrategy":{"rollingUpdate":{"maxSurge":null}}})",
       R"({"updateStrategy":{"rollingUpdate":{"maxSurge":"25%"}}})",
       R"({"f:updateStrategy":{"f:rollingUpdate":{"f:maxSurge":{}}}})", "", false},
      {"null of a probe", R"({"livenessProbe":{"timeoutSeconds":null}})",
       R"({"livenessProbe":{"timeoutSeconds":1}})",
       R"({"f:livenessProbe":{"f:timeoutSeconds":{}}})", "", true},
      {"null of a webhook", R"({"x":{"timeoutSeconds":null}})", R"({"x":{"timeoutSeconds":1}})",
       R"({"f:x":{"f:timeoutSeconds":{}}})", "", false},
      {"null in a map of texts", R"({"labels":{"a":null}})", R"({"labels":{"a":""}})",
       R"({"f:labels":{"f:a":{}}})", "", true},
      {"null in an atomic map", R"({"fieldRef":{"fieldPath":"x","apiVersion":null}})",
       R"({"fieldRef":{"apiVersion":"v1","fieldPath":"x"}})", R"({"f:fieldRef":{}})", "", true},
      {"a list of defaults", R"({"volumeLifecycleModes":null})",
       R"({"volumeLifecycleModes":["Persistent"]})", R"({"f:volumeLifecycleModes":{}})", "", true},
      {"a default in an atomic map", R"({"fieldRef":{"fieldPath":"x"}})",
       R"({"fieldRef":{"apiVersion":"v1","fieldPath":"x"}})", R"({"f:fieldRef":{}})", "", true},
      {"no default in an atomic map", R"({"fieldRef":{"fieldPath":"x"}})",
       R"({"fieldRef":{"apiVersion":"v2","fieldPath":"x"}})", R"({"f:fieldRef":{}})", "", false},
      {"an empty map that is merged", R"({"requests":{}})", R"({"requests":{"cpu":"1"}})",
       R"({"f:requests":{}})", "", true},
      {"a structure that was empty", R"({"resources":{"requests":{}}})", R"({"resources":{}})",
       R"({"f:resources":{}})", "", false},
      {"templates of claims",
       R"({"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"storageClassName":"s"}}]})",
       R"({"volumeClaimTemplates":[{"apiVersion":"v1","kind":"PersistentVolumeClaim",)"
       R"("metadata":{"name":"d"},"spec":{"storageClassName":"s","volumeMode":"Filesystem"},)"
       R"("status":{"phase":"Pending"}}]})",
       R"({"f:volumeClaimTemplates":{}})", "", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "apps/v1") == row.is_unchanged);
  }
}

TEST_CASE("what others own below", "[diff][unchanged]") {
  const Row rows[] = {
      {"an empty map that others fill", R"({"m":{}})", R"({"m":{"a":1}})", R"({"f:m":{}})",
       R"({"f:m":{"f:a":{}}})", true},
      {"null where others own", R"({"m":null})", R"({"m":{"a":1}})", R"({"f:m":{}})",
       R"({"f:m":{"f:a":{}}})", false},
      {"an item that is its key", R"({"l":[{"name":"a"}]})", R"({"l":[{"name":"a"}]})",
       R"({"f:l":{"k:{\"name\":\"a\"}":{}}})",
       R"({"f:l":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}}}})", true},
      {"an item that is more", R"({"l":[{"name":"a","x":1}]})", R"({"l":[{"name":"a","x":1}]})",
       R"({"f:l":{"k:{\"name\":\"a\"}":{}}})",
       R"({"f:l":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}}}})", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "apps/v1") == row.is_unchanged);
    CHECK(proves(row, "example.com/v1") == row.is_unchanged);
  }
}

TEST_CASE("a map of a definition may have been filled", "[diff][unchanged]") {
  const Row rows[] = {
      {"any map", R"({"m":{"a":1}})", R"({"m":{"a":1}})", R"({"f:m":{}})", "", false},
      {"a selector", R"({"selector":{"a":1}})", R"({"selector":{"a":1}})", R"({"f:selector":{}})",
       "", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "example.com/v1") == row.is_unchanged);
  }
}

TEST_CASE("quantities keep their form", "[diff][unchanged]") {
  const char* own = R"({"f:limits":{"f:memory":{}}})";
  CHECK(proves(
      {"", R"({"limits":{"memory":"1024Mi"}})", R"({"limits":{"memory":"1Gi"}})", own, "", true},
      "v1"));
  CHECK_FALSE(proves({"", R"({"limits":{"memory":"1Gi"}})", R"({"limits":{"memory":"1073741824"}})",
                      own, "", true},
                     "v1"));
}

TEST_CASE("what became empty and is missing is seen", "[diff][unchanged]") {
  struct Emptied {
    const char* version;
    const char* desired;
    const char* answer;
    const char* own;
    bool lacks;
  };
  const char* item = R"({"f:l":{"k:{\"name\":\"a\"}":{".":{},"f:name":{}}}})";
  const Emptied rows[] = {
      {"apps/v1", R"({"x":1,"lifecycle":{}})", R"({"x":1})", R"({"f:x":{},"f:lifecycle":{}})",
       true},
      {"apps/v1", R"({"x":1,"lifecycle":{}})", R"({"x":1,"lifecycle":{}})", R"({"f:x":{}})", false},
      {"apps/v1", R"({"x":1,"nodeSelector":{}})", R"({"x":1})", R"({"f:x":{}})", false},
      {"apps/v1", R"({"x":1,"args":[]})", R"({"x":1})", R"({"f:x":{}})", false},
      {"example.com/v1", R"({"x":1,"args":[]})", R"({"x":1})", R"({"f:x":{}})", true},
      {"example.com/v1", R"({"l":[{"name":"a","b":[]}]})", R"({"l":[{"name":"a"}]})", item, true},
      {"example.com/v1", R"({"l":[{"name":"a","b":[]}]})", R"({"l":[{"name":"a","b":[]}]})", item,
       false},
      {"example.com/v1", R"({"x":1,"m":{"b":[]}})", R"({"x":1})", R"({"f:x":{}})", true},
      {"example.com/v1", R"({"x":1,"m":{"b":[]}})", R"({"x":1,"m":{"b":[]}})", R"({"f:x":{}})",
       false},
      {"example.com/v1", R"({"atomic":{"b":[]}})", R"({"atomic":{}})", R"({"f:atomic":{}})", false},
  };
  for (const Emptied& row : rows) {
    INFO(row.version << ' ' << row.desired << ' ' << row.answer);
    const std::string head = std::string(R"({"apiVersion":")") + row.version + R"(","spec":)";
    const auto desired = model::parse_json(head + row.desired + "}");
    const auto answer = model::parse_json(
        head + row.answer +
        R"(,"metadata":{"managedFields":[{"manager":"reconcile","operation":"Apply","fieldsV1":)"
        R"({"f:spec":)" +
        row.own + "}}]}}");
    CHECK(diff::lacks_empty(desired.root(), answer.root()) == row.lacks);
  }
}
