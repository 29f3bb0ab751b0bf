#pragma once

#include <string>
#include <vector>

#include "test/fuzz/kustomize/yaml_tree.hpp"
#include "test/fuzz/random.hpp"

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
GeneratedObject any_object(Random& random);
/// One with a pod template or, seldom, a Pod.
GeneratedObject any_workload(Random& random);

/// A pod's spec that refers to objects by the names of words.hpp.
Yaml pod_spec(Random& random);
Yaml label_selector(Random& random);

/// What stands beside apiVersion, kind and metadata in an object of `kind`; implemented by
/// workloads.cpp for those with pods.
using FillObject = void (*)(Random& random, Yaml& object);
struct ObjectKind {
  std::string_view api_version;
  std::string_view kind;
  bool cluster_wide;
  FillObject fill;
};
void fill_deployment(Random& random, Yaml& object);
void fill_stateful_set(Random& random, Yaml& object);
void fill_daemon_set(Random& random, Yaml& object);
void fill_job(Random& random, Yaml& object);
void fill_cron_job(Random& random, Yaml& object);
void fill_pod(Random& random, Yaml& object);

}  // namespace reconcile::fuzz
