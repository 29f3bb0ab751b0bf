#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reconcile/model/regex.hpp"
#include "reconcile/model/value.hpp"
#include "renderers/kustomize/resource.hpp"

namespace reconcile::kustomize {

/// Selects objects: every non-empty text is a regular expression that must match whole.
struct Selector {
  std::string group;
  std::string version;
  std::string kind;
  std::string name;
  std::string namespace_name;
  std::string annotation_selector;
  std::string label_selector;

  /// From a map with kustomize's field names; absent makes one that selects everything.
  static Selector from(model::Value value);
};

/// Whether `pairs` (of labels or annotations) match a Kubernetes label selector; empty matches all.
/// Throws Error(invalid_input) where the selector does not parse.
bool matches_label_selector(
    std::string_view selector,
    const std::vector<std::pair<std::string_view, std::string_view>>& pairs);

/// An expression that must match whole, as selectors have them; an empty one matches everything.
/// Most are plain names, which need no machine.
class WholePattern {
 public:
  /// Throws Error(invalid_input) "error parsing regexp: …".
  explicit WholePattern(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] bool is_empty() const noexcept { return text_.empty(); }
  /// The one text that matches; empty where several may.
  [[nodiscard]] std::string_view only_match() const noexcept {
    return regex_ == nullptr ? std::string_view(text_) : std::string_view();
  }

 private:
  std::string text_;
  std::shared_ptr<const model::Regex> regex_;  ///< null for a plain text
};

/// The objects of one accumulation in order, with indexes by id that are made when first asked for
/// and dropped when ids change, so that no step compares every object with every other.
class ResMap {
 public:
  /// Appends. Throws Error(invalid_input) where the current id is already there.
  void append(Resource* resource);
  void append_all(const ResMap& other);
  /// Appends what a generator made, or merges it into the object of that id as its behavior says.
  void absorb(Arena& arena, Resource* resource);

  [[nodiscard]] const std::vector<Resource*>& list() const noexcept { return list_; }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  void replace_list(std::vector<Resource*> list);
  /// To be called by whoever may have left an object null or empty.
  void object_emptied() noexcept { has_empties_ = true; }
  /// Removes objects that became null or empty.
  void drop_empties();
  /// To be called by whoever changes a name, namespace, kind or the list of previous ids.
  void ids_changed();

  /// The objects that have `name` in their current or a previous id, in order.
  [[nodiscard]] std::vector<Resource*> with_any_name(std::string_view name) const;
  /// The objects that may have a name that `pattern` matches, in order.
  [[nodiscard]] std::vector<Resource*> candidates(const WholePattern& pattern) const;
  /// The objects with an id, current or previous, equal to `id`.
  [[nodiscard]] std::vector<Resource*> with_any_id(const ResourceId& id) const;
  /// The one object with an id equal to `id`. Throws Error(not_found) "no matches for Id …" or
  /// Error(invalid_input) "multiple matches for Id …".
  [[nodiscard]] Resource& by_id(const ResourceId& id) const;
  /// Objects that `selector` selects, by original or current name and namespace.
  [[nodiscard]] std::vector<Resource*> select(const Selector& selector) const;
  /// Throws Error(invalid_input) naming two objects that have the same current id.
  void check_unique_ids(std::string_view what) const;

 private:
  struct IdHash {
    std::size_t operator()(const ResourceId& id) const noexcept;
  };
  struct IdEqual {
    bool operator()(const ResourceId& a, const ResourceId& b) const noexcept { return a.equals(b); }
  };
  void make_names() const;
  void add_names(std::size_t position) const;

  std::vector<Resource*> list_;
  mutable std::unordered_set<ResourceId, IdHash, IdEqual> current_ids_;
  mutable bool current_ids_valid_ = true;
  mutable std::unordered_map<std::string_view, std::vector<std::size_t>> names_;
  mutable bool names_valid_ = false;
  bool has_empties_ = false;
};

}  // namespace reconcile::kustomize
