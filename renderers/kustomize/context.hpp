#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/kustomize/loader.hpp"
#include "renderers/kustomize/resource.hpp"

namespace reconcile::kustomize {

class MergeSchema;

/// What belongs to one build: memory of all objects, warnings, the schema in force.
struct Context {
  explicit Context(const BuildRequest& build_request);
  ~Context();

  const BuildRequest& request;
  ReadState reads;
  std::shared_ptr<Arena> arena;
  std::deque<Resource> resources;  ///< owner of all objects; pointers stay valid
  std::vector<std::string> warnings;
  /// From `openapi.path`; the first one that is read holds for the whole build. Null: built in.
  std::shared_ptr<const MergeSchema> schema;
  bool schema_is_set = false;
  /// Whether origins are recorded (the top kustomization has buildMetadata).
  bool tracks_origins = false;

  /// A new object that the build owns. Throws Error(limit_exceeded) beyond the bound.
  Resource& add(Node root);
  Resource& add_copy(const Resource& resource);
};

/// Reads a stream of objects as kustomize reads resource files: documents split at lines that start
/// with "---", lists inlined, empty documents left out. Throws Error(invalid_input) where a
/// document is malformed or no object with kind and name.
std::vector<Resource*> read_objects(Context& context, std::string text);

/// The documents of a stream. Throws Error(invalid_input) "invalid document separator: …".
std::vector<std::string_view> split_documents(std::string_view text);

/// Parses one document in the v3 dialect and makes its nodes editable; they live as long as
/// `arena`.
Node parse_editable(Arena& arena, std::string_view text);

}  // namespace reconcile::kustomize
