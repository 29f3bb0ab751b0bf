#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/kustomize/resource.hpp"

// What error texts say of the things that were found: bounded, and without the data of Secrets.

namespace reconcile::kustomize {

class ResMap;

/// "; did you mean \"name\"?" with the candidate nearest to `wanted`; empty where none is near.
std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> candidates);

/// "Deployment/prod/web of base/web.yaml"; without the file where it is not known.
std::string describe(const Resource& object);
/// The first few of them, and how many more there are.
std::string describe_all(std::span<Resource* const> objects);
/// "; nearest: …" with objects of that name or of a name near it and of that kind; else how many
/// objects there are.
std::string describe_near(const ResMap& objects, std::string_view kind, std::string_view name);

/// How far a path leads below `root`, and what is where it ends: "spec has keys replicas, template;
/// did you mean …", "spec.replicas is 2". Steps are fields, positions, `[field=value]`.
std::string describe_way(const Node& root, std::span<const std::string> steps);

}  // namespace reconcile::kustomize
