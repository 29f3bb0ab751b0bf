// Two renders, compared without a cluster. There is no schema and nobody's tries: what pairs the
// items of a list is the field that tells them apart in both. Tests: test/diff/two_way_test.cpp.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "diff/alignment.hpp"
#include "diff/hashed_names.hpp"
#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

constexpr std::size_t depth_max = 500;
/// What only one side has is one field up to about so many bytes of JSON, else its parts are.
constexpr std::size_t part_bytes_max = 120;

/// A field that names the items of a list, and one that tells those apart which share it.
struct Naming {
  std::string_view field;
  std::string_view second = {};  ///< may be absent from an item; empty: none
};

/// The usual ones of Kubernetes first.
constexpr Naming namings[] = {{"name"},          {"mountPath"},
                              {"containerPort"}, {"containerPort", "protocol"},
                              {"port"},          {"port", "protocol"},
                              {"key"},           {"topologyKey"},
                              {"host"},          {"ip"},
                              {"type"},          {"conditionType"},
                              {"uid"},           {"path", "pathType"}};

/// The key of a list's item, as the text of a path's step; absent where it has none.
std::optional<std::string> key_of(model::Value item, const Naming& naming) {
  const auto member = [&](std::string_view field) {
    const model::Value value = item[field];
    const bool names = value.present() && value.is_scalar() && !value.is_null();
    return names
               ? "\"" + std::string(field) + "\":" + model::write_json(value, model::canonical_json)
               : std::string();
  };
  const std::string first = member(naming.field);
  if (first.empty()) return std::nullopt;
  const std::string second = naming.second.empty() ? "" : member(naming.second);
  return "{" + first + (second.empty() ? "" : "," + second) + "}";
}

/// The items of `list` by their keys; absent where these do not tell all of them apart.
std::optional<std::map<std::string, std::size_t>> named_items(model::Value list,
                                                              const Naming& naming) {
  std::map<std::string, std::size_t> items;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::optional<std::string> key = key_of(list.at(i), naming);
    if (!key || !items.emplace(std::move(*key), i).second) return std::nullopt;
  }
  return items;
}

/// Takes about the bytes of JSON that `value` has from `room`; false where there are not so many,
/// or where a text of several lines is in it, which is shown better alone.
bool fits(model::Value value, std::size_t& room) {
  const std::string_view text = value.is_string() ? value.text() : value.source();
  if (text.find('\n') != std::string_view::npos) return false;
  const auto take = [&](std::size_t bytes) {
    if (bytes > room) return false;
    room -= bytes;
    return true;
  };
  if (!take(text.size() + 2)) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool is_map = value.is_map();
    if (is_map && !take(value.key_at(i).size() + 4)) return false;
    if (!fits(is_map ? value.value_at(i) : value.at(i), room)) return false;
  }
  return true;
}

