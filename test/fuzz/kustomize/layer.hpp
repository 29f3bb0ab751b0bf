#pragma once

#include <map>
#include <string>
#include <vector>

#include "test/fuzz/kustomize/chooser.hpp"
#include "test/fuzz/kustomize/objects.hpp"
#include "test/fuzz/kustomize/yaml_tree.hpp"

namespace reconcile::fuzz {

/// One folder with its kustomization while it is made.
struct Layer {
  Chooser& random;
  std::map<std::string, std::string>& files;  ///< of the whole case
  std::string directory;
  Yaml file;                             ///< the kustomization
  std::vector<GeneratedObject> objects;  ///< what it holds, with those of its bases

  /// Writes a file of the folder and answers its name.
  std::string place(const std::string& name, const std::string& text);
  std::string place(const std::string& name, const Yaml& tree);
  /// The tree in plain or noisy YAML.
  std::string written(const Yaml& tree);
  /// One of the objects; an empty one where there is none.
  const GeneratedObject& any();
};

/// An entry of a kustomization, as a tree. Each is also the body of the plugin of the same purpose.
/// An empty one where the layer has nothing that it could be about.
using MakeEntry = Yaml (*)(Layer& layer);

/// patches: with a target or the patch's own.
Yaml patch_entry(Layer& layer);
Yaml json_patch_entry(Layer& layer);
/// patchesStrategicMerge: a path or the text itself.
Yaml merge_patch_entry(Layer& layer);
/// Changes to some fields of the object, with directives.
Yaml merge_patch(Chooser& random, const GeneratedObject& object);
/// A list of JSON 6902 operations on it.
Yaml json_patch(Chooser& random, const GeneratedObject& object);
/// A target or a selector: some of the identity's parts, as they are or as expressions.
Yaml selector(Chooser& random, const GeneratedObject& object);

Yaml replacement_entry(Layer& layer);
Yaml config_map_entry(Layer& layer);
Yaml secret_entry(Layer& layer);
Yaml generator_options(Chooser& random);
Yaml label_entry(Layer& layer);
Yaml image_entry(Layer& layer);
Yaml replica_entry(Layer& layer);
Yaml variable_entry(Layer& layer);
Yaml sort_options(Chooser& random);
/// What a transformer sets in the fields.
enum class FieldType { scalar, map };
/// Field specs of one transformer's configuration.
Yaml field_specs(Chooser& random, FieldType type);
/// `configurations:` file.
Yaml transformer_configuration(Chooser& random);
/// An object of kind PrefixTransformer and so on.
Yaml transformer_plugin(Layer& layer);
Yaml generator_plugin(Layer& layer);

/// Adds up to `count_max` entries of one field.
void add_entries(Layer& layer, const std::string& field, std::size_t count_max, MakeEntry make);
/// Adds a random choice of all fields but resources to the layer's kustomization.
void add_fields(Layer& layer, std::size_t percent);
/// Writes some objects into files and lists them under resources.
void add_objects(Layer& layer, std::size_t count_max);
/// Writes the kustomization itself.
void finish(Layer& layer);

}  // namespace reconcile::fuzz
