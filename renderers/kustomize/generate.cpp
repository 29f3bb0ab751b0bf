#include "reconcile/kustomize/generate.hpp"

#include <algorithm>
#include <cctype>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/renderers/read_set.hpp"
#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/decode.hpp"

// Behaviour of fluxcd/pkg kustomize v1.35.4 (Flux 2.9.4), kustomize_generator.go.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::FileTree;
using model::FileType;
using model::Value;
using renderers::ReadSetKind;

namespace {

constexpr const char* file_names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
constexpr std::size_t depth_max = 100;
constexpr const char* placeholder_namespace = "_placeholder";

bool is_regular_file(const FileTree& tree, const std::string& path) {
  const auto info = tree.stat(path);
  return info.has_value() && info->type == FileType::regular;
}

// A directory of that name is no file either, but it is there.
void record_absent(const FileTree& tree, const std::string& path, renderers::ReadSet& read_set) {
  if (!tree.stat(path).has_value()) read_set.insert({ReadSetKind::absent, path, {}});
}

// Lists the YAML files below a directory in the order Go's filepath.Walk visits them.
class Scan {
 public:
  Scan(const FileTree& tree, std::string base, renderers::ReadSet& read_set)
      : tree_(tree), base_(std::move(base)), read_set_(read_set) {}

  std::vector<std::string> run() {
    directory(base_, 0);
    return std::move(resources_);
  }

 private:
  void directory(const std::string& path, std::size_t depth) {
    if (depth > depth_max) {
      throw Error(ErrorCode::limit_exceeded, "directories are nested more than " +
                                                 std::to_string(depth_max) + " deep at " + path);
    }
    const std::vector<model::DirectoryEntry> entries = tree_.list(path);
    record_listing(path, entries);
    for (const model::DirectoryEntry& entry : entries) {
      const std::string inner = path.empty() ? entry.name : path + "/" + entry.name;
      if (entry.type != FileType::directory) {
        file(inner);
      } else if (has_kustomization(inner)) {
        resources_.push_back(relative(inner));
      } else {
        directory(inner, depth + 1);
      }
    }
  }

  bool has_kustomization(const std::string& path) {
    for (const char* name : file_names) {
      const std::string file = path + "/" + name;
      if (is_regular_file(tree_, file)) {
        read_set_.insert({ReadSetKind::file, file, tree_.blob(file)});
        return true;
      }
      record_absent(tree_, file, read_set_);
    }
    return false;
  }

  void file(const std::string& path) {
    if (!path.ends_with(".yaml") && !path.ends_with(".yml")) return;
    read_set_.insert({ReadSetKind::file, path, tree_.blob(path)});
    try {
      BuildRequest request;
      Context context(request);
      (void)read_objects(context, tree_.read(path));
    } catch (Error& error) {
      error.in_file(path, error.position());
      error.with_context("failed to decode Kubernetes YAML");
      throw;
    }
    resources_.push_back(relative(path));
  }

  [[nodiscard]] std::string relative(const std::string& path) const {
    return "./" + (base_.empty() ? path : path.substr(base_.size() + 1));
  }

  void record_listing(const std::string& path, const std::vector<model::DirectoryEntry>& entries) {
    read_set_.insert({ReadSetKind::directory, path, renderers::directory_blob(entries)});
  }

  const FileTree& tree_;
  std::string base_;
  renderers::ReadSet& read_set_;
  std::vector<std::string> resources_;
};

// A kustomization while fields are written into it.
class File {
 public:
  explicit File(const model::Document& decoded) : root_(model::copy_node(arena_, decoded.root())) {
    if (root_.kind != Kind::map) root_ = model::make_map();
    // Go's encoder leaves out what is empty.
    std::vector<std::string> empty;
    for (const Entry& entry : entries_of(root_)) {
      const bool blank = entry.value.kind == Kind::string && entry.value.size == 0;
      if (is_nil_or_empty(&entry.value) || blank) empty.emplace_back(entry.name());
    }
    for (const std::string& name : empty) model::erase(root_, name);
    set_if_missing("apiVersion", "kustomize.config.k8s.io/v1beta1");
    set_if_missing("kind", "Kustomization");
  }

  void set(std::string_view field, std::string_view text) {
    if (!text.empty()) model::set(arena_, root_, field, model::make_string(arena_, text));
  }
  void set_strings(std::string_view field, const std::vector<std::string>& texts) {
    model::erase(root_, field);
    for (const std::string& text : texts) append(field, model::make_string(arena_, text));
  }
  void append(std::string_view field, const Node& item) {
    Node* list = model::find(root_, field);
    if (list == nullptr) list = &model::set(arena_, root_, field, model::make_list());
    model::append(arena_, *list, item);
  }
  [[nodiscard]] bool has(std::string_view field) const {
    return model::find(root_, field) != nullptr;
  }
  void add_patch(Value patch) {
    Node item = model::make_map();
    set_text(item, "patch", patch["patch"]);
    if (patch["target"].is_map()) {
      model::set(arena_, item, "target", model::copy_node(arena_, patch["target"]));
    }
    append("patches", item);
  }
  void add_image(Value image) {
    Node* images = model::find(root_, "images");
    if (images != nullptr) {
      for (Node& present : items_of(*images)) {
        const Node* name = model::find(present, "name");
        if (name == nullptr || raw_text(*name) != image["name"].text()) continue;
        update_image(present, image);
        return;
      }
    }
    Node item = model::make_map();
    for (const char* field : {"name", "newName", "newTag", "digest"}) {
      set_text(item, field, image[field]);
    }
    append("images", item);
  }
  [[nodiscard]] std::string text() const { return model::write_yaml(Value(&root_)); }

