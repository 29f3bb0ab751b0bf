#include "renderers/kustomize/name_references.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/diagnosis.hpp"

// kustomize tries every field spec on every object against every other object. Here the specs that
// can apply are found once per kind, and candidates come from an index by previous name, so the
// cost is the number of objects and of references in them. Tests:
// test/renderers/kustomize/name_references_test.cpp.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

struct Applicable {
  const FieldSpec* spec;
  const NameReferences* target;
};

bool same_ending(const std::vector<std::string_view>& left,
                 const std::vector<std::string_view>& right) {
  const auto& shorter = left.size() <= right.size() ? left : right;
  const auto& longer = left.size() <= right.size() ? right : left;
  if (shorter.empty()) return longer.empty();
  return std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin());
}

bool affixes_equal(const Resource& left, const Resource& right, bool allow_empty) {
  const auto equal = [&](const std::vector<std::string_view>& a,
                         const std::vector<std::string_view>& b) {
    return (allow_empty && (a.empty() || b.empty())) || same_ending(a, b);
  };
  return equal(left.prefixes, right.prefixes) && equal(left.suffixes, right.suffixes);
}

bool had_gvk(const Resource& resource, const GvkView& selector) {
  for (std::size_t i = 0; i < resource.previous.size(); ++i) {
    if (resource.previous_id(i).gvk.is_selected(selector)) return true;
  }
  return false;
}

