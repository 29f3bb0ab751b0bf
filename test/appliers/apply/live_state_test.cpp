#include "reconcile/appliers/live_state.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};
const model::Gvk gvk{"", "v1", "ConfigMap"};
const model::ObjectId id{"", "ConfigMap", "a", "x"};
constexpr model::Hash128 digest{1, 2};

/// Our ConfigMap at one resource version, with a value and more metadata.
model::Document object(int version, const std::string& value = "1", const std::string& more = "",
                       const std::string& manager = "reconcile") {
  return model::parse_json(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a","name":"x","uid":"u",
    "resourceVersion":")" +
      std::to_string(version) + "\"" + more + R"(,"managedFields":[{"manager":")" + manager +
      R"(","operation":"Apply","apiVersion":"v1","fieldsV1":{"f:data":{"f:k":{}}}}]},
    "data":{"k":")" +
      value + "\"}}");
}

struct Watch {
  LiveState live{"key"};

  LiveVerdict see(const model::Document& seen, WatchEventType type = WatchEventType::modified) {
    return live.observe(type, gvk, seen.root()).verdict;
  }
  LiveVerdict write(const model::Document& answer) {
    live.begin_write(id);
    return live.end_write(unit, gvk, digest, answer.root());
  }
  [[nodiscard]] bool settled() const { return live.is_settled(unit, id, digest); }
};

}  // namespace

TEST_CASE("an object that nobody applied is ignored", "[appliers][live_state]") {
  Watch watch;
  CHECK(watch.see(object(5)) == LiveVerdict::untracked);
  CHECK(watch.live.size() == 0);
}

TEST_CASE("an object that nobody applied need not be read", "[appliers][live_state]") {
  Watch watch;
  const std::string label = unit.name_label().first;
  watch.live.set_label_watched(gvk, label, true);
  CHECK(watch.live.observe_stranger(id));
  CHECK(watch.live.may_carry_label(label, gvk, id));
  SECTION("one that is being written has to") {
    watch.live.begin_write(id);
    CHECK_FALSE(watch.live.observe_stranger(id));
  }
  SECTION("one that was applied has to") {
    watch.write(object(5));
    CHECK_FALSE(watch.live.observe_stranger(id));
  }
}

TEST_CASE("watches tell which objects may carry the owner label", "[appliers][live_state]") {
  Watch watch;
  const std::string label = unit.name_label().first;
  const model::ObjectId other{"", "ConfigMap", "a", "other"};
  CHECK(watch.live.may_carry_label(label, gvk, other));
  watch.live.set_label_watched(gvk, label, true);
  CHECK_FALSE(watch.live.may_carry_label(label, gvk, other));
  CHECK(watch.live.may_carry_label("helm.toolkit.fluxcd.io/name", gvk, other));
  CHECK_FALSE(watch.live.may_carry_label(label, gvk, id));
  SECTION("one that nobody recorded, until it is gone") {
    CHECK(watch.see(object(5)) == LiveVerdict::untracked);
    CHECK(watch.live.may_carry_label(label, gvk, id));
    CHECK(watch.see(object(6), WatchEventType::deleted) == LiveVerdict::untracked);
    CHECK_FALSE(watch.live.may_carry_label(label, gvk, id));
  }
  SECTION("one that was let go, until it is gone") {
    CHECK(watch.write(object(5)) == LiveVerdict::stale);
    CHECK(watch.live.may_carry_label(label, gvk, id));
    watch.live.forget(id);
    CHECK(watch.live.may_carry_label(label, gvk, id));
    CHECK(watch.see(object(6), WatchEventType::deleted) == LiveVerdict::untracked);
    CHECK_FALSE(watch.live.may_carry_label(label, gvk, id));
  }
  SECTION("any, where the watch is not to be relied on") {
    watch.live.set_label_watched(gvk, label, false);
    CHECK(watch.live.may_carry_label(label, gvk, other));
  }
}

TEST_CASE("our own write echoes without being drift", "[appliers][live_state]") {
  Watch watch;
  CHECK(watch.write(object(5)) == LiveVerdict::stale);
  CHECK(watch.see(object(5)) == LiveVerdict::stale);
  CHECK(watch.settled());
  SECTION("also where the echo comes before the answer") {
    watch.live.begin_write(id);
    CHECK(watch.see(object(7, "2")) == LiveVerdict::pending);
    CHECK(watch.live.end_write(unit, gvk, digest, object(7, "2").root()) == LiveVerdict::stale);
    CHECK(watch.settled());
  }
  SECTION("also where an older event comes after the answer") {
    CHECK(watch.write(object(9, "2")) == LiveVerdict::stale);
    CHECK(watch.see(object(8, "other")) == LiveVerdict::stale);
    CHECK(watch.settled());
  }
}

