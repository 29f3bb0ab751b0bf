// What counts of an object beside the values that we own.
#include <catch2/catch.hpp>

#include "reconcile/appliers/live_state.hpp"
#include "reconcile/diff/empty_lists.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};
constexpr model::Hash128 digest{1, 2};

/// An object at one resource version, of whose spec we own `own`.
model::Document object(const model::Gvk& gvk, int version, const std::string& spec,
                       const std::string& own, const std::string& others = "") {
  return model::parse_json(
      R"({"apiVersion":")" + gvk.api_version() + R"(","kind":")" + gvk.kind +
      R"(","metadata":{"namespace":"a","name":"x","uid":"u","resourceVersion":")" +
      std::to_string(version) +
      R"(","managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":")" +
      gvk.api_version() + R"(","fieldsV1":{"f:spec":)" + own + "}}" + others + R"(]},"spec":)" +
      spec + "}");
}

}  // namespace

TEST_CASE("an empty list that nobody owns is missed", "[appliers][live_state]") {
  const model::Gvk gvk{"a.example", "v1", "K"};
  const model::ObjectId id{"a.example", "K", "a", "x"};
  const char* own = R"({"f:x":{}})";
  const model::Document wanted = object(gvk, 0, R"({"x":1,"l":[]})", own);
  LiveState live{"key"};
  const auto see = [&](int version, const std::string& spec) {
    return live.observe(WatchEventType::modified, gvk, object(gvk, version, spec, own).root())
        .verdict;
  };
  live.set_left_fields(id, nullptr, diff::empty_lists(wanted.root()));
  live.begin_write(id);
  live.end_write(unit, gvk, digest, object(gvk, 5, R"({"x":1,"l":[]})", own).root());
  CHECK(see(6, R"({"x":1,"l":["theirs"]})") == LiveVerdict::equal);
  CHECK(see(7, R"({"x":1})") == LiveVerdict::drifted);
  SECTION("an apply that does not bring it back is not repeated") {
    live.begin_write(id);
    live.end_write(unit, gvk, digest, object(gvk, 8, R"({"x":1})", own).root());
    CHECK(see(9, R"({"x":1})") == LiveVerdict::equal);
    CHECK(live.is_settled(unit, id, digest));
  }
  SECTION("where none is desired nothing is missed") {
    live.set_left_fields(id, nullptr);
    live.begin_write(id);
    live.end_write(unit, gvk, digest, object(gvk, 8, R"({"x":1,"l":[]})", own).root());
    CHECK(see(9, R"({"x":1})") == LiveVerdict::equal);
  }
}

TEST_CASE("replicas are ours again when nobody scales any more", "[appliers][live_state]") {
  const model::Gvk gvk{"apps", "v1", "Deployment"};
  const model::ObjectId id{"apps", "Deployment", "a", "x"};
  const std::string others = R"(,{"manager":"m","operation":"Update","apiVersion":"apps/v1",)"
                             R"("fieldsV1":{"f:spec":{"f:replicas":{}}})";
  const char* own = R"({"f:paused":{}})";
  const char* spec = R"({"paused":true,"replicas":3})";
  LiveState live{"key"};
  live.begin_write(id);
  live.end_write(unit, gvk, digest,
                 object(gvk, 5, spec, own, others + R"(,"subresource":"scale"})").root());
  CHECK(live.is_settled(unit, id, digest));
  const auto seen =
      live.observe(WatchEventType::modified, gvk, object(gvk, 6, spec, own, others + "}").root());
  CHECK(seen.verdict == LiveVerdict::drifted);
  CHECK_FALSE(live.is_settled(unit, id, digest));
}
