// Two renders, compared without a cluster. There is no schema and nobody's tries: what pairs the
// items of a list is the field that tells them apart in both. Tests: test/diff/two_way_test.cpp.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

constexpr std::size_t depth_max = 500;

/// Fields that name the items of lists, the usual ones of Kubernetes first.
constexpr std::string_view naming_fields[] = {
    "name", "mountPath", "containerPort", "port",          "key", "topologyKey",
    "host", "ip",        "type",          "conditionType", "uid"};

/// The items of `list` by `field`; absent where it does not tell all of them apart.
std::optional<std::map<std::string, std::size_t>> named_items(model::Value list,
                                                              std::string_view field) {
  std::map<std::string, std::size_t> items;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value name = list.at(i)[field];
    if (!name.present() || !name.is_scalar() || name.is_null()) return std::nullopt;
    if (!items.emplace(model::write_json(name, model::canonical_json), i).second)
      return std::nullopt;
  }
  return items;
}

class Comparison {
 public:
  std::vector<FieldChange> run(model::Value before, model::Value after) {
    compare(before, after);
    return std::move(changes_);
  }

 private:
  void compare(model::Value before, model::Value after) {
    if (path_.size() > depth_max)
      throw model::Error(model::ErrorCode::limit_exceeded,
                         "object is nested deeper than 500 levels");
    if (before.is_map() && after.is_map()) return compare_maps(before, after);
    if (before.is_list() && after.is_list()) return compare_lists(before, after);
    if (before.present() == after.present() && model::equal(before, after)) return;
    FieldChange change;
    change.path = path_;
    if (before.present()) change.before = model::write_json(before, model::canonical_json);
    if (after.present()) change.after = model::write_json(after, model::canonical_json);
    changes_.push_back(std::move(change));
  }

  void compare_maps(model::Value before, model::Value after) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < before.size(); ++i) names.insert(before.key_at(i));
    for (std::size_t i = 0; i < after.size(); ++i) names.insert(after.key_at(i));
    for (const std::string_view name : names)
      descend({PathStepType::field, std::string(name)}, before[name], after[name]);
  }

  void descend(PathStep step, model::Value before, model::Value after) {
    path_.push_back(std::move(step));
    compare(before, after);
    path_.pop_back();
  }

  void compare_lists(model::Value before, model::Value after) {
    for (const std::string_view field : naming_fields) {
      const auto left = named_items(before, field);
      const auto right = left ? named_items(after, field) : std::nullopt;
      if (right && !(left->empty() && right->empty()))
        return compare_named(before, after, field, *left, *right);
    }
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i)
      descend({PathStepType::index, std::to_string(i)}, before.at(i), after.at(i));
  }

  using Names = std::map<std::string, std::size_t>;

  void compare_named(model::Value before, model::Value after, std::string_view field,
                     const Names& left, const Names& right) {
    const auto step = [&](const std::string& name) {
      return PathStep{PathStepType::key, "{\"" + std::string(field) + "\":" + name + "}"};
    };
    for (const auto& [name, position] : left) {
      const auto other = right.find(name);
      descend(step(name), before.at(position),
              other == right.end() ? model::Value() : after.at(other->second));
    }
    for (const auto& [name, position] : right)
      if (!left.contains(name)) descend(step(name), {}, after.at(position));
    add_order(before, after, field, left, right);
  }

  /// Another order of items that both have, as the two lists of their names.
  void add_order(model::Value before, model::Value after, std::string_view field, const Names& left,
                 const Names& right) {
    const auto order = [&](model::Value list, const Names& others) {
      std::string out;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string name = model::write_json(list.at(i)[field], model::canonical_json);
        if (others.contains(name)) out += (out.empty() ? "" : ",") + name;
      }
      return "[" + out + "]";
    };
    const std::string was = order(before, right);
    const std::string is = order(after, left);
    if (was == is) return;
    FieldChange change;
    change.path = path_;
    change.before = was;
    change.after = is;
    changes_.push_back(std::move(change));
  }

  FieldPath path_;
  std::vector<FieldChange> changes_;
};

