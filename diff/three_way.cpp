// Desired, last applied and live, compared field by field. The comparison is one recursion over the
// side that an apply would produce and the live one; what a path means (reason, owner) is judged at
// the end of each path from the managed fields. Tests: test/diff/three_way_test.cpp.
#include "reconcile/diff/three_way.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "diff/object_tries.hpp"
#include "diff/trie_walk.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/diff/normal_form.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

bool is_server_field(const FieldPath& path) {
  if (path.size() == 1) return path[0].text == "apiVersion" || path[0].text == "kind";
  if (path.size() != 2 || path[0].text != "metadata") return false;
  const std::string& name = path[1].text;
  return name == "managedFields" || name == "resourceVersion" || name == "generation" ||
         name == "uid" || name == "creationTimestamp" || name == "name" || name == "namespace";
}

class Comparison {
 public:
  explicit Comparison(const ThreeWayInput& input)
      : input_(input),
        exact_(input.dry_run.present()),
        entries_(managed_entries(input.live)),
        then_(input.last_applied.present() ? find_apply_entry(input.last_applied, input.manager)
                                           : std::nullopt) {}

  std::vector<FieldChange> run() {
    const ObjectTries tries(input_.live, input_.manager);
    const model::Value after = exact_ ? input_.dry_run : input_.desired;
    compare_map(after, input_.live, tries);
    if (!exact_) add_removals();
    std::sort(changes_.begin(), changes_.end(), [](const FieldChange& a, const FieldChange& b) {
      return to_string(a.path) < to_string(b.path);
    });
    return std::move(changes_);
  }

 private:
  void compare(model::Value after, model::Value live, const ObjectTries& tries) {
    if (path_.size() > trie_depth_max)
      throw model::Error(model::ErrorCode::limit_exceeded,
                         "object is nested deeper than 500 levels");
    // A map that nobody owns is read field by field; one that is owned as a whole is atomic.
    const bool by_field = tries.is_granular() || tries.is_unknown();
    if (by_field && after.is_map() && live.is_map()) return compare_map(after, live, tries);
    if (tries.is_granular() && after.is_list() && live.is_list() &&
        tries.list_type() != ListType::atomic)
      return compare_list(after, live, tries);
    const bool same = exact_ ? after.present() == live.present() && model::equal(after, live)
                             : surely_equal(after, live, path_);
    if (!same) add(after, live);
  }

  void compare_map(model::Value after, model::Value live, const ObjectTries& tries) {
    for (std::size_t i = 0; i < after.size(); ++i)
      descend({PathStepType::field, std::string(after.key_at(i))}, after.value_at(i),
              live[after.key_at(i)], tries);
    for (std::size_t i = 0; exact_ && i < live.size(); ++i)
      if (!after.contains(live.key_at(i)))
        descend({PathStepType::field, std::string(live.key_at(i))}, {}, live.value_at(i), tries);
  }

  void descend(PathStep step, model::Value after, model::Value live, const ObjectTries& tries) {
    const std::string raw = "f:" + step.text;
    path_.push_back(std::move(step));
    const bool status = path_.size() == 1 && path_[0].text == "status";
    if (!status && !is_server_field(path_)) compare(after, live, tries.child(raw));
    path_.pop_back();
  }

  void compare_list(model::Value after, model::Value live, const ObjectTries& tries) {
    const ListType type = tries.list_type();
    const std::vector<std::string> names = tries.list_keys();
    const auto live_items = keyed_items(live, type, names);
    const auto after_items = keyed_items(after, type, names);
    const auto find_in = [](const auto& items, const std::string& key) {
      return std::find_if(items.begin(), items.end(),
                          [&](const auto& item) { return item.first == key; });
    };
    auto last = live_items.begin();
    bool reordered = false;
    for (const auto& [key, item] : after_items) {
      const auto found = find_in(live_items, key);
      path_.push_back(*parse_step(key));
      if (found == live_items.end())
        add(item, {});
      else
        compare(item, found->second, tries.child(key));
      path_.pop_back();
      if (found == live_items.end()) continue;
      reordered = reordered || found < last;
      last = found;
    }
    for (const auto& [key, item] : live_items) {
      if (!exact_ || find_in(after_items, key) != after_items.end()) continue;
      path_.push_back(*parse_step(key));
      add({}, item);
      path_.pop_back();
    }
    if (reordered) add_order(live_items, after_items);
  }

