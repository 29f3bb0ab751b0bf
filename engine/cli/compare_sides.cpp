// Two renders of the same units. Which objects a unit loses for good is known only with all units
// of both sides at hand. Tests: test/engine/compare_sides_test.cpp.
#include "engine/cli/compare_sides.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "reconcile/diff/fingerprint.hpp"

namespace reconcile::engine {
namespace {

using diff::Action;
using diff::Reason;

constexpr std::uint8_t keep_flags =
    diff::prune_disabled | diff::reconcile_disabled | diff::ssa_ignore;

/// Why an object that its unit no longer renders stays.
struct Kept {
  Reason reason;
  std::string message;
};

/// An object that comes from another unit.
struct Arrival {
  std::string from;
  model::Object object;
};

using Owners = std::map<model::ObjectId, std::set<std::string>>;

class SideComparison {
 public:
  SideComparison(const SideRender& before, const SideRender& after)
      : before_(before), after_(after), secrets_(before.secrets) {
    for (const SideRender* side : {&before, &after}) {
      for (const auto& [name, unit] : side->units)
        if (!is_left_out(*side, name)) names_.insert(name);
    }
    secrets_.insert(secrets_.end(), after.secrets.begin(), after.secrets.end());
    std::sort(secrets_.begin(), secrets_.end());
    secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
    owners_before_ = owners_in(before);
    owners_after_ = owners_in(after);
    for (const std::string& name : names_) find_moves(name);
  }

  [[nodiscard]] std::vector<diff::ChangeGroup> run() const {
    std::vector<diff::ChangeGroup> groups;
    for (const std::string& name : names_) groups.push_back({name, compare(name)});
    return groups;
  }

 private:
  /// With what it brings, where either side lacks the render of a unit.
  [[nodiscard]] bool is_left_out(const SideRender& side, const std::string& name) const {
    for (std::string unit = name; !unit.empty(); unit = side.units.at(unit).parent)
      if (before_.left_out.contains(unit) || after_.left_out.contains(unit)) return true;
    return false;
  }

  [[nodiscard]] Owners owners_in(const SideRender& side) const {
    Owners owners;
    for (const std::string& name : names_)
      for (const model::Object& object : objects_of(side, name)) owners[object.id()].insert(name);
    return owners;
  }

  static const std::vector<model::Object>& objects_of(const SideRender& side,
                                                      const std::string& name) {
    static const std::vector<model::Object> none;
    const auto found = side.units.find(name);
    return found == side.units.end() ? none : found->second.objects;
  }

  static const std::set<std::string>& units_of(const Owners& owners, const model::ObjectId& id) {
    static const std::set<std::string> none;
    const auto found = owners.find(id);
    return found == owners.end() ? none : found->second;
  }

  void find_moves(const std::string& name) {
    for (const model::Object& object : objects_of(before_, name)) {
      const std::set<std::string>& had = units_of(owners_before_, object.id());
      const std::set<std::string>& have = units_of(owners_after_, object.id());
      if (have.contains(name)) continue;
      const auto to = std::find_if(have.begin(), have.end(),
                                   [&](const std::string& unit) { return !had.contains(unit); });
      if (to == have.end()) continue;
      arrivals_[*to].insert_or_assign(object.id(), Arrival{name, object});
      departures_[name].insert(object.id());
    }
  }

  [[nodiscard]] diff::ChangeSet compare(const std::string& name) const {
    const auto arrivals = arrivals_.find(name);
    const auto departures = departures_.find(name);
    std::map<model::ObjectId, model::Object> old;
    for (const model::Object& object : objects_of(before_, name))
      if (departures == departures_.end() || !departures->second.contains(object.id()))
        old.insert_or_assign(object.id(), object);
    if (arrivals != arrivals_.end())
      for (const auto& [id, arrival] : arrivals->second) old.insert_or_assign(id, arrival.object);
    std::vector<model::Object> objects;
    for (const auto& [id, object] : old) objects.push_back(object);
    diff::ChangeSet changes = diff::compare_renders(objects, objects_of(after_, name));
    for (diff::ObjectChange& change : changes.objects) {
      if (arrivals != arrivals_.end()) tell_arrival(arrivals->second, change);
      if (change.action == Action::deleted) tell_kept(name, old.at(change.id), change);
      diff::mask_values(change, secrets_);
    }
    return changes;
  }

  static void tell_arrival(const std::map<model::ObjectId, Arrival>& arrivals,
                           diff::ObjectChange& change) {
    const auto arrival = arrivals.find(change.id);
    if (arrival == arrivals.end()) return;
    // Its owner changes, if nothing else does.
    change.action = Action::configured;
    change.reason = Reason::change;
    change.message = "moves from " + shown(arrival->second.from);
  }

  void tell_kept(const std::string& name, const model::Object& object,
                 diff::ObjectChange& change) const {
    std::optional<Kept> kept = why_kept(name, object.root());
    const std::set<std::string>& have = units_of(owners_after_, change.id);
    if (!have.empty()) kept = {Reason::handed_over, shown(*have.begin()) + " renders it too"};
    if (!kept) return;
    change = {change.id, Action::skipped, kept->reason, std::move(kept->message), {}};
  }

  [[nodiscard]] std::optional<Kept> why_kept(const std::string& name, model::Value object) const {
    if ((diff::management_flags(object) & keep_flags) != 0)
      return Kept{Reason::disabled, "an annotation forbids the deletion"};
    const auto now = after_.units.find(name);
    if (now != after_.units.end()) {
      if (now->second.spec.prune) return std::nullopt;
      return Kept{Reason::obsolete, "stays: " + shown(name) + " has prune: false"};
    }
    if (name.empty()) return std::nullopt;
    // The unit itself is no longer rendered.
    const SideUnit& unit = before_.units.at(name);
    if (why_kept(unit.parent, unit.spec.object.root()))
      return Kept{Reason::obsolete, "stays: so does " + shown(name)};
    if (removes_objects(unit.spec)) return std::nullopt;
    return Kept{Reason::obsolete, "stays: " + shown(name) + " leaves its objects when it goes"};
  }

  static std::string shown(const std::string& unit) {
    return unit.empty() ? "the directory itself" : unit;
  }

  const SideRender& before_;
  const SideRender& after_;
  std::vector<std::string> secrets_;
  std::set<std::string> names_;
  Owners owners_before_;
  Owners owners_after_;
  std::map<std::string, std::map<model::ObjectId, Arrival>> arrivals_;
  std::map<std::string, std::set<model::ObjectId>> departures_;
};

}  // namespace

std::vector<diff::ChangeGroup> compare_sides(const SideRender& before, const SideRender& after) {
  return SideComparison(before, after).run();
}

}  // namespace reconcile::engine