 private:
  void set_if_missing(std::string_view field, std::string_view text) {
    if (!has(field)) set(field, text);
  }
  void set_text(Node& map, std::string_view field, Value value) {
    if (!value.text().empty()) {
      model::set(arena_, map, field, model::make_string(arena_, value.text()));
    }
  }
  // Tag and digest choose the version together: setting one clears the other.
  void update_image(Node& present, Value image) {
    set_text(present, "newName", image["newName"]);
    if (image["newTag"].text().empty() && image["digest"].text().empty()) return;
    model::erase(present, "newTag");
    model::erase(present, "digest");
    set_text(present, "newTag", image["newTag"]);
    set_text(present, "digest", image["digest"]);
  }

  model::Arena arena_;
  Node root_;
};

// As IsLocalRelativePath of fluxcd/pkg kustomize 1.35.4.
bool is_local_and_relative(std::string_view path) {
  std::string small(path);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view prefix :
       {"git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"}) {
    if (small.size() > prefix.size() && small.starts_with(prefix)) return false;
  }
  return !small.starts_with('/') && !small.starts_with("file:///");
}

void add_components(const FileTree& tree, const std::string& path, const FluxOverrides& overrides,
                    GeneratedKustomization& result, File& file) {
  for (std::size_t i = 0; i < overrides.components.size(); ++i) {
    const std::string component(overrides.components.at(i).text());
    if (!is_local_and_relative(component)) {
      throw Error(ErrorCode::invalid_input,
                  "component path '" + component + "' must be local and relative");
    }
    const std::string directory = model::join_path(path, component);
    if (overrides.ignore_missing_components && !tree.stat(directory).has_value()) {
      result.read_set.insert({ReadSetKind::absent, directory, {}});
      continue;
    }
    const Node text = model::make_string_view(overrides.components.at(i).text());
    file.append("components", text);
  }
}

model::Document read_or_generate(const FileTree& tree, const std::string& path,
                                 GeneratedKustomization& result) {
  for (const char* name : file_names) {
    const std::string file = model::join_path(path, name);
    if (!is_regular_file(tree, file)) {
      record_absent(tree, file, result.read_set);
      continue;
    }
    result.read_set.insert({ReadSetKind::file, file, tree.blob(file)});
    const std::string text = tree.read(file);
    try {
      // Flux drops unknown fields here; a misspelt one must not apply something else in silence.
      return decode(model::parse_yaml(text), kustomization_shape(), true);
    } catch (DecodeError& error) {
      error.in_file(file, {error.line, 0});
      throw;
    } catch (Error& error) {
      error.in_file(file, error.position());
      throw;
    }
  }
  result.generated = true;
  auto arena = std::make_shared<model::Arena>();
  Node* root = arena->new_node();
  *root = model::make_map();
  Node resources = model::make_list();
  for (const std::string& resource : Scan(tree, path, result.read_set).run()) {
    model::append(*arena, resources, model::make_string(*arena, resource));
  }
  if (resources.size == 0) {
    model::set(*arena, *root, "namespace", model::make_string_view(placeholder_namespace));
  } else {
    model::set(*arena, *root, "resources", resources);
  }
  return {arena, Value(root)};
}

}  // namespace

FluxOverrides FluxOverrides::from_spec(Value spec) {
  FluxOverrides overrides;
  overrides.target_namespace = spec["targetNamespace"].text();
  overrides.name_prefix = spec["namePrefix"].text();
  overrides.name_suffix = spec["nameSuffix"].text();
  overrides.patches = spec["patches"];
  overrides.images = spec["images"];
  overrides.components = spec["components"];
  overrides.build_metadata = spec["buildMetadata"];
  overrides.ignore_missing_components = spec["ignoreMissingComponents"].boolean().value_or(false);
  return overrides;
}

GeneratedKustomization generate_kustomization(const FileTree& tree, const std::string& path,
                                              const FluxOverrides& overrides) {
  const std::string directory = model::normalise_path(path);
  const auto info = tree.stat(directory);
  if (!info.has_value() || info->type != FileType::directory) {
    throw Error(ErrorCode::not_found,
                "kustomization path not found: '" + path + "' is no directory");
  }
  GeneratedKustomization result;
  File file(read_or_generate(tree, directory, result));
  if (!result.generated && !file.has("resources")) {
    file.set_strings("buildMetadata", {"originAnnotations"});
  }
  file.set("namespace", overrides.target_namespace);
  file.set("namePrefix", overrides.name_prefix);
  file.set("nameSuffix", overrides.name_suffix);
  for (std::size_t i = 0; i < overrides.patches.size(); ++i) {
    file.add_patch(overrides.patches.at(i));
  }
  add_components(tree, directory, overrides, result, file);
  for (std::size_t i = 0; i < overrides.images.size(); ++i) {
    file.add_image(overrides.images.at(i));
  }
  std::vector<std::string> metadata;
  for (std::size_t i = 0; i < overrides.build_metadata.size(); ++i) {
    metadata.emplace_back(overrides.build_metadata.at(i).text());
  }
  if (!metadata.empty()) file.set_strings("buildMetadata", metadata);
  result.text = file.text();
  return result;
}

}  // namespace reconcile::kustomize
