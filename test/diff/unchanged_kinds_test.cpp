// What is certain to stay as it is in one kind and not in another. The rows were seen at a server.
#include <catch2/catch.hpp>

#include "test/diff/unchanged_row.hpp"

using namespace reconcile;
using test::proves;
using test::Row;

namespace {

/// Whether an object with a label and the fields `wanted` is proven unchanged, where the live one
/// has the fields `there`, and ours are the label and `own` (all as members of JSON; `own` may be
/// empty).
bool proves_object(const std::string& api_version, const std::string& kind, const std::string& own,
                   const std::string& wanted, const std::string& there) {
  const auto member = [](const std::string& text) { return text.empty() ? "" : "," + text; };
  const std::string head = R"({"apiVersion":")" + api_version + R"(","kind":")" + kind +
                           R"(","metadata":{"name":"n","labels":{"a":"b"})";
  const auto desired = model::parse_json(head + "}" + member(wanted) + "}");
  const auto live = model::parse_json(
      head + R"(,"managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":")" +
      api_version + R"(","fieldsV1":{"f:metadata":{"f:labels":{"f:a":{}}})" + member(own) + "}}]}" +
      member(there) + "}");
  return diff::proves_unchanged(desired.root(), live.root());
}

}  // namespace

TEST_CASE("what was null and is owned as a whole", "[diff][unchanged]") {
  const Row rows[] = {
      {"a set", R"({"volumeLifecycleModes":["Persistent"]})",
       R"({"volumeLifecycleModes":["Persistent"]})", R"({"f:volumeLifecycleModes":{}})", "", false},
      {"a set that is owned by its items", R"({"volumeLifecycleModes":["Persistent"]})",
       R"({"volumeLifecycleModes":["Persistent"]})",
       R"({"f:volumeLifecycleModes":{"v:\"Persistent\"":{}}})", "", true},
      {"a set that is empty now", R"({"x":1,"volumeLifecycleModes":[]})",
       R"({"x":1,"volumeLifecycleModes":["Persistent"]})",
       R"({"f:x":{},"f:volumeLifecycleModes":{}})", "", false},
      {"a keyed list", R"({"volumes":[{"name":"a"}]})", R"({"volumes":[{"name":"a"}]})",
       R"({"f:volumes":{}})", "", false},
      {"a list that has no keys", R"({"args":["a"]})", R"({"args":["a"]})", R"({"f:args":{}})", "",
       true},
      {"a map of texts", R"({"data":{"a":"b"}})", R"({"data":{"a":"b"}})", R"({"f:data":{}})", "",
       false},
      {"a structure", R"({"resources":{"limits":{"cpu":"1"}}})",
       R"({"resources":{"limits":{"cpu":"1"}}})", R"({"f:resources":{}})", "", false},
      {"a reference", R"({"fieldRef":{"fieldPath":"x"}})", R"({"fieldRef":{"fieldPath":"x"}})",
       R"({"f:fieldRef":{}})", "", true},
      {"a reference that is merged", R"({"claimRef":{"name":"x"}})", R"({"claimRef":{"name":"x"}})",
       R"({"f:claimRef":{}})", "", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "apps/v1") == row.is_unchanged);
  }
}

TEST_CASE("links to services are a default of pods and not of templates", "[diff][unchanged]") {
  CHECK(proves({"", R"({"enableServiceLinks":null})", R"({"enableServiceLinks":true})",
                R"({"f:enableServiceLinks":{}})", "", true},
               "v1"));
  CHECK_FALSE(proves({"", R"({"template":{"spec":{"enableServiceLinks":null}}})",
                      R"({"template":{"spec":{"enableServiceLinks":true}}})",
                      R"({"f:template":{"f:spec":{"f:enableServiceLinks":{}}}})", "", true},
                     "apps/v1"));
}

TEST_CASE("devices and their claims", "[diff][unchanged]") {
  const char* devices = R"({"f:devices":{}})";
  const char* requests = R"({"f:requests":{}})";
  const Row rows[] = {
      {"a capacity", R"({"devices":[{"capacity":{"memory":{"value":"1024Mi"}}}]})",
       R"({"devices":[{"capacity":{"memory":{"value":"1Gi"}}}]})", devices, "", true},
      {"another capacity", R"({"devices":[{"capacity":{"memory":{"value":"2Gi"}}}]})",
       R"({"devices":[{"capacity":{"memory":{"value":"1Gi"}}}]})", devices, "", false},
      {"what is empty", R"({"devices":[{"name":"a","attributes":{},"capacity":null,"taints":[]}]})",
       R"({"devices":[{"name":"a"}]})", devices, "", true},
      {"an attribute that is gone", R"({"devices":[{"attributes":{}}]})",
       R"({"devices":[{"attributes":{"a":{"bool":true}}}]})", devices, "", false},
      {"how many", R"({"requests":[{"exactly":{"allocationMode":null,"tolerations":[]}}]})",
       R"({"requests":[{"exactly":{"allocationMode":"ExactCount","count":1}}]})", requests, "",
       true},
      {"more than one", R"({"requests":[{"exactly":{"tolerations":[]}}]})",
       R"({"requests":[{"exactly":{"allocationMode":"ExactCount","count":2}}]})", requests, "",
       false},
      {"what is tolerated", R"({"requests":[{"exactly":{"tolerations":[{"key":"a"}]}}]})",
       R"({"requests":[{"exactly":{"tolerations":[{"key":"a","operator":"Equal"}]}}]})", requests,
       "", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "resource.k8s.io/v1") == row.is_unchanged);
  }
  // A pod's tolerations are kept as they are.
  CHECK_FALSE(proves(
      {"", R"({"tolerations":[{"key":"a"}]})",
       R"({"tolerations":[{"key":"a","operator":"Equal"}]})", R"({"f:tolerations":{}})", "", true},
      "v1"));
}

