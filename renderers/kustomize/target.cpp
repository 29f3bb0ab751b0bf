#include "renderers/kustomize/target.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/decode.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/merge_schema.hpp"
#include "renderers/kustomize/pipeline.hpp"
#include "renderers/kustomize/plugins.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

constexpr const char* file_names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};

// Whether the file says nothing beside its type.
bool is_empty_file(Value root) {
  for (std::size_t i = 0; i < root.size(); ++i) {
    const std::string_view key = root.key_at(i);
    const Value value = root.value_at(i);
    if (key == "apiVersion" || key == "kind" || value.is_null()) continue;
    if (value.is_string() && value.text().empty()) continue;
    if ((key == "bases" || key == "imageTags") && value.empty()) continue;
    return false;
  }
  return true;
}

std::string kind_of(Value file) {
  const std::string_view kind = file["kind"].text();
  return kind.empty() ? "Kustomization" : std::string(kind);
}

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \n");
  if (end == std::string_view::npos) return {};
  const std::size_t before = text.rfind('\n', end);
  const std::string_view line = text.substr(0, end + 1).substr(before + 1);
  const std::size_t begin = line.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

// A block at the end of an object that keeps its last breaks gets one more when it is written with
// a comment below it: kustomize 5.8.2 reads what it has written so.
void keep_break_before_comment(Arena& arena, Resource& object) {
  const std::string_view line = last_line(object.document);
  if (!line.starts_with('#')) return;
  Node* last = &object.root;
  while (!is_scalar(*last) && last->size > 0) {
    last = last->kind == Kind::list ? &last->items[last->size - 1]
                                    : &last->entries[last->size - 1].value;
  }
  if (last->kind != Kind::string || !is_quoted(last->style)) return;
  const std::string_view text{last->text, last->size};
  if (!text.ends_with("\n\n") || last_line(text) == line) return;
  const Style style = last->style;
  *last = model::make_string(arena, std::string(text) + "\n");
  last->style = style;
}

}  // namespace

std::vector<std::string> strings_of(Value list) {
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < list.size(); ++i) strings.emplace_back(list.at(i).text());
  return strings;
}

void Target::load(const std::optional<std::string>& replacement) {
  std::optional<std::string> content = replacement;
  file_name_ = file_names[0];
  if (!content.has_value()) {
    for (const char* name : file_names) {
      std::optional<std::string> found = loader_.load_if_present(name);
      if (!found.has_value()) continue;
      if (content.has_value()) {
        throw Error(ErrorCode::invalid_input,
                    "Found multiple kustomization files under: " + loader_.display(loader_.root()));
      }
      content = std::move(found);
      file_name_ = name;
    }
  }
  if (!content.has_value()) {
    throw Error(ErrorCode::not_found,
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
                "'Kustomization' in directory '" +
                    loader_.display(loader_.root()) + "'");
  }
  try {
    file_ = decode(model::parse_yaml(*content), kustomization_shape(), true);
  } catch (DecodeError& error) {
    error.in_file(shown_file(), {error.line, 0});
    error.with_context("invalid Kustomization");
    throw;
  } catch (Error& error) {
    error.in_file(shown_file(), error.position());
    error.with_context("invalid Kustomization");
    throw;
  }
  warn_of_deprecated_fields();
  check_file();
}

std::string Target::shown_file() const {
  return loader_.display(model::join_path(loader_.root(), file_name_));
}

void Target::check_file() const {
  if (is_empty_file(file_.root())) {
    throw Error(ErrorCode::invalid_input, "kustomization.yaml is empty").in_file(shown_file());
  }
  const std::string kind = kind_of(file());
  const std::string_view version = file()["apiVersion"].text();
  const std::string expected =
      kind == "Component" ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
  std::string problem;
  if (kind != "Kustomization" && kind != "Component") {
    problem = "kind should be Kustomization or Component, found " + kind;
  } else if (!version.empty() && version != expected) {
    problem =
        "apiVersion for " + kind + " should be " + expected + ", found " + std::string(version);
  }
  if (problem.empty()) return;
  throw Error(ErrorCode::invalid_input, "Failed to read kustomization file under " +
                                            loader_.display(loader_.root()) + ": " + problem);
}

