#pragma once

#include <string>
#include <vector>

#include "test/fuzz/kustomize/chooser.hpp"
#include "test/fuzz/kustomize/yaml_tree.hpp"

namespace reconcile::fuzz {

/// An object of a generated file.
struct GeneratedObject {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string namespace_name;  ///< empty: none is written
  Yaml tree;

  /// Without the version: "" for the core.
  std::string group() const;
  std::string version() const;
};

/// An object of any kind; now and then with odd labels, annotations and fields.
GeneratedObject any_object(Chooser& random);
/// One with a pod template or, seldom, a Pod.
GeneratedObject any_workload(Chooser& random);

/// A pod's spec that refers to objects by the names of words.hpp.
Yaml pod_spec(Chooser& random);
Yaml label_selector(Chooser& random);

/// What stands beside apiVersion, kind and metadata in an object of `kind`; implemented by
/// workloads.cpp for those with pods.
using FillObject = void (*)(Chooser& random, Yaml& object);
struct ObjectKind {
  std::string_view api_version;
  std::string_view kind;
  bool cluster_wide;
  FillObject fill;
};
void fill_deployment(Chooser& random, Yaml& object);
void fill_stateful_set(Chooser& random, Yaml& object);
void fill_daemon_set(Chooser& random, Yaml& object);
void fill_job(Chooser& random, Yaml& object);
void fill_cron_job(Chooser& random, Yaml& object);
void fill_pod(Chooser& random, Yaml& object);

}  // namespace reconcile::fuzz