TEST_CASE("parameters of devices keep what is empty", "[diff][unchanged]") {
  const char* own = R"({"f:config":{}})";
  CHECK(proves({"", R"({"config":[{"opaque":{"parameters":{"a":"","b":[]}}}],"x":null})",
                R"({"config":[{"opaque":{"parameters":{"a":"","b":[]}}}]})",
                R"({"f:config":{},"f:x":{}})", "", true},
               "resource.k8s.io/v1"));
  CHECK_FALSE(proves(
      {"", R"({"config":[{"opaque":{"parameters":{"a":"1Gi"}},"x":null}]})",
       R"({"config":[{"opaque":{"parameters":{"a":"1Gi","scope":"Cluster"}}}]})", own, "", true},
      "resource.k8s.io/v1"));
  CHECK_FALSE(proves({"", R"({"config":[{"opaque":{"parameters":{"a":"","b":[]}}}]})",
                      R"({"config":[{"opaque":{"parameters":{"a":""}}}]})", own, "", true},
                     "resource.k8s.io/v1"));
}

TEST_CASE("an empty list may be keyed in one kind and not in another", "[diff][unchanged]") {
  const auto proven = [](const std::string& kind) {
    return proves_object("admissionregistration.k8s.io/v1", kind, R"("f:spec":{"f:x":{}})",
                         R"("spec":{"x":"1","variables":[]})", R"("spec":{"x":"1"})");
  };
  CHECK(proven("ValidatingAdmissionPolicy"));
  CHECK_FALSE(proven("MutatingAdmissionPolicy"));
}

TEST_CASE("the ports of EndpointSlices are owned as a whole", "[diff][unchanged]") {
  // They stand beside the kind and not in a specification.
  const auto proven = [](const std::string& own, const std::string& wanted,
                         const std::string& there) {
    return proves_object("discovery.k8s.io/v1", "EndpointSlice", own, wanted, there);
  };
  const std::string filled = R"("ports":[{"name":"","port":80,"protocol":"TCP"}])";
  CHECK_FALSE(proven(R"("f:addressType":{})", R"("addressType":"IPv4","ports":[])",
                     R"("addressType":"IPv4")"));
  CHECK(proven(R"("f:ports":{})", R"("ports":[{"port":80}])", filled));
  CHECK_FALSE(proven(R"("f:ports":{})", R"("ports":[{"port":81}])", filled));
  CHECK(proven(R"("f:endpoints":{})", R"("endpoints":[])", R"("endpoints":null)"));
  CHECK(proven(R"("f:endpoints":{})", R"("endpoints":[{"addresses":["10.0.0.1"]}])",
               R"("endpoints":[{"addresses":["10.0.0.1"],"conditions":{}}])"));
}

TEST_CASE("the pull secrets of a ServiceAccount are owned as a whole", "[diff][unchanged]") {
  const auto proven = [](const std::string& wanted) {
    return proves_object("v1", "ServiceAccount", "", wanted,
                         R"("imagePullSecrets":[{"name":"a"}])");
  };
  CHECK(proven(""));
  CHECK_FALSE(proven(R"("imagePullSecrets":[])"));
}

TEST_CASE("when images are pulled depends on their tag", "[diff][unchanged]") {
  struct Image {
    const char* name;
    const char* policy;
    bool is_unchanged;
  };
  const Image images[] = {
      {"nginx:1", "IfNotPresent", true},
      {"nginx:1", "Always", false},
      {"nginx", "Always", true},
      {"a.example:80/nginx:latest", "Always", true},
      {"a.example:80/nginx", "IfNotPresent", false},
      {"nginx@sha256:00", "IfNotPresent", true},
      {"", "IfNotPresent", false},
  };
  for (const Image& image : images) {
    INFO(image.name << ' ' << image.policy);
    const std::string name = std::string(R"("image":")") + image.name + '"';
    const std::string desired = "{" + name + R"(,"imagePullPolicy":null})";
    const std::string live = "{" + name + R"(,"imagePullPolicy":")" + image.policy + "\"}";
    CHECK(proves({"", desired.c_str(), live.c_str(), R"({"f:image":{},"f:imagePullPolicy":{}})", "",
                  true},
                 "v1") == image.is_unchanged);
  }
}

