#pragma once

#include <map>
#include <span>
#include <string>

#include "test/fuzz/kustomize/chooser.hpp"
#include "test/fuzz/question.hpp"

namespace reconcile::fuzz {

/// A tree of files, and what is built of it.
struct KustomizeCase {
  std::string topic;
  std::map<std::string, std::string> files;
  std::string path;
  bool unrestricted = false;  ///< kustomizations may read files outside of their folders
  bool legacy_order = false;  ///< as the command; else the library's order
};

/// All of them. To add one: a function like those below and a row in generators.cpp.
std::span<const Generator> kustomize_generators();

/// Bases, overlays and components three deep, every field now and then.
KustomizeCase make_tree_case(Chooser& random);
/// Patches of every form over workloads.
KustomizeCase make_patches_case(Chooser& random);
/// Replacements and vars.
KustomizeCase make_replacements_case(Chooser& random);
/// Prefixes, suffixes and namespaces over objects that name each other, in layers.
KustomizeCase make_names_case(Chooser& random);
/// ConfigMaps and Secrets that are generated, merged and replaced.
KustomizeCase make_generators_case(Chooser& random);
/// Transformers, generators and validators in files of their own; configurations.
KustomizeCase make_plugins_case(Chooser& random);
/// Texts of objects: anchors, merge keys, lists, several documents, odd scalars, broken YAML.
KustomizeCase make_texts_case(Chooser& random);
/// Kustomization files that are odd: old fields, wrong types, paths that lead out, crds, openapi.
KustomizeCase make_files_tree_case(Chooser& random);

/// Names the case's oracle: what `test/peers/build kustomize-oracle` prints.
inline constexpr const char* kustomize_oracle_variable = "RECONCILE_KUSTOMIZE_ORACLE";

}  // namespace reconcile::fuzz
