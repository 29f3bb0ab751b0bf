// Desired without what is others'. Tests: test/diff/left_fields_test.cpp.
#include "reconcile/diff/left_fields.hpp"

#include <algorithm>
#include <optional>

#include "diff/left_places.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::diff {

namespace {

constexpr std::size_t steps_max = 64;

/// The item of a desired list that stands for item `index` of the live one: the one of the same
/// name where items have names, else the one at the same position.
std::optional<std::size_t> partner(const model::Node& list, model::Value live, std::size_t index) {
  const model::Value name = live.at(index)["name"];
  if (!name.is_string()) return index < list.size ? std::optional(index) : std::nullopt;
  for (std::size_t i = 0; i < list.size; ++i)
    if (model::equal(model::Value(&list.items[i])["name"], name)) return i;
  return std::nullopt;
}

class Leaving {
 public:
  Leaving(model::Arena& arena, model::Node& body, model::Value live, std::string_view manager)
      : arena_(arena),
        body_(body),
        live_(live),
        manager_(manager),
        entries_(managed_entries(live)) {}

  void leave(const LeftField& field, const Place& place) {
    const PlaceOwners owners = owners_at(field, entries_, live_, place, manager_);
    if (!owners.left) return;
    const model::Value there = value_at(live_, place);
    if (!owners.in_parts || !there.is_map() || place.size() > steps_max)
      return leave(place, owners);
    // The map itself stays ours: without it the server would remove what others have in it.
    for (std::size_t i = 0; i < there.size(); ++i) {
      Place part = place;
      part.push_back({std::string(there.key_at(i)), 0});
      leave(field, part);
    }
  }

 private:
  void leave(const Place& place, const PlaceOwners& owners) {
    model::Node* parent = &body_;
    model::Value live = live_;
    for (const PlaceStep& step : std::span(place).first(place.size() - 1)) {
      parent = child_of(*parent, live, step);
      if (parent == nullptr) return;
      live = value_at(live, {&step, 1});
    }
    const bool keeps = owners.whole || (owners.ours && !owners.others);
    const model::Value value = value_at(live, {&place.back(), 1});
    if (place.back().name.empty())
      set_item(*parent, live, place.back().index, keeps ? value : model::Value());
    else
      set_field(*parent, place.back().name, keeps ? value : model::Value());
  }

  static model::Node* child_of(model::Node& parent, model::Value live, const PlaceStep& step) {
    if (!step.name.empty()) return model::find(parent, step.name);
    if (parent.kind != model::Kind::list) return nullptr;
    const auto index = partner(parent, live, step.index);
    return index ? &parent.items[*index] : nullptr;
  }

  void set_field(model::Node& map, const std::string& name, model::Value value) {
    if (map.kind != model::Kind::map) return;
    if (value.present())
      model::set(arena_, map, name, model::copy_node(arena_, value));
    else
      model::erase(map, name);
  }

  void set_item(model::Node& list, model::Value live, std::size_t index, model::Value value) {
    if (list.kind != model::Kind::list) return;
    const auto position = partner(list, live, index);
    if (!position) return;
    if (value.present())
      list.items[*position] = model::copy_node(arena_, value);
    else
      model::erase_item(list, *position);
  }

  model::Arena& arena_;
  model::Node& body_;
  model::Value live_;
  std::string_view manager_;
  std::vector<ManagedEntry> entries_;
};

}  // namespace

LeftField parse_left_field(std::string_view pointer, std::vector<std::string> managers) {
  LeftField field;
  field.managers = std::move(managers);
  if (!pointer.starts_with('/'))
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected a JSON pointer such as " +
                           std::string("/spec/replicas, found \"") + std::string(pointer) + "\"");
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string step;
    for (std::size_t i = 0; i < end; ++i) {
      const bool escaped = pointer[i] == '~' && i + 1 < end;
      if (escaped) ++i;
      step += escaped && pointer[i] == '1' ? '/' : escaped && pointer[i] == '0' ? '~' : pointer[i];
    }
    field.steps.push_back(std::move(step));
    pointer.remove_prefix(end);
  }
  if (field.steps.size() > steps_max)
    throw model::Error(model::ErrorCode::invalid_input, "expected at most 64 steps in a pointer");
  return field;
}

model::Document leave_fields(const model::Document& desired, model::Value live,
                             std::span<const LeftField> fields, std::string_view manager) {
  if (!live.present() || fields.empty()) return desired;
  auto arena = std::make_shared<model::Arena>();
  model::Node* body = arena->new_node();
  *body = model::copy_node(*arena, desired.root());
  Leaving leaving(*arena, *body, live, manager);
  for (const LeftField& field : fields) {
    const std::vector<Place> places = places_of(field, live);
    // From the end: taking a list's item out must not move those that are still to be found.
    for (auto place = places.rbegin(); place != places.rend(); ++place)
      leaving.leave(field, *place);
  }
  return {arena, model::Value(body)};
}

bool may_be_left(model::Value object, std::span<const LeftField> fields) {
  const std::vector<ManagedEntry> entries = managed_entries(object);
  return std::any_of(fields.begin(), fields.end(), [&](const LeftField& field) {
    return field.managers.empty() ||
           std::any_of(entries.begin(), entries.end(), [&](const ManagedEntry& entry) {
             return std::find(field.managers.begin(), field.managers.end(), entry.manager) !=
                    field.managers.end();
           });
  });
}

}  // namespace reconcile::diff