TEST_CASE("a write of others during ours is seen when ours ends", "[appliers][live_state]") {
  Watch watch;
  watch.live.begin_write(id);
  CHECK(watch.see(object(8, "theirs")) == LiveVerdict::pending);
  CHECK(watch.see(object(6, "ours")) == LiveVerdict::pending);
  CHECK(watch.live.end_write(unit, gvk, digest, object(6, "ours").root()) == LiveVerdict::drifted);
  CHECK_FALSE(watch.settled());
}

TEST_CASE("a failed write leaves the record and judges what was held", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(5));
  watch.live.begin_write(id);
  watch.see(object(6, "theirs"));
  CHECK(watch.live.abort_write(id) == LiveVerdict::drifted);
  CHECK_FALSE(watch.settled());
}

TEST_CASE("judges newer events", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(5));
  SECTION("equal moves on") {
    CHECK(watch.see(object(6)) == LiveVerdict::equal);
    CHECK(watch.see(object(6, "x")) == LiveVerdict::stale);
    CHECK(watch.settled());
  }
  SECTION("another value is drift") {
    CHECK(watch.see(object(6, "2")) == LiveVerdict::drifted);
    CHECK_FALSE(watch.settled());
  }
  SECTION("a lost entry is disowned") {
    CHECK(watch.see(object(6, "1", "", "somebody")) == LiveVerdict::disowned);
  }
  SECTION("a deletionTimestamp vanishes") {
    CHECK(watch.see(object(6, "1", R"(,"deletionTimestamp":"2026-01-01T00:00:00Z")")) ==
          LiveVerdict::vanishing);
  }
  SECTION("deleted is gone, and its health too") {
    const auto seen = watch.live.observe(WatchEventType::deleted, gvk, object(6).root());
    CHECK(seen.verdict == LiveVerdict::gone);
    CHECK(seen.health_changed);
    CHECK(watch.live.find(id)->health.state == HealthState::not_found);
  }
  SECTION("an annotation that forbids writes asks for a decision") {
    CHECK(watch.see(object(
              6, "1", R"(,"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled"})")) ==
          LiveVerdict::drifted);
  }
}

TEST_CASE("what another version of the kind shows says only that an object is gone",
          "[appliers][live_state]") {
  Watch watch;
  const model::Gvk next{"", "v2", "ConfigMap"};
  const auto see_next = [&](int version, const std::string& value,
                            WatchEventType type = WatchEventType::modified) {
    return watch.live.observe(type, next, object(version, value).root()).verdict;
  };
  watch.write(object(5));
  CHECK(see_next(6, "2") == LiveVerdict::stale);
  CHECK(watch.settled());
  SECTION("the version that was applied has its say, also later") {
    CHECK(watch.see(object(6, "2")) == LiveVerdict::drifted);
  }
  SECTION("a deletion counts") {
    CHECK(see_next(7, "2", WatchEventType::deleted) == LiveVerdict::gone);
    CHECK_FALSE(watch.settled());
  }
  SECTION("as it does while the object is written") {
    watch.live.begin_write(id);
    SECTION("whichever event comes first") {
      CHECK(see_next(8, "2") == LiveVerdict::pending);
      CHECK(watch.see(object(8)) == LiveVerdict::pending);
      CHECK(watch.live.abort_write(id) == LiveVerdict::equal);
    }
    SECTION("and no other came") {
      CHECK(see_next(8, "2") == LiveVerdict::pending);
      CHECK(watch.live.abort_write(id) == LiveVerdict::stale);
    }
    SECTION("and the object is deleted") {
      CHECK(watch.see(object(8)) == LiveVerdict::pending);
      CHECK(see_next(9, "2", WatchEventType::deleted) == LiveVerdict::pending);
      CHECK(watch.live.abort_write(id) == LiveVerdict::gone);
    }
    SECTION("and the write moves it to that version") {
      CHECK(watch.see(object(8, "other")) == LiveVerdict::pending);
      CHECK(see_next(8, "2") == LiveVerdict::pending);
      CHECK(watch.live.end_write(unit, next, digest, object(7, "2").root()) == LiveVerdict::equal);
    }
  }
}

TEST_CASE("an apply that changes nothing settles a drift", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(5));
  CHECK(watch.see(object(6, "defaulted")) == LiveVerdict::drifted);
  CHECK(watch.write(object(6, "defaulted")) == LiveVerdict::stale);
  CHECK(watch.settled());
}

TEST_CASE("a restored store is judged by content", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(500));
  CHECK(watch.see(object(5, "old")) == LiveVerdict::stale);
  watch.live.forget_versions(gvk);
  CHECK(watch.see(object(5, "old")) == LiveVerdict::drifted);
}