void Target::warn_of_deprecated_fields() {
  struct Deprecated {
    const char* field;
    const char* instead;
    const char* tag;
  };
  constexpr Deprecated fields[] = {{"bases", "resources", ""},
                                   {"commonLabels", "labels", ""},
                                   {"imageTags", "images", ""},
                                   {"patchesJson6902", "patches", ""},
                                   {"patchesStrategicMerge", "patches", ""},
                                   {"vars", "replacements", "[EXPERIMENTAL] "}};
  for (const Deprecated& deprecated : fields) {
    const Value value = file()[deprecated.field];
    if (value.is_null()) continue;
    context_.warnings.push_back(std::string("# Warning: '") + deprecated.field +
                                "' is deprecated. Please use '" + deprecated.instead +
                                "' instead. " + deprecated.tag +
                                "Run 'kustomize edit fix' to update your Kustomization "
                                "automatically.");
  }
}

void Target::accumulate(Accumulator& accumulator) {
  try {
    run_fields(accumulator);
  } catch (Error& error) {
    if (!error.file().has_value()) error.in_file(shown_file());
    throw;
  }
}

void Target::run_fields(Accumulator& accumulator) {
  std::vector<std::string> resources = strings_of(file()["resources"]);
  for (std::string& base : strings_of(file()["bases"])) resources.push_back(std::move(base));
  accumulate_resources(accumulator, resources);
  merge_configurations(accumulator);
  run_generators(accumulator);
  accumulate_components(accumulator);
  run_transformers(accumulator);
  run_validators(accumulator);
  std::vector<Variable> variables;
  const Value list = file()["vars"];
  for (std::size_t i = 0; i < list.size(); ++i) variables.push_back(Variable::from(list.at(i)));
  accumulator.merge_variables(variables);
}

// All files of the list are loaded before the first one is needed, so that threads read them. What
// fails is told when its turn comes.
void Target::read_ahead(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path.empty() || path.find("://") != std::string::npos) continue;
    const auto [place, is_new] = texts_.try_emplace(path);
    if (!is_new) continue;
    try {
      place->second.text.emplace(context_, loader_.load(path));
    } catch (const Error&) {
      place->second.error = std::current_exception();
    }
  }
}

ObjectText Target::take_text(const std::string& path) {
  const auto found = texts_.find(path);
  if (found == texts_.end()) return {context_, loader_.load(path)};
  ReadText read = std::move(found->second);
  texts_.erase(found);
  if (read.error) std::rethrow_exception(read.error);
  return std::move(*read.text);
}

void Target::accumulate_resources(Accumulator& accumulator, const std::vector<std::string>& paths) {
  if (!context_.ahead.is_alone()) read_ahead(paths);
  for (const std::string& path : paths) {
    try {
      accumulate_resource(accumulator, path);
    } catch (Error& error) {
      error.with_context("accumulating resources from '" + without_credentials(path) + "'");
      throw;
    }
  }
}

// A path is tried as a file first, which most are.
void Target::accumulate_resource(Accumulator& accumulator, const std::string& path) {
  if (is_web_address(path)) {
    accumulate_remote(accumulator, path);
    return;
  }
  std::optional<ObjectText> text;
  try {
    text.emplace(take_text(path));
  } catch (const Error& error) {
    const bool may_be_directory =
        error.code() == ErrorCode::not_found || error.code() == ErrorCode::outside_root;
    if (path.empty() || !may_be_directory) throw;
    if (!RepositoryAddress::parse(path).has_value() && !loader_.is_directory(path)) throw;
    accumulate_directory(accumulator, path, false);
    return;
  }
  accumulate_objects(accumulator, path, *text);
}