class Fixer {
 public:
  Fixer(Context& context, ResMap& objects, const TransformerConfig& config)
      : arena_(*context.arena), config_(config) {
    const std::vector<Resource*>& list = objects.list();
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::unordered_set<std::string_view> seen;
      for (const Resource::PreviousId& id : list[i]->previous) {
        if (seen.insert(id.name).second) by_previous_name_[id.name].push_back(list[i]);
      }
      by_original_namespace_[list[i]->original_id().effective_namespace()].push_back(list[i]);
    }
  }

  void fix(Resource& referrer) {
    referrer_ = &referrer;
    id_ = referrer.current_id();
    find_role_binding_namespaces();
    const std::function<void(Node&)> visit = [this](Node& field) { set(field); };
    const std::vector<Applicable>& all = applicable_to(referrer);
    if (!all.empty() && referrer.api_version().starts_with('/')) {
      throw Error(ErrorCode::invalid_input,
                  "node-referrerOriginal 'APIVersion' mismatch: " + describe(referrer) +
                      " has apiVersion " + std::string(referrer.api_version()));
    }
    for (const Applicable& applicable : all) {
      const FieldSpec& spec = *applicable.spec;
      target_ = applicable.target->gvk();
      is_role_ref_ = spec.path.ends_with("roleRef/name");
      try {
        // The spec selected the original kind; the object may have another kind by now.
        visit_path(arena_, referrer.root, spec, Creates::nothing, visit);
      } catch (Error& error) {
        error.with_context("updating name reference in '" + spec.path + "' field of '" +
                           referrer.current_id().display() + "'");
        throw;
      }
    }
  }

 private:
  const std::vector<Applicable>& applicable_to(const Resource& referrer) {
    const GvkView gvk = referrer.original_id().gvk;
    const std::string key = gvk.display();
    const auto known = applicable_.find(key);
    if (known != applicable_.end()) return known->second;
    std::vector<Applicable>& list = applicable_[key];
    for (const NameReferences& references : config_.name_references) {
      for (const FieldSpec& spec : references.referrers) {
        if (gvk.is_selected(spec.gvk())) list.push_back({&spec, &references});
      }
    }
    return list;
  }

  // A RoleBinding may name service accounts of other namespaces.
  void find_role_binding_namespaces() {
    binding_namespaces_.clear();
    if (id_.cluster_scoped || referrer_->kind() != "RoleBinding") return;
    const Node* subjects = model::find(referrer_->root, "subjects");
    if (subjects == nullptr || subjects->kind != Kind::list) return;
    for (const Node& subject : items_of(*subjects)) {
      const Node* namespace_node = model::find(subject, "namespace");
      const Node* kind = model::find(subject, "kind");
      if (namespace_node == nullptr || kind == nullptr) continue;
      if (raw_text(*kind) != "ServiceAccount") continue;
      if (namespace_node->kind != Kind::string) {
        throw Error(ErrorCode::invalid_input,
                    "Invalid Input: namespace is blank for resource \"" + id_.display() + "\"");
      }
      binding_namespaces_.emplace(raw_text(*namespace_node));
    }
  }

  [[nodiscard]] bool could_be_referenced(const Resource& candidate) const {
    if (id_.cluster_scoped) return true;
    const ResourceId id = candidate.current_id();
    if (id.cluster_scoped) return true;
    if (id.effective_namespace() == id_.effective_namespace()) return true;
    return binding_namespaces_.contains(std::string(candidate.namespace_name()));
  }

  [[nodiscard]] std::vector<Resource*> candidates_for(std::string_view old_name) const {
    const auto found = by_previous_name_.find(old_name);
    if (found == by_previous_name_.end()) return {};
    std::vector<Resource*> result;
    for (Resource* candidate : found->second) {
      if (had_gvk(*candidate, target_) && could_be_referenced(*candidate)) {
        result.push_back(candidate);
      }
    }
    return result;
  }

  [[nodiscard]] bool passes_role_ref(const Resource& candidate) const {
    if (!is_role_ref_) return true;
    const Node* group = lookup(referrer_->root, {"roleRef", "apiGroup"});
    const Node* kind = lookup(referrer_->root, {"roleRef", "kind"});
    if (group == nullptr || kind == nullptr) return true;
    return had_gvk(candidate, {raw_text(*group), {}, raw_text(*kind)});
  }

  [[nodiscard]] bool in_namespace_of_referrer(const Resource& candidate) const {
    if (id_.cluster_scoped) return true;
    const ResourceId id = candidate.current_id();
    return id.cluster_scoped || candidate.kind() == "ServiceAccount" ||
           id.effective_namespace() == id_.effective_namespace();
  }

  [[nodiscard]] Resource* select(std::vector<Resource*> candidates, bool compare_namespaces) const {
    std::erase_if(candidates, [this](const Resource* candidate) {
      return !passes_role_ref(*candidate) || !in_namespace_of_referrer(*candidate);
    });
    if (candidates.size() == 1) return candidates.front();
    const auto keep_equal_affixes = [&](bool allow_empty) {
      std::erase_if(candidates, [&](const Resource* candidate) {
        return !affixes_equal(*candidate, *referrer_, allow_empty);
      });
    };
    keep_equal_affixes(true);
    if (candidates.size() > 1) keep_equal_affixes(false);
    if (candidates.empty()) return nullptr;
    for (const Resource* candidate : candidates) {
      const Resource& first = *candidates.front();
      if (candidate->name() == first.name() &&
          (!compare_namespaces || candidate->namespace_name() == first.namespace_name())) {
        continue;
      }
      std::string ids;
      for (const Resource* each : candidates) {
        if (!ids.empty()) ids += ", ";
        ids += each->current_id().display();
      }
      throw Error(ErrorCode::invalid_input, "found multiple possible referrals: " + ids);
    }
    return candidates.front();
  }

  void set(Node& field) {
    if (field.kind == Kind::list) {
      for (Node& item : items_of(field)) {
        if (is_null(item)) continue;
        if (item.kind == Kind::list) {
          throw Error(ErrorCode::invalid_input,
                      "a list item is expected to be either a string or a map of string");
        }
        set(item);
      }
    } else if (field.kind == Kind::map) {
      set_mapping(field);
    } else if (!is_null(field)) {
      set_scalar(field);
    }
  }

  void set_scalar(Node& field) const {
    const Resource* referral = select(candidates_for(raw_text(field)), false);
    if (referral == nullptr || referral->name() == raw_text(field)) return;
    set_untagged_text(arena_, field, referral->name());
  }

  void set_mapping(Node& map) const {
    Node* name = model::find(map, "name");
    if (name == nullptr) {
      throw Error(ErrorCode::invalid_input, "path config error; no 'name' field in node");
    }
    const std::string_view old_name = raw_text(*name);
    std::vector<Resource*> candidates = candidates_for(old_name);
    if (const Node* wanted = model::find(map, "namespace"); wanted != nullptr) {
      keep_in_namespace(candidates, raw_text(*wanted));
    }
    const Resource* referral = select(std::move(candidates), true);
    if (referral == nullptr) return;
    const std::string_view new_namespace = referral->namespace_name();
    if (referral->name() == old_name && new_namespace.empty()) return;
    set_untagged_text(arena_, *name, referral->name());
    if (new_namespace.empty()) return;
    if (Node* old = model::find(map, "namespace"); old != nullptr) {
      set_untagged_text(arena_, *old, new_namespace);
    } else {
      model::set(arena_, map, "namespace", tagged_string(arena_, new_namespace));
    }
  }

  // Candidates whose original namespace is the one named, or else whose current one is. kustomize
  // asks whether any object at all came from there, not only one of that name.
  void keep_in_namespace(std::vector<Resource*>& candidates, std::string_view wanted) const {
    if (candidates.empty()) return;
    const auto group = by_original_namespace_.find(wanted);
    const bool any =
        group != by_original_namespace_.end() &&
        std::any_of(group->second.begin(), group->second.end(),
                    [this](const Resource* each) { return could_be_referenced(*each); });
    std::erase_if(candidates, [&](const Resource* candidate) {
      const ResourceId id = any ? candidate->original_id() : candidate->current_id();
      return id.effective_namespace() != wanted;
    });
  }

  Arena& arena_;
  const TransformerConfig& config_;
  std::unordered_map<std::string_view, std::vector<Resource*>> by_previous_name_;
  std::unordered_map<std::string, std::vector<Applicable>> applicable_;
  std::unordered_map<std::string_view, std::vector<Resource*>> by_original_namespace_;
  std::unordered_set<std::string> binding_namespaces_;
  Resource* referrer_ = nullptr;
  ResourceId id_;
  GvkView target_;
  bool is_role_ref_ = false;
};

}  // namespace

void fix_name_references(Context& context, ResMap& objects, const TransformerConfig& config) {
  Fixer fixer(context, objects, config);
  for (Resource* object : objects.list()) fixer.fix(*object);
}

}  // namespace reconcile::kustomize
