#include "reconcile/diff/body_digest.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace reconcile::diff {
namespace {

/// An object as the server writes it; each part may differ.
struct Parts {
  std::string version = "7";
  std::string labels = R"({"app":"web"})";
  std::string own = R"({"f:spec":{"f:replicas":{}}})";
  std::string status_time = "2026-01-01T00:00:00Z";
  std::string status_fields = R"({"f:status":{"f:ready":{}}})";
  std::string spec = R"({"replicas":2,"note":"a \"quoted\" } ] \\"})";
  std::string status = R"({"ready":1,"note":"},\"spec\":{"})";

  [[nodiscard]] std::string text() const {
    return R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","uid":"u",)"
           R"("resourceVersion":")" +
           version + R"(","labels":)" + labels +
           R"(,"managedFields":[{"manager":"reconcile","operation":"Apply","time":"t",)"
           R"("fieldsV1":)" +
           own + R"(},{"manager":"controller","operation":"Update","time":")" + status_time +
           R"(","fieldsV1":)" + status_fields + R"(,"subresource":"status"}]},"spec":)" + spec +
           R"(,"status":)" + status + "}";
  }
};

TEST_CASE("the write of a status leaves the digest of the body", "[diff][body_digest]") {
  const auto before = body_digest(Parts{}.text());
  REQUIRE(before);
  Parts after;
  after.version = "8";
  after.status = R"({"ready":2,"conditions":[{"type":"Available"},[],{}]})";
  after.status_time = "2026-01-02T00:00:00Z";
  CHECK(body_digest(after.text()) == before);
}

TEST_CASE("every other write gives another digest", "[diff][body_digest]") {
  const auto before = body_digest(Parts{}.text());
  Parts labels;
  labels.labels = R"({"app":"api"})";
  Parts own;
  own.own = R"({"f:spec":{}})";
  Parts fields;
  fields.status_fields = R"({"f:metadata":{"f:labels":{"f:app":{}}},"f:status":{}})";
  Parts spec;
  spec.spec = R"({"replicas":2,"note":"a \"quoted\" } ] \""})";
  Parts order;
  order.spec = R"({"note":"a \"quoted\" } ] \\","replicas":2})";
  for (const Parts& parts : {labels, own, fields, spec, order}) {
    CAPTURE(parts.text());
    const auto after = body_digest(parts.text());
    REQUIRE(after);
    CHECK(after != before);
  }
}

TEST_CASE("a status that is applied has no digest", "[diff][body_digest]") {
  Parts parts;
  parts.own = R"({"f:status":{"f:ready":{}}})";
  CHECK_FALSE(body_digest(parts.text()));
}

TEST_CASE("what is no object of the server has no digest", "[diff][body_digest]") {
  const std::string text = Parts{}.text();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(text.substr(0, size));
    CHECK_FALSE(body_digest(text.substr(0, size)));
  }
  for (const char* wrong :
       {"{}", "[]", "null", "[1,2]", R"({"a":})", R"({"a":1,})", R"({"a":"x})",
        R"({"metadata":[]]})", R"({"metadata":7})", R"({"metadata":{"managedFields":{}x}})",
        R"({"metadata":{"managedFields":[7]}})", R"({"a":1}})", R"({"status":{}})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(body_digest(wrong));
  }
}

}  // namespace
}  // namespace reconcile::diff