TEST_CASE("tolerations that admission appends to a Pod", "[diff][unchanged]") {
  const std::string owned = R"("f:spec":{"f:tolerations":{}})";
  const auto spec = [](const std::string& tolerations) {
    return R"("spec":{"tolerations":)" + tolerations + "}";
  };
  const auto proves_none = [&](const std::string& there) {
    return proves_object("v1", "Pod", owned, spec("null"), spec("[" + there + "]"));
  };
  const auto proven = [&](const std::string& kind, const std::string& more) {
    const std::string own = R"({"effect":"NoSchedule","key":"a","operator":"Exists"})";
    return proves_object("v1", kind, owned, spec("[" + own + "]"), spec("[" + own + more + "]"));
  };
  const std::string appended =
      R"(,{"effect":"NoExecute","key":"node.kubernetes.io/not-ready","operator":"Exists",)"
      R"("tolerationSeconds":300})";
  CHECK(proven("Pod", appended));
  CHECK(proves_none(appended.substr(1)));
  CHECK_FALSE(proves_none(R"({"key":"b","operator":"Exists"})"));
  CHECK_FALSE(proven("PodTemplate", appended));
  CHECK_FALSE(proven("Pod", R"(,{"key":"b","operator":"Exists"})"));
}

TEST_CASE("the group of a binding's role and the type of a Secret", "[diff][unchanged]") {
  const std::string role = R"("f:roleRef":{})";
  const std::string filled =
      R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"})";
  CHECK(proves_object("rbac.authorization.k8s.io/v1", "RoleBinding", role,
                      R"("roleRef":{"kind":"Role","name":"r"})", filled));
  CHECK_FALSE(proves_object("rbac.authorization.k8s.io/v1", "RoleBinding", role,
                            R"("roleRef":{"kind":"Role","name":"s"})", filled));
  CHECK(proves_object("v1", "Secret", R"("f:type":{})", R"("type":null)", R"("type":"Opaque")"));
  CHECK_FALSE(proves_object("v1", "Secret", R"("f:type":{})", R"("type":null)",
                            R"("type":"example.com/x")"));
}

TEST_CASE("what the server fills by other fields", "[diff][unchanged]") {
  const Row rows[] = {
      {"a selector of nothing", R"({"objectSelector":{"matchLabels":{}}})",
       R"({"objectSelector":{}})", R"({"f:objectSelector":{}})", "", true},
      {"the labels of a template",
       R"({"selector":{},"template":{"metadata":{"labels":{"a":"b"}}}})",
       R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}}}})",
       R"({"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}}}})", "", true},
      {"other labels", R"({"selector":null,"template":{"metadata":{"labels":{"a":"b"}}}})",
       R"({"selector":{"a":"c"},"template":{"metadata":{"labels":{"a":"b"}}}})",
       R"({"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}}}})", "", false},
      {"a name under its older key", R"({"serviceAccountName":null})",
       R"({"serviceAccount":"a","serviceAccountName":"a"})", R"({"f:serviceAccountName":{}})", "",
       true},
      {"no name under its older key", R"({"serviceAccountName":null})",
       R"({"serviceAccountName":"a"})", R"({"f:serviceAccountName":{}})", "", false},
      {"rules of scaling", R"({"scaleDown":{"policies":null}})",
       R"({"scaleDown":{"policies":[{"periodSeconds":15,"type":"Percent","value":100}]}})",
       R"({"f:scaleDown":{"f:policies":{}}})", "", true},
      {"finalizers of a namespace", R"({"finalizers":[]})", R"({"finalizers":["kubernetes"]})",
       R"({"f:finalizers":{}})", "", true},
      {"a limit of a Job", R"({"backoffLimit":null})", R"({"backoffLimit":6})",
       R"({"f:backoffLimit":{}})", "", true},
      {"another limit of a Job", R"({"backoffLimit":null})", R"({"backoffLimit":5})",
       R"({"f:backoffLimit":{}})", "", false},
      {"a limit of each index", R"({"backoffLimit":null,"backoffLimitPerIndex":1})",
       R"({"backoffLimit":2147483647,"backoffLimitPerIndex":1})",
       R"({"f:backoffLimit":{},"f:backoffLimitPerIndex":{}})", "", true},
      {"a limit that is no index's", R"({"backoffLimit":null,"backoffLimitPerIndex":1})",
       R"({"backoffLimit":6,"backoffLimitPerIndex":1})",
       R"({"f:backoffLimit":{},"f:backoffLimitPerIndex":{}})", "", false},
      {"a policy of traffic", R"({"internalTrafficPolicy":null,"type":"ClusterIP"})",
       R"({"internalTrafficPolicy":"Cluster","type":"ClusterIP"})",
       R"({"f:internalTrafficPolicy":{},"f:type":{}})", "", true},
      {"no policy of traffic", R"({"internalTrafficPolicy":null,"type":"ExternalName"})",
       R"({"internalTrafficPolicy":"Cluster","type":"ExternalName"})",
       R"({"f:internalTrafficPolicy":{},"f:type":{}})", "", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, "apps/v1") == row.is_unchanged);
  }
}