TEST_CASE("keeps units apart", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(5));
  const UnitKey other{UnitKind::helm_release, "flux-system", "apps"};
  CHECK_FALSE(watch.live.is_settled(other, id, digest));
  CHECK_FALSE(watch.live.is_settled(unit, id, {3, 4}));
  CHECK(watch.live.records_of(unit).size() == 1);
  watch.live.adopt(other, gvk, digest, object(6).root());
  CHECK(watch.live.records_of(unit).empty());
  CHECK(watch.live.records_of(other).size() == 1);
  watch.live.forget(id);
  CHECK(watch.live.size() == 0);
}

TEST_CASE("a unit is settled until one of its objects is not", "[appliers][live_state]") {
  LiveState live{"key"};
  const auto named = [](const std::string& name, int version) {
    return model::parse_json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a",)"
                             R"("name":")" +
                             name + R"(","uid":"u","resourceVersion":")" + std::to_string(version) +
                             "\"}}");
  };
  const auto id_of = [](const std::string& name) {
    return model::ObjectId{"", "ConfigMap", "a", name};
  };
  PreparedUnit wanted;
  wanted.unit = unit;
  wanted.digest = {5, 6};
  CHECK(live.is_settled(wanted));
  for (const std::string name : {"x", "y", "z"}) {
    PreparedObject prepared;
    prepared.object = model::pack(model::Object(named(name, 0)));
    prepared.digest = digest;
    wanted.objects.push_back(prepared);
    CHECK_FALSE(live.is_settled(wanted));
    live.adopt(unit, gvk, digest, named(name, 5).root());
  }
  CHECK(live.is_settled(wanted));
  CHECK(live.is_settled(wanted));
  CHECK(live.summary_of(unit).objects == 3);
  CHECK_FALSE(live.summary_of(unit).drifted);

  const UnitKey other{UnitKind::helm_release, "flux-system", "apps"};
  SECTION("it differs") {
    live.mark_drifted(id_of("y"));
    live.mark_drifted(id_of("x"));
    CHECK(live.summary_of(unit).drifted == id_of("x"));
  }
  SECTION("an event says so") {
    CHECK(live.observe(WatchEventType::deleted, gvk, named("y", 6).root()).verdict ==
          LiveVerdict::gone);
  }
  SECTION("it is missing") {
    live.mark_missing(id_of("x"));
    CHECK(live.summary_of(unit).health.state == HealthState::not_found);
  }
  SECTION("it is forgotten") {
    live.forget(id_of("x"));
    CHECK(live.summary_of(unit).objects == 2);
  }
  SECTION("another unit has it") {
    live.adopt(other, gvk, digest, named("x", 6).root());
    CHECK(live.summary_of(unit).objects == 2);
    CHECK(live.records_of(other).front().id == id_of("x"));
  }
  SECTION("it was written as something else") {
    live.adopt(unit, gvk, {7, 8}, named("z", 6).root());
  }
  CHECK_FALSE(live.is_settled(wanted));
  for (const std::string name : {"x", "y", "z"})
    live.adopt(unit, gvk, digest, named(name, 7).root());
  CHECK(live.is_settled(wanted));
  CHECK(live.records_of(unit).size() == 3);
  CHECK(live.records_of(other).empty());
  wanted.digest = {6, 6};
  wanted.objects.back().digest = {7, 8};
  CHECK_FALSE(live.is_settled(wanted));
}

TEST_CASE("an event that changed nothing but the status is not folded", "[appliers][live_state]") {
  Watch watch;
  watch.write(object(5));
  const auto see = [&](int version, const std::string& value, const std::string& text_value) {
    const std::string text = model::write_json(object(version, text_value).root());
    return watch.live.observe(WatchEventType::modified, gvk, object(version, value).root(), text)
        .verdict;
  };
  CHECK(see(6, "1", "1") == LiveVerdict::equal);
  // Where the text is that of before nobody looks at the value.
  CHECK(see(7, "2", "1") == LiveVerdict::equal);
  SECTION("another text is") {
    CHECK(see(8, "2", "2") == LiveVerdict::drifted);
    CHECK(see(9, "2", "2") == LiveVerdict::drifted);
    CHECK(see(10, "1", "1") == LiveVerdict::equal);
  }
  SECTION("the first text after a write is") {
    watch.write(object(8, "2"));
    CHECK(see(9, "1", "1") == LiveVerdict::drifted);
  }
  SECTION("the first text after other fields are left is") {
    watch.live.set_left_fields(id, nullptr);
    CHECK(see(8, "2", "1") == LiveVerdict::drifted);
  }
  SECTION("one that came during a write is") {
    watch.live.begin_write(id);
    CHECK(see(9, "1", "1") == LiveVerdict::pending);
    CHECK(watch.live.end_write(unit, gvk, digest, object(8, "2").root()) == LiveVerdict::drifted);
  }
  SECTION("a deletion is one") {
    const std::string text = model::write_json(object(8).root());
    CHECK(watch.live.observe(WatchEventType::deleted, gvk, object(8).root(), text).verdict ==
          LiveVerdict::gone);
  }
}