/// The server merges `stringData` into `data`: a move from one to the other is no change.
void merge_string_data(const model::Object& object, std::vector<FieldChange>& fields) {
  const bool is_secret = object.id().kind == "Secret" && object.id().group.empty();
  if (!is_secret) return;
  const auto is_text = [](const FieldChange& field) {
    return field.path.size() == 2 && field.path.front().text == "stringData";
  };
  const auto encode = [](std::optional<std::string>& value) {
    if (!value) return;
    const model::Document text = model::parse_json(*value);
    value = "\"" + model::base64_encode(text.root().text()) + "\"";
  };
  for (FieldChange& field : fields) {
    if (!is_text(field)) continue;
    encode(field.before);
    encode(field.after);
    field.path.front().text = "data";
  }
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return to_string(a.path) < to_string(b.path);
  });
  std::vector<FieldChange> merged;
  for (FieldChange& field : fields) {
    if (merged.empty() || merged.back().path != field.path) {
      merged.push_back(std::move(field));
      continue;
    }
    if (field.before) merged.back().before = std::move(field.before);
    if (field.after) merged.back().after = std::move(field.after);
  }
  std::erase_if(merged, [](const FieldChange& field) { return field.before == field.after; });
  fields = std::move(merged);
}

/// `stringData` and `data` field by field, also where a side lacks the whole map.
void split_data(const model::Object& object, std::vector<FieldChange>& fields) {
  if (object.id().kind != "Secret" || !object.id().group.empty()) return;
  std::vector<FieldChange> split;
  for (FieldChange& field : fields) {
    const bool whole = field.path.size() == 1 &&
                       (field.path[0].text == "data" || field.path[0].text == "stringData");
    const std::optional<std::string>& side = field.before ? field.before : field.after;
    const model::Document map = whole ? model::parse_json(*side) : model::Document();
    if (!map.root().is_map()) {
      split.push_back(std::move(field));
      continue;
    }
    for (std::size_t i = 0; i < map.root().size(); ++i) {
      FieldChange part = field;
      part.path.push_back({PathStepType::field, std::string(map.root().key_at(i))});
      (field.before ? part.before : part.after) =
          model::write_json(map.root().value_at(i), model::canonical_json);
      split.push_back(std::move(part));
    }
  }
  fields = std::move(split);
}

}  // namespace

ObjectChange compare_forms(const model::Object& before, const model::Object& after) {
  ObjectChange change;
  change.id = after.id();
  change.fields = Comparison().run(before.root(), after.root());
  split_data(after, change.fields);
  merge_string_data(after, change.fields);
  if (!change.fields.empty()) {
    change.action = Action::configured;
    change.reason = Reason::change;
  }
  mask_secrets(change);
  return change;
}

ChangeSet compare_renders(std::span<const model::Object> before,
                          std::span<const model::Object> after) {
  std::map<model::ObjectId, const model::Object*> old;
  std::map<model::ObjectId, const model::Object*> made;
  for (const model::Object& object : before) old[object.id()] = &object;
  for (const model::Object& object : after) made[object.id()] = &object;
  std::set<model::ObjectId> ids;
  for (const auto& [id, object] : old) ids.insert(id);
  for (const auto& [id, object] : made) ids.insert(id);
  ChangeSet changes;
  for (const model::ObjectId& id : ids) {
    const auto left = old.find(id);
    const auto right = made.find(id);
    if (left != old.end() && right != made.end())
      changes.objects.push_back(compare_forms(*left->second, *right->second));
    else if (right != made.end())
      changes.objects.push_back({id, Action::created, Reason::change, {}, {}});
    else
      changes.objects.push_back({id, Action::deleted, Reason::obsolete, {}, {}});
  }
  return changes;
}

}  // namespace reconcile::diff
