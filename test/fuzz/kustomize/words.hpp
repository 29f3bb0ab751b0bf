#pragma once

#include <string>

#include "test/fuzz/kustomize/yaml_tree.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

// Words that meet each other: from few, so that references, selectors and patches hit.

/// A name of an object.
std::string object_name(Random& random);
std::string namespace_name(Random& random);
std::string label_key(Random& random);
std::string label_value(Random& random);
std::string image_name(Random& random);
/// An image with or without registry, tag and digest.
std::string image(Random& random);
/// A text of every quoting class; some hold `$(VAR)`.
std::string any_text(Random& random);
/// A scalar in every form that YAML has for one.
Yaml any_scalar(Random& random);
/// A tree of those, a few levels deep.
Yaml any_tree(Random& random, std::size_t depth_max);
/// `{key: value}`, zero to three of them; `texts_only` where other values than texts are refused.
Yaml label_map(Random& random, bool texts_only = true);

}  // namespace reconcile::fuzz
