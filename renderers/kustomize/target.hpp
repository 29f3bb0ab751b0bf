#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "renderers/kustomize/accumulator.hpp"
#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/loader.hpp"

namespace reconcile::kustomize {

/// One kustomization directory while it is built: reads its file and runs its fields in kustomize's
/// order, sub-directories first.
class Target {
 public:
  /// `loader` must outlive the target.
  Target(Context& context, const Loader& loader) : context_(context), loader_(loader) {}

  /// Reads the file. Throws Error(not_found) where the directory has none, Error(invalid_input)
  /// where it has several or one that breaks the format. `replacement` is read in place of the
  /// file.
  void load(const std::optional<std::string>& replacement = std::nullopt);
  [[nodiscard]] model::Value file() const { return file_.root(); }
  [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }

  /// Runs everything but the steps of the top: objects, configuration and variables of this
  /// directory and all below. `accumulator` holds what a component works on.
  void accumulate(Accumulator& accumulator);

  [[nodiscard]] Context& context() const noexcept { return context_; }
  [[nodiscard]] const Loader& loader() const noexcept { return loader_; }
  /// Origin of this directory; only meaningful where the build tracks origins.
  Origin origin;
  /// Namespace that charts inherit from the kustomizations above.
  std::string inherited_helm_namespace;

 private:
  void check_file() const;
  [[nodiscard]] std::string shown_file() const;
  void run_fields(Accumulator& accumulator);
  void warn_of_deprecated_fields();
  void read_ahead(const std::vector<std::string>& paths);
  ObjectText take_text(const std::string& path);
  void accumulate_resources(Accumulator& accumulator, const std::vector<std::string>& paths);
  void accumulate_resource(Accumulator& accumulator, const std::string& path);
  void accumulate_objects(Accumulator& accumulator, const std::string& path,
                          std::string_view content);
  void accumulate_objects(Accumulator& accumulator, const std::string& path, ObjectText text);
  void accumulate_remote(Accumulator& accumulator, const std::string& path);
  void accumulate_directory(Accumulator& accumulator, const std::string& path, bool is_component);
  void accumulate_target(Accumulator& accumulator, const std::string& path, const Loader& inner,
                         bool is_component);
  void accumulate_components(Accumulator& accumulator);
  void merge_configurations(Accumulator& accumulator);
  void run_generators(Accumulator& accumulator);
  /// Takes an object that a generator made, and who made it.
  using Absorb = std::function<void(Resource*, const Origin&)>;
  void run_helm_charts(const Absorb& absorb);
  void run_transformers(Accumulator& accumulator);
  void run_validators(Accumulator& accumulator);
  std::vector<Resource*> plugin_configurations(std::string_view field);
  [[nodiscard]] Origin builtin_origin(std::string_view plugin) const;

  Context& context_;
  const Loader& loader_;
  model::Document file_;
  // A file of `resources` that is being read, or why it could not be loaded.
  struct ReadText {
    std::optional<ObjectText> text;
    std::exception_ptr error;
  };
  std::map<std::string, ReadText> texts_;
  std::string file_name_;
};

/// The strings of a list.
std::vector<std::string> strings_of(model::Value list);

}  // namespace reconcile::kustomize
