#pragma once

#include <string>

#include "test/fuzz/kustomize/chooser.hpp"
#include "test/fuzz/kustomize/yaml_tree.hpp"

namespace reconcile::fuzz {

// Words that meet each other: from few, so that references, selectors and patches hit.

/// A name of an object.
std::string object_name(Chooser& random);
std::string namespace_name(Chooser& random);
std::string label_key(Chooser& random);
std::string label_value(Chooser& random);
std::string image_name(Chooser& random);
/// An image with or without registry, tag and digest.
std::string image(Chooser& random);
/// A text of every quoting class; some hold `$(VAR)`.
std::string any_text(Chooser& random);
/// A scalar in every form that YAML has for one.
Yaml any_scalar(Chooser& random);
/// A tree of those, a few levels deep.
Yaml any_tree(Chooser& random, std::size_t depth_max);
/// `{key: value}`, zero to three of them; `texts_only` where other values than texts are refused.
Yaml label_map(Chooser& random, bool texts_only = true);

}  // namespace reconcile::fuzz
