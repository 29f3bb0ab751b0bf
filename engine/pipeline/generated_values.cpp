// What differs between two renders of the same was drawn by functions. The two are walked side by
// side with the live object; nothing is known of the functions themselves. Tests:
// test/engine/generated_values_test.cpp.

#include "engine/pipeline/generated_values.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "reconcile/appliers/answers.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Node;
using model::Value;

constexpr std::size_t in_flight_max = 16;

/// Letters of drawn values: where two happen to begin alike, the likeness says nothing.
bool may_be_drawn(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '/' || c == '=' || c == '-' || c == '_' || c == '.' || c == '$';
}

/// Whether `live` may be a third text beside `one` and `other`: it begins and ends as both do.
bool fits(std::string_view one, std::string_view other, std::string_view live) {
  const std::size_t shorter = std::min(one.size(), other.size());
  std::size_t start = 0;
  while (start < shorter && one[start] == other[start]) ++start;
  std::size_t end = 0;
  while (end < shorter - start && one[one.size() - 1 - end] == other[other.size() - 1 - end]) ++end;
  while (start > 0 && may_be_drawn(one[start - 1])) --start;
  while (end > 0 && may_be_drawn(one[one.size() - end])) --end;
  return !live.empty() && live.size() >= start + end && live.starts_with(one.substr(0, start)) &&
         live.ends_with(one.substr(one.size() - end));
}

std::optional<std::string> decoded(std::string_view text) {
  try {
    return model::base64_decode(text);
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

/// The same for what Secrets have in base64.
bool fits_decoded(std::string_view one, std::string_view other, std::string_view live) {
  const auto a = decoded(one);
  const auto b = decoded(other);
  const auto c = decoded(live);
  return a && b && c && fits(*a, *b, *c);
}

/// A Secret as it is there, with all that it holds as texts: desired may have it in that form.
model::Document with_texts(const model::Document& secret) {
  auto arena = std::make_shared<model::Arena>();
  Node* root = arena->new_node();
  *root = model::copy_node(*arena, secret.root());
  Node texts = model::make_map();
  for (const auto& [name, text] : diff::secret_data(secret.root()))
    model::set(*arena, texts, name, model::make_string(*arena, text));
  model::set(*arena, *root, "stringData", texts);
  return {arena, Value(root)};
}

class Settling {
 public:
  Settling(const model::Object& object, std::vector<GeneratedField>& fields)
      : id_(object.id()), fields_(fields), in_base64_(id_.group.empty() && id_.kind == "Secret") {}

  /// `mine` takes over from `live` what `other` has otherwise.
  void walk(Node& mine, Value other, Value live, const std::string& path) {
    if (!live.present() || model::equal(Value(&mine), other)) return;
    if (mine.kind == model::Kind::map && other.is_map() && live.is_map()) {
      for (std::uint32_t i = 0; i < mine.size; ++i) {
        model::Entry& entry = mine.entries[i];
        const std::string name(entry.name());
        walk(entry.value, other[name], live[name], path.empty() ? name : path + "." + name);
      }
    } else if (mine.kind == model::Kind::list && other.is_list() && mine.size == other.size()) {
      for (std::uint32_t i = 0; i < mine.size; ++i) {
        walk(mine.items[i], other.at(i), item_of(live, Value(&mine.items[i]), i, mine.size),
             path + "[" + std::to_string(i) + "]");
      }
    } else if (mine.kind == live.kind() && other.kind() == live.kind() && live.is_scalar()) {
      settle(mine, other, live, path);
    }
  }

  [[nodiscard]] const std::shared_ptr<model::Arena>& arena() const noexcept { return arena_; }

 private:
  /// By name where it has one, else by its place.
  static Value item_of(Value list, Value item, std::size_t index, std::size_t count) {
    const std::string_view name = item["name"].text();
    for (std::size_t i = 0; !name.empty() && i < list.size(); ++i)
      if (list.at(i)["name"].text() == name) return list.at(i);
    return list.size() == count ? list.at(index) : Value();
  }

  void settle(Node& mine, Value other, Value live, const std::string& path) {
    if (live.is_string()) {
      const std::string_view text = Value(&mine).text();
      const bool fit = in_base64_ && path.starts_with("data.")
                           ? fits_decoded(text, other.text(), live.text())
                           : fits(text, other.text(), live.text());
      if (!fit) return;
    }
    mine = model::copy_node(*arena_, live);
    fields_.push_back({id_, path});
  }

  model::ObjectId id_;
  std::vector<GeneratedField>& fields_;
  bool in_base64_;
  std::shared_ptr<model::Arena> arena_ = std::make_shared<model::Arena>();
};

}  // namespace

std::vector<GeneratedField> keep_generated(std::vector<model::Object>& objects,
                                           std::span<const model::Object> again,
                                           const FindLive& find) {
  std::map<model::ObjectId, const model::Object*> others;
  for (const model::Object& object : again) others.emplace(object.id(), &object);
  std::vector<std::size_t> places;
  std::vector<model::Object> differing;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto other = others.find(objects[i].id());
    if (other == others.end() || model::equal(objects[i].root(), other->second->root())) continue;
    places.push_back(i);
    differing.push_back(objects[i]);
  }
  std::vector<GeneratedField> fields;
  if (places.empty()) return fields;
  const std::vector<model::Document> live = find(differing);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!live[i].present()) continue;
    model::Object& object = objects[places[i]];
    Settling settling(object, fields);
    Node* root = settling.arena()->new_node();
    *root = model::copy_node(*settling.arena(), object.root());
    const bool has_texts = object.root().contains("stringData");
    const model::Document form = has_texts ? with_texts(live[i]) : live[i];
    settling.walk(*root, others.at(object.id())->root(), form.root(), "");
    object = model::Object({settling.arena(), Value(root)}, object.origin());
  }
  return fields;
}

FindLive find_in_cluster(appliers::ClusterPort& port) {
  return [&port](const std::vector<model::Object>& objects) {
    std::vector<model::Document> found(objects.size());
    port.exchange(
        objects.size(), in_flight_max,
        [&](std::size_t index) {
          const model::Object& object = objects[index];
          const auto kind = port.find_kind(object.gvk());
          appliers::ClusterRequest request;
          request.verb = appliers::Verb::get;
          request.gvk = object.gvk();
          request.name = object.id().name;
          // Where it names none it goes to the namespace that `prepare` gives it.
          const std::string& space = object.id().namespace_name;
          if (!kind || kind->namespaced)
            request.namespace_name =
                space.empty() ? appliers::PrepareOptions().default_namespace : space;
          return request;
        },
        [&](std::size_t index,
            appliers::ClusterAnswer answer) -> std::optional<appliers::FollowUp> {
          if (!answer.ok() && answer.code != 404) {
            throw model::Error(
                model::ErrorCode::unavailable,
                "reading " + objects[index].id().display() + ": " + appliers::explain(answer));
          }
          if (answer.ok()) found[index] = std::move(answer.object);
          return std::nullopt;
        });
    return found;
  };
}

FindLive find_among(std::span<const model::Object> objects) {
  return [objects](const std::vector<model::Object>& asked) {
    std::vector<model::Document> found(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto same =
          std::find_if(objects.begin(), objects.end(),
                       [&](const model::Object& object) { return object.id() == asked[i].id(); });
      if (same != objects.end()) found[i] = same->document();
    }
    return found;
  };
}

}  // namespace reconcile::engine