  /// A reorder shows as the two lists of keys.
  template <typename Items>
  void add_order(const Items& live, const Items& after) {
    const auto text = [](const Items& items) {
      std::string out = "[";
      for (const auto& item : items) out += (out.size() > 1 ? "," : "") + item.first.substr(2);
      return out + "]";
    };
    add({}, {});
    changes_.back().before = text(live);
    changes_.back().after = text(after);
  }

  void add(model::Value after, model::Value live) {
    FieldChange change;
    change.path = path_;
    if (live.present()) change.before = model::write_json(live, model::canonical_json);
    if (after.present()) change.after = model::write_json(after, model::canonical_json);
    judge(change, after, live);
    changes_.push_back(std::move(change));
  }

  void judge(FieldChange& change, model::Value after, model::Value live) const {
    const std::vector<FieldOwner> owners = owners_of(entries_, change.path);
    bool ours = false;
    for (const FieldOwner& owner : owners) {
      const bool own = owner.manager == input_.manager && owner.operation == Operation::apply;
      ours = ours || own;
      if (!change.owner || change.owner->manager == input_.manager) change.owner = owner;
    }
    add_last_applied(change, live, ours);
    change.reason = reason_of(change, after, live, ours);
  }

  /// The value of a path in what was desired or applied last.
  [[nodiscard]] model::Value at_path(model::Value root) const {
    for (const PathStep& step : path_) root = select(root, step);
    return root;
  }

  void add_last_applied(FieldChange& change, model::Value live, bool ours) const {
    model::Value last;
    if (then_) {
      if (!owners_of(std::span(&*then_, 1), path_).empty()) last = at_path(input_.last_applied);
    } else if (ours) {
      // Whoever changes a value takes it out of our entry: it is as we left it.
      last = live;
    } else if (input_.last_desired.present()) {
      last = at_path(input_.last_desired);
    } else {
      return;
    }
    change.last_known = true;
    if (last.present()) change.last_applied = model::write_json(last, model::canonical_json);
  }

  [[nodiscard]] Reason reason_of(const FieldChange& change, model::Value after, model::Value live,
                                 bool ours) const {
    const bool foreign = change.owner && change.owner->manager != input_.manager;
    if (foreign && change.owner->subresource == "scale" && after.present())
      return Reason::handed_over;
    if (!foreign && !then_ && is_admission(change, after, ours)) return Reason::admission;
    if (then_) {
      const model::Value value = at_path(input_.last_applied);
      const bool owned_then = !owners_of(std::span(&*then_, 1), change.path).empty();
      if (!owned_then) return foreign ? Reason::conflict : Reason::change;
      const bool same = value.present() == live.present() && model::equal(value, live);
      return same ? Reason::change : Reason::drift;
    }
    if (input_.desired_since == DesiredSince::same) return Reason::drift;
    const model::Value last = at_path(input_.last_desired);
    if (last.present() && surely_equal(last, after, change.path)) return Reason::drift;
    if (last.present() && !ours && !surely_equal(last, live, change.path)) return Reason::drift;
    if (last.present()) return Reason::change;
    return !ours && foreign ? Reason::conflict : Reason::change;
  }

  /// Whether neither Git nor another manager made the difference. A field that is still in our
  /// entry is as our last apply left it: where Git says the same as then, the server answered
  /// otherwise. And what nobody owns and Git does not say is set by the server alone.
  [[nodiscard]] bool is_admission(const FieldChange& change, model::Value after, bool ours) const {
    const bool is_order = !change.before && !change.after;
    if (is_order) return false;
    const model::Value desired = at_path(input_.desired);
    if (!ours) return exact_ && !change.owner && !desired.present() && after.present();
    if (!desired.present()) return false;
    if (input_.desired_since == DesiredSince::same) return true;
    const model::Value last = at_path(input_.last_desired);
    return last.present() && surely_equal(last, desired, change.path);
  }

  /// Fields that only our entry owns and that desired lacks.
  void add_removals() {
    const auto own = find_apply_entry(input_.live, input_.manager);
    if (!own) return;
    remove_in(own->fields, input_.desired, input_.live, ObjectTries(input_.live, input_.manager));
  }

