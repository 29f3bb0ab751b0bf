#include "reconcile/diff/managed_fields.hpp"

#include <algorithm>
#include <charconv>

#include "diff/trie_walk.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

std::string raw_key(const PathStep& step) {
  switch (step.type) {
    case PathStepType::field:
      return "f:" + step.text;
    case PathStepType::key:
      return "k:" + step.text;
    case PathStepType::value:
      return "v:" + step.text;
    case PathStepType::index:
      return "i:" + step.text;
  }
  return {};
}

bool is_member(model::Value trie) {
  return trie.present() && (is_leaf(trie) || trie.contains("."));
}

/// How far `trie` follows `path`: the node itself, or an ancestor owned as a whole, or neither.
enum class Reach { none, ancestor, exact };

Reach reach(model::Value trie, std::span<const PathStep> path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && is_leaf(trie)) return Reach::ancestor;
    trie = trie[raw_key(path[i])];
    if (!trie.present()) return Reach::none;
  }
  return is_member(trie) ? Reach::exact : Reach::none;
}

FieldOwner owner(const ManagedEntry& entry) {
  return {std::string(entry.manager), entry.operation, std::string(entry.subresource),
          std::string(entry.time)};
}

bool has_keys(model::Value item, model::Value keys) {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!model::equal(item[keys.key_at(i)], keys.value_at(i))) return false;
  return true;
}

std::optional<model::Document> parse_text(const std::string& json) {
  try {
    return model::parse_json(json);
  } catch (const model::Error&) {
    return std::nullopt;  // The server wrote it; what we cannot read selects nothing.
  }
}

class PathSink {
 public:
  explicit PathSink(const FieldVisitor& visit) : visit_(visit) {}

  void on_field(const RawPath& path, model::Value trie, model::Value live) {
    steps_.clear();
    for (const std::string_view key : path) steps_.push_back(*parse_step(key));
    visit_(steps_, trie, live);
  }
  void on_order(const std::vector<std::size_t>&) {}

 private:
  const FieldVisitor& visit_;
  FieldPath steps_;
};

}  // namespace

std::string_view to_string(Operation operation) {
  return operation == Operation::apply ? "Apply" : "Update";
}

bool claims_scale(const ManagedEntry& entry) {
  return entry.subresource == "scale" && entry.fields["f:spec"]["f:replicas"].present();
}

std::vector<ManagedEntry> managed_entries(model::Value object) {
  const model::Value list = object["metadata"]["managedFields"];
  std::vector<ManagedEntry> entries;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value item = list.at(i);
    if (item["manager"].text().empty() && !item["fieldsV1"].present()) continue;
    entries.push_back({item["manager"].text(),
                       item["operation"].text() == "Apply" ? Operation::apply : Operation::update,
                       item["subresource"].text(), item["apiVersion"].text(), item["time"].text(),
                       item["fieldsV1"]});
  }
  return entries;
}

std::optional<ManagedEntry> find_apply_entry(model::Value object, std::string_view manager) {
  for (const ManagedEntry& entry : managed_entries(object))
    if (entry.manager == manager && entry.operation == Operation::apply &&
        entry.subresource.empty())
      return entry;
  return std::nullopt;
}

std::vector<FieldOwner> owners_of(std::span<const ManagedEntry> entries,
                                  std::span<const PathStep> path) {
  std::vector<FieldOwner> exact;
  std::vector<FieldOwner> whole;
  for (const ManagedEntry& entry : entries) {
    const Reach found = reach(entry.fields, path);
    if (found == Reach::exact) exact.push_back(owner(entry));
    if (found == Reach::ancestor) whole.push_back(owner(entry));
  }
  return exact.empty() ? whole : exact;
}

model::Value find_trie(model::Value trie, std::span<const PathStep> path) {
  for (const PathStep& step : path) trie = trie[raw_key(step)];
  return trie;
}

bool is_leaf(model::Value trie) {
  return trie.empty() || (trie.size() == 1 && trie.key_at(0) == ".");
}

std::optional<PathStep> parse_step(std::string_view trie_key) {
  if (trie_key.size() < 2 || trie_key[1] != ':') return std::nullopt;
  std::string text(trie_key.substr(2));
  switch (trie_key[0]) {
    case 'f':
      return PathStep{PathStepType::field, std::move(text)};
    case 'k':
      return PathStep{PathStepType::key, std::move(text)};
    case 'v':
      return PathStep{PathStepType::value, std::move(text)};
    case 'i':
      return PathStep{PathStepType::index, std::move(text)};
    default:
      return std::nullopt;
  }
}

std::optional<std::size_t> position_of(model::Value list, const PathStep& step) {
  if (!list.is_list() || step.type == PathStepType::field) return std::nullopt;
  if (step.type == PathStepType::index) {
    std::size_t position = 0;
    const char* end = step.text.data() + step.text.size();
    const auto read = std::from_chars(step.text.data(), end, position);
    if (read.ec != std::errc{} || read.ptr != end || position >= list.size()) return std::nullopt;
    return position;
  }
  const auto wanted = parse_text(step.text);
  if (!wanted) return std::nullopt;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value item = list.at(i);
    const bool found = step.type == PathStepType::value
                           ? model::equal(item, wanted->root())
                           : item.is_map() && has_keys(item, wanted->root());
    if (found) return i;
  }
  return std::nullopt;
}

model::Value select(model::Value parent, const PathStep& step) {
  if (step.type == PathStepType::field) return parent[step.text];
  const auto position = position_of(parent, step);
  return position ? parent.at(*position) : model::Value();
}

ListIndex::ListIndex(model::Value trie, model::Value list) : list_(list) {
  constexpr std::size_t worth_a_table = 8;
  std::optional<PathStep> first;
  for (std::size_t i = 0; i < trie.size() && !first; ++i) first = parse_step(trie.key_at(i));
  if (!first || first->type == PathStepType::index || first->type == PathStepType::field) return;
  const auto names = parse_text(first->text);
  keys_.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string& text = keys_[i];
    if (first->type == PathStepType::value) {
      model::write_json(list.at(i), text);
      continue;
    }
    text.reserve(64);  // most are shorter
    for (std::size_t k = 0; names && k < names->root().size(); ++k) {
      const std::string_view name = names->root().key_at(k);
      text += text.empty() ? '{' : ',';
      model::write_json_string(name, text);
      text += ':';
      model::write_json(list.at(i)[name], text);
    }
    text += '}';
  }
  if (list.size() < worth_a_table) return;
  positions_.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) positions_.emplace(keys_[i], i);
}

std::optional<std::size_t> ListIndex::find(const PathStep& step) const {
  if (!positions_.empty()) {
    const auto found = positions_.find(step.text);
    if (found != positions_.end()) return found->second;
  } else if (const auto found = std::find(keys_.begin(), keys_.end(), step.text);
             found != keys_.end()) {
    return static_cast<std::size_t>(found - keys_.begin());
  }
  return position_of(list_, step);
}

void walk_fields(model::Value trie, model::Value live, const FieldVisitor& visit) {
  PathSink sink(visit);
  RawPath path;
  walk_trie(trie, live, path, sink);
}

}  // namespace reconcile::diff
