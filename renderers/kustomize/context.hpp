#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/kustomize/loader.hpp"
#include "renderers/kustomize/resource.hpp"
#include "renderers/kustomize/work_ahead.hpp"

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
  /// The last number given to scalars that share a node (shared_scalars.hpp).
  std::uint32_t shares = 0;

  /// The last member: what its threads work on is above.
  WorkAhead ahead;

  /// A new object that the build owns. Throws Error(limit_exceeded) beyond the bound.
  Resource& add(Node root);
  Resource& add_copy(const Resource& resource);
};

/// A stream of objects that is read ahead of the time when they are taken.
class ObjectText {
 public:
  ObjectText(Context& context, std::string text);

  /// The objects as kustomize reads resource files: documents split at lines that start with "---",
  /// lists inlined, empty documents left out. Throws Error(invalid_input) where a document is
  /// malformed or no object with kind and name. To be called once.
  std::vector<Resource*> take_objects();

 private:
  // Held by whoever reads a part of it, too.
  struct Documents {
    std::vector<std::string_view> texts;
    std::vector<Node> nodes;
  };
  /// An object and its document's text, which is empty for an item of a list.
  struct Found {
    Node node;
    std::string_view text;
  };
  std::vector<Found> take_nodes();

  Context& context_;
  std::shared_ptr<Documents> documents_ = std::make_shared<Documents>();
  std::vector<std::shared_ptr<WorkAhead::Piece>> parts_;
  std::exception_ptr error_;
};

/// The objects of a text that is read at once.
std::vector<Resource*> read_objects(Context& context, std::string text);

/// Throws Error(invalid_input) "missing …" where the object has no kind or, unless it is a list, no
/// name.
void check_metadata(const Node& root);

/// Takes over what hidden annotations in the tree of an object, or of a patch to it, say.
void read_hidden_annotations(Resource& resource, const Node& root);

/// The documents of a stream. Throws Error(invalid_input) "invalid document separator: …".
std::vector<std::string_view> split_documents(std::string_view text);

/// Parses one document in the v3 dialect and makes its nodes editable; they live as long as
/// `arena`.
Node parse_editable(Arena& arena, std::string_view text);

}  // namespace reconcile::kustomize