  void remove_in(model::Value trie, model::Value desired, model::Value live,
                 const ObjectTries& tries) {
    if (path_.size() > trie_depth_max) return;
    const std::vector<std::string> names =
        desired.is_list() ? tries.list_keys() : std::vector<std::string>();
    for (std::size_t i = 0; i < trie.size(); ++i) {
      const std::string key(trie.key_at(i));
      const auto step = parse_step(key);
      if (!step) continue;
      const model::Value current = select(live, *step);
      if (!current.present()) continue;
      const ObjectTries below = tries.child(key);
      const model::Value wanted = find_wanted(desired, *step, key, names);
      path_.push_back(*step);
      const bool owned_alone = below.is_owned() && !below.is_owned_by_others();
      if (wanted.present()) {
        if (!is_leaf(below.own())) remove_in(below.own(), wanted, current, below);
      } else if (owned_alone && !below.others_go_on()) {
        add({}, current);
      } else if (!is_leaf(below.own())) {
        remove_in(below.own(), {}, current, below);
      }
      path_.pop_back();
    }
  }

  static model::Value find_wanted(model::Value desired, const PathStep& step,
                                  const std::string& key, const std::vector<std::string>& names) {
    if (step.type != PathStepType::key) return select(desired, step);
    for (const auto& [item_name, item] : keyed_items(desired, ListType::keyed, names))
      if (item_name == key) return item;
    return {};
  }

  const ThreeWayInput& input_;
  bool exact_;
  std::vector<ManagedEntry> entries_;
  std::optional<ManagedEntry> then_;
  FieldPath path_;
  std::vector<FieldChange> changes_;
};

model::ObjectId id_of(model::Value object) {
  const model::Gvk gvk =
      model::Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text());
  return {gvk.group, gvk.kind, std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text())};
}

/// The reason that stands for the whole object: the gravest of its fields'.
Reason strongest(const std::vector<FieldChange>& fields) {
  for (const Reason reason : {Reason::drift, Reason::conflict, Reason::change, Reason::disowned})
    for (const FieldChange& field : fields)
      if (field.reason == reason) return reason;
  for (const FieldChange& field : fields)
    if (field.reason == Reason::admission) return Reason::admission;
  return Reason::handed_over;
}

/// Whether our claim on the object is weaker than our last apply left it.
bool is_disowned(const ThreeWayInput& input) {
  if (input.dry_run.present()) {
    const FoldOptions options{.manager = input.manager, .secret_key = {}};
    return fold(input.live, options).entry != fold(input.dry_run, options).entry;
  }
  if (input.last_applied.present()) {
    const FoldOptions options{.manager = input.manager, .secret_key = {}};
    const Fingerprint now = fold(input.live, options);
    const Fingerprint then = fold(input.last_applied, options);
    return now.entry != then.entry || now.uid != then.uid;
  }
  if (!find_apply_entry(input.live, input.manager)) return true;
  return input.desired_since == DesiredSince::same &&
         !proves_unchanged(input.desired, input.live, input.manager);
}

}  // namespace

ObjectChange three_way(const ThreeWayInput& input) {
  ObjectChange change;
  change.id = id_of(input.desired.present() ? input.desired : input.live);
  if (!input.desired.present()) {
    change.action = input.live.present() ? Action::deleted : Action::unchanged;
    change.reason = input.live.present() ? Reason::obsolete : Reason::none;
    return change;
  }
  if (!input.live.present()) {
    const bool known = input.last_applied.present() || input.last_desired.present() ||
                       input.desired_since != DesiredSince::unknown;
    change.action = Action::created;
    change.reason = known ? Reason::gone : Reason::change;
    return change;
  }
  change.fields = Comparison(input).run();
  if (!change.fields.empty()) {
    change.reason = strongest(change.fields);
    const bool is_left = change.reason == Reason::handed_over || change.reason == Reason::admission;
    change.action = is_left ? Action::unchanged : Action::configured;
  } else if (is_disowned(input)) {
    change.action = Action::configured;
    change.reason = Reason::disowned;
  }
  mask_secrets(change, std::array{input.desired, input.live, input.last_applied});
  return change;
}

}  // namespace reconcile::diff
