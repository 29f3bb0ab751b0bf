#include "renderers/kustomize/hidden_annotations.hpp"

#include <functional>

#include "renderers/kustomize/origin_text.hpp"

namespace reconcile::kustomize {

namespace {

template <class Parts, class Text>
std::string joined(const Parts& parts, const Text& text_of) {
  std::string text;
  for (const auto& part : parts) {
    const std::string_view one = text_of(part);
    if (one.empty()) continue;
    text += text.empty() ? "" : ",";
    text += one;
  }
  return text;
}

}  // namespace

void show_hidden_annotations(Arena& arena, const Resource& owner, Node& annotations) {
  const auto show = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) model::set(arena, annotations, key, tagged_string(arena, text));
  };
  const auto show_internal = [&](std::string_view key, std::string_view text) {
    show("internal.config.kubernetes.io/" + std::string(key), text);
  };
  using Id = Resource::PreviousId;
  const auto part_of = [](std::string_view Id::*part) {
    return [part](const Id& id) { return id.*part; };
  };
  show_internal("previousNames", joined(owner.previous, part_of(&Id::name)));
  show_internal("previousNamespaces", joined(owner.previous, part_of(&Id::namespace_name)));
  show_internal("previousKinds", joined(owner.previous, part_of(&Id::kind)));
  show_internal("prefixes", joined(owner.prefixes, std::identity()));
  show_internal("suffixes", joined(owner.suffixes, std::identity()));
  if (owner.is_generated) show_internal("generatorBehavior", to_string(owner.behavior));
  if (owner.needs_hash) show_internal("needsHashSuffix", "enabled");
  if (owner.origin.has_value()) show("config.kubernetes.io/origin", origin_text(*owner.origin));
  if (owner.transformations.empty()) return;
  show("alpha.config.kubernetes.io/transformations", transformations_text(owner.transformations));
}

}  // namespace reconcile::kustomize