// What is no file of objects, or cannot be had as a page, may be a repository: where it is none
// either, the file's error tells more.
void Target::accumulate_remote(Accumulator& accumulator, const std::string& path) {
  std::optional<Error> of_file;
  try {
    accumulate_objects(accumulator, path, loader_.load(path));
    return;
  } catch (const HttpStatusError&) {
    throw;
  } catch (const Error& error) {
    if (context_.request.remote == nullptr || !RepositoryAddress::parse(path)) throw;
    of_file = error;
  }
  std::optional<Loader> inner;
  try {
    inner.emplace(loader_.enter(path));
  } catch (Error& error) {
    if (of_file->code() == ErrorCode::invalid_input) throw *of_file;
    error.with_context("not a file (" + of_file->message() + ") and not a repository");
    throw;
  }
  accumulate_target(accumulator, path, *inner, false);
}

void Target::accumulate_objects(Accumulator& accumulator, const std::string& path,
                                std::string_view content) {
  accumulate_objects(accumulator, path, ObjectText(context_, std::string(content)));
}

void Target::accumulate_objects(Accumulator& accumulator, const std::string& path,
                                ObjectText text) {
  std::vector<Resource*> objects;
  try {
    objects = text.take_objects();
  } catch (Error& error) {
    if (!error.file().has_value()) error.in_file(loader_.shown(path), error.position());
    throw;
  }
  const std::string_view file = context_.arena->copy(loader_.shown(path));
  for (Resource* object : objects) {
    object->file = file;
    keep_break_before_comment(*context_.arena, *object);
    if (context_.tracks_origins) {
      object->origin = origin.append(path);
      lookup_or_create_map(*context_.arena, object->root, {"metadata", "annotations"});
    }
    accumulator.objects.append(object);
  }
}

void Target::accumulate_directory(Accumulator& accumulator, const std::string& path,
                                  bool is_component) {
  accumulate_target(accumulator, path, loader_.enter(path), is_component);
}

void Target::accumulate_target(Accumulator& accumulator, const std::string& path,
                               const Loader& inner, bool is_component) {
  Target target(context_, inner);
  target.load();
  target.origin = context_.tracks_origins ? origin.append(path) : origin;
  const std::string_view own_namespace = file()["namespace"].text();
  target.inherited_helm_namespace =
      own_namespace.empty() ? inherited_helm_namespace : std::string(own_namespace);
  set_schema(context_, target);
  const std::string kind = kind_of(target.file());
  const bool is_of_kind_component = kind == "Component";
  if (is_component != is_of_kind_component) {
    throw Error(ErrorCode::invalid_input, is_component ? "expected kind 'Component' for path '" +
                                                             inner.display(inner.root()) +
                                                             "' but got '" + kind + "'"
                                                       : "expected kind != 'Component' for path '" +
                                                             inner.display(inner.root()) + "'");
  }
  try {
    Accumulator own;
    if (is_component) {
      // It works on what is there; all of that is then merged into an empty accumulator.
      own = std::move(accumulator);
      accumulator = Accumulator();
    }
    target.accumulate(own);
    accumulator.merge(std::move(own));
  } catch (Error& error) {
    error.with_context("recursed accumulation of path '" + inner.display(inner.root()) + "'");
    throw;
  }
}

void Target::accumulate_components(Accumulator& accumulator) {
  for (const std::string& path : strings_of(file()["components"])) {
    try {
      accumulate_directory(accumulator, path, true);
    } catch (Error& error) {
      error.with_context("accumulating components from '" + without_credentials(path) + "'");
      throw;
    }
  }
}

void Target::merge_configurations(Accumulator& accumulator) {
  TransformerConfigPointer own;
  for (const std::string& path : strings_of(file()["configurations"])) {
    try {
      own = merged(
          own, std::make_shared<TransformerConfig>(TransformerConfig::parse(loader_.load(path))));
    } catch (Error& error) {
      loader_.name_file(error, path);
      throw;
    }
  }
  const TransformerConfigPointer config = merged(TransformerConfig::defaults(), own);
  accumulator.config = merged(accumulator.config, config);
  for (const std::string& path : strings_of(file()["crds"])) {
    try {
      accumulator.config =
          merged(accumulator.config,
                 std::make_shared<TransformerConfig>(config_from_crds(loader_.load(path))));
    } catch (Error& error) {
      loader_.name_file(error, path);
      error.with_context("loading CRDs");
      throw;
    }
  }
}

}  // namespace reconcile::kustomize
