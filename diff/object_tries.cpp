#include "diff/object_tries.hpp"

#include <algorithm>
#include <unordered_map>

#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

/// What a list item is keyed by where it does not say.
constexpr std::string_view default_key = "protocol";
constexpr std::string_view default_protocol = "TCP";

bool is_member(model::Value trie) {
  return trie.present() && (is_leaf(trie) || trie.contains("."));
}

/// The first child key of a given form ('k', 'v') in a trie.
std::string_view first_key(model::Value trie, char form) {
  for (std::size_t i = 0; i < trie.size(); ++i) {
    const std::string_view key = trie.key_at(i);
    if (key.size() > 1 && key[0] == form && key[1] == ':') return key;
  }
  return {};
}

}  // namespace

ObjectTries::ObjectTries(model::Value object, std::string_view manager) {
  for (const ManagedEntry& entry : managed_entries(object)) {
    const bool own = entry.manager == manager && entry.operation == Operation::apply &&
                     entry.subresource.empty();
    if (own && !own_.present())
      own_ = entry.fields;
    else if (entry.fields.present())
      others_.push_back(entry.fields);
  }
}

ObjectTries ObjectTries::child(std::string_view raw_key) const {
  ObjectTries result;
  result.own_ = own_[raw_key];
  for (const model::Value trie : others_)
    if (const model::Value below = trie[raw_key]; below.present()) result.others_.push_back(below);
  return result;
}

bool ObjectTries::is_owned() const noexcept {
  return is_member(own_);
}

bool ObjectTries::is_owned_by_others() const noexcept {
  return std::any_of(others_.begin(), others_.end(), is_member);
}

bool ObjectTries::others_go_on() const noexcept {
  return std::any_of(others_.begin(), others_.end(),
                     [](model::Value trie) { return !is_leaf(trie); });
}

bool ObjectTries::is_granular() const noexcept {
  return !is_leaf(own_) || others_go_on();
}

ListType ObjectTries::list_type() const {
  std::vector<model::Value> all = others_;
  all.push_back(own_);
  for (const model::Value trie : all) {
    if (!first_key(trie, 'k').empty()) return ListType::keyed;
    if (!first_key(trie, 'v').empty()) return ListType::set;
  }
  return ListType::atomic;
}

std::vector<std::string> ObjectTries::list_keys() const {
  std::vector<std::string> names;
  std::vector<model::Value> all = others_;
  all.push_back(own_);
  for (const model::Value trie : all) {
    const std::string_view key = first_key(trie, 'k');
    if (key.empty()) continue;
    const model::Document keys = model::parse_json(key.substr(2));
    for (std::size_t i = 0; i < keys.root().size(); ++i) names.emplace_back(keys.root().key_at(i));
    std::sort(names.begin(), names.end());
    break;
  }
  return names;
}

std::string item_key(model::Value item, const std::vector<std::string>& key_names) {
  std::string out;
  out.reserve(64);  // most are shorter
  out += "k:{";
  for (const std::string& name : key_names) {
    if (out.back() != '{') out += ',';
    model::write_json_string(name, out);
    out += ':';
    const model::Value value = item[name];
    if (!value.present() && name == default_key)
      model::write_json_string(default_protocol, out);
    else
      model::write_json(value, out);
  }
  out += '}';
  return out;
}

std::string set_key(model::Value item) {
  std::string out = "v:";
  model::write_json(item, out);
  return out;
}

namespace {

/// Up to so many keys are compared with each other, which costs less than a table of them.
constexpr std::size_t compared_max = 16;

bool has_equal_keys(const KeyedItems& items) {
  for (std::size_t i = 1; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (items[i].first == items[j].first) return true;
  return false;
}

void keep_last_of_equal(KeyedItems& items) {
  std::unordered_map<std::string, std::size_t> places;
  KeyedItems kept;
  kept.reserve(items.size());
  for (auto& [key, item] : items) {
    const auto [place, is_new] = places.emplace(key, kept.size());
    if (is_new)
      kept.emplace_back(std::move(key), item);
    else
      kept[place->second].second = item;
  }
  items = std::move(kept);
}

/// Whether both are written the same in a key.
bool is_same_in_key(model::Value left, model::Value right) {
  if (left.is_string() && right.is_string()) return left.text() == right.text();
  return left.kind() == model::Kind::integer && right.kind() == model::Kind::integer &&
         model::equal(left, right);
}

}  // namespace

bool have_equal_keys(model::Value desired, model::Value live, ListType type,
                     const std::vector<std::string>& names) {
  if (desired.size() != live.size()) return false;
  for (std::size_t i = 0; i < desired.size(); ++i) {
    if (type == ListType::set) {
      if (!is_same_in_key(desired.at(i), live.at(i))) return false;
      continue;
    }
    for (const std::string& name : names) {
      const model::Value mine = desired.at(i)[name];
      const model::Value other = live.at(i)[name];
      if (is_same_in_key(mine, other)) continue;
      if (name != default_key || mine.present() || other.text() != default_protocol) return false;
    }
  }
  return true;
}

KeyedItems keyed_items(model::Value list, ListType type, const std::vector<std::string>& names) {
  KeyedItems items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value item = list.at(i);
    items.emplace_back(type == ListType::set ? set_key(item) : item_key(item, names), item);
  }
  if (items.size() > compared_max || has_equal_keys(items)) keep_last_of_equal(items);
  return items;
}

}  // namespace reconcile::diff