bool is_short(model::Value value) {
  std::size_t room = part_bytes_max;
  return fits(value, room);
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
    const bool both = before.present() && after.present();
    const model::Value only = before.present() ? before : after;
    const bool by_parts = both ? before.kind() == after.kind() : !is_short(only);
    if (by_parts && only.is_map()) return compare_maps(before, after);
    if (by_parts && only.is_list()) return compare_lists(before, after);
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
    for (const Naming& naming : namings) {
      const auto left = named_items(before, naming);
      const auto right = left ? named_items(after, naming) : std::nullopt;
      if (right && !(left->empty() && right->empty()))
        return compare_named(before, after, naming, *left, *right);
    }
    if (!model::equal(before, after)) compare_unnamed(before, after);
  }

  using Names = std::map<std::string, std::size_t>;

  void compare_named(model::Value before, model::Value after, const Naming& naming,
                     const Names& left, const Names& right) {
    for (const auto& [key, position] : left) {
      const auto other = right.find(key);
      descend({PathStepType::key, key}, before.at(position),
              other == right.end() ? model::Value() : after.at(other->second));
    }
    for (const auto& [key, position] : right)
      if (!left.contains(key)) descend({PathStepType::key, key}, {}, after.at(position));
    add_order(before, after, naming, left, right);
  }

  /// Another order of items that both have, as the two lists of their names.
  void add_order(model::Value before, model::Value after, const Naming& naming, const Names& left,
                 const Names& right) {
    const auto order = [&](model::Value list, const Names& others) {
      std::string out;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string key = *key_of(list.at(i), naming);
        if (!others.contains(key)) continue;
        if (!out.empty()) out += ',';
        out += naming.second.empty()
                   ? model::write_json(list.at(i)[naming.field], model::canonical_json)
                   : key;
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

  /// Items that both have are paired where they stand in one order, what is between them by its
  /// position there: an item put in front changes no other. A position is that of the side that has
  /// the item, of `after` where both do.
  void compare_unnamed(model::Value before, model::Value after) {
    const auto texts_of = [](model::Value list) {
      std::vector<std::string> texts;
      for (std::size_t i = 0; i < list.size(); ++i)
        texts.push_back(model::write_json(list.at(i), model::canonical_json));
      return texts;
    };
    const std::vector<std::string> old = texts_of(before);
    const std::vector<std::string> made = texts_of(after);
    std::size_t left = 0;
    std::size_t right = 0;
    const auto compare_until = [&](std::size_t left_end, std::size_t right_end) {
      while (left < left_end || right < right_end) {
        const model::Value was = left < left_end ? before.at(left++) : model::Value();
        const std::size_t position = right < right_end ? right : left - 1;
        const model::Value is = right < right_end ? after.at(right++) : model::Value();
        descend({PathStepType::index, std::to_string(position)}, was, is);
      }
    };
    for (const AlignedItem& same : align(std::vector<std::string_view>(old.begin(), old.end()),
                                         std::vector<std::string_view>(made.begin(), made.end()))) {
      compare_until(same.before, same.after);
      ++left;
      ++right;
    }
    compare_until(before.size(), after.size());
  }

  FieldPath path_;
  std::vector<FieldChange> changes_;
};

bool is_secret(const model::ObjectId& id) {
  return id.kind == "Secret" && id.group.empty();
}

/// The server merges `stringData` into `data`: a move from one to the other is no change.
void merge_string_data(const model::ObjectId& id, std::vector<FieldChange>& fields) {
  if (!is_secret(id)) return;
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
void split_data(const model::ObjectId& id, std::vector<FieldChange>& fields) {
  if (!is_secret(id)) return;
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

/// An object that has nothing but the identity of `object`.
model::Document bare(model::Value object) {
  auto arena = std::make_shared<model::Arena>();
  const auto copy_members = [&](model::Value from, std::initializer_list<std::string_view> names) {
    model::Node to = model::make_map();
    for (const std::string_view name : names)
      if (from.contains(name)) model::set(*arena, to, name, model::copy_node(*arena, from[name]));
    return to;
  };
  model::Node* root = arena->new_node();
  *root = copy_members(object, {"apiVersion", "kind"});
  model::set(*arena, *root, "metadata", copy_members(object["metadata"], {"name", "namespace"}));
  return {arena, model::Value(root)};
}

std::vector<FieldChange> differing_fields(const model::ObjectId& id, model::Value before,
                                          model::Value after) {
  std::vector<FieldChange> fields = Comparison().run(before, after);
  split_data(id, fields);
  merge_string_data(id, fields);
  return fields;
}

using ObjectsById = std::map<model::ObjectId, const model::Object*>;

ObjectsById by_id(std::span<const model::Object> objects) {
  ObjectsById found;
  for (const model::Object& object : objects) found[object.id()] = &object;
  return found;
}

std::set<model::ObjectId> only_in(const ObjectsById& side, const ObjectsById& other) {
  std::set<model::ObjectId> ids;
  for (const auto& [id, object] : side)
    if (!other.contains(id)) ids.insert(id);
  return ids;
}

ObjectChange whole(const model::Object& object, Action action, Reason reason) {
  ObjectChange change{object.id(), action, reason, {}, {}};
  tell_content(object.root(), change);
  return change;
}

}  // namespace

void tell_content(model::Value object, ObjectChange& change) {
  const bool is_gone = change.action == Action::deleted;
  const model::Document nothing = bare(object);
  change.fields = is_gone ? differing_fields(change.id, object, nothing.root())
                          : differing_fields(change.id, nothing.root(), object);
  for (FieldChange& field : change.fields) field.reason = change.reason;
  mask_secrets(change, std::array{object});
}

ObjectChange compare_forms(const model::Object& before, const model::Object& after) {
  ObjectChange change;
  change.id = after.id();
  change.fields = differing_fields(change.id, before.root(), after.root());
  if (!change.fields.empty()) {
    change.action = Action::configured;
    change.reason = Reason::change;
  }
  mask_secrets(change, std::array{before.root(), after.root()});
  return change;
}

ChangeSet compare_renders(std::span<const model::Object> before,
                          std::span<const model::Object> after) {
  const ObjectsById old = by_id(before);
  const ObjectsById made = by_id(after);
  const auto former = pair_hashed_names(only_in(old, made), only_in(made, old));
  std::map<model::ObjectId, ObjectChange> changes;
  for (const auto& [id, object] : old)
    if (!made.contains(id)) changes.emplace(id, whole(*object, Action::deleted, Reason::obsolete));
  for (const auto& [id, object] : made) {
    const auto name = former.find(id);
    const auto found = old.find(name == former.end() ? id : name->second);
    changes.emplace(id, found == old.end() ? whole(*object, Action::created, Reason::change)
                                           : compare_forms(*found->second, *object));
    if (name != former.end()) changes.erase(name->second);
  }
  ChangeSet set;
  for (auto& [id, change] : changes) set.objects.push_back(std::move(change));
  return set;
}

}  // namespace reconcile::diff
