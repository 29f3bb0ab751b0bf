#include "renderers/kustomize/field_spec.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

std::vector<FieldSpec::Segment> segments_of(std::string_view path) {
  std::vector<FieldSpec::Segment> segments;
  for (std::string& part : split_path(path, '/')) {
    const bool demands_list = part.ends_with("[]");
    if (demands_list) part.resize(part.size() - 2);
    segments.push_back({std::move(part), demands_list});
  }
  return segments;
}

// One walk down a path: the state that kustomize's fieldspec filter has.
class Walk {
 public:
  Walk(Arena& arena, const FieldSpec& spec, Creates creates,
       const std::function<void(Node&)>& visit)
      : arena_(arena), spec_(spec), creates_(creates), visit_(visit) {}

  void at(Node& node, std::size_t depth) const {
    if (depth == spec_.segments.size()) {
      visit_(node);
      return;
    }
    if (is_null(node)) return;
    switch (node.kind) {
      case Kind::list:
        for (Node& item : items_of(node)) at(item, depth);
        return;
      case Kind::map:
        in_map(node, depth);
        return;
      default:
        throw Error(ErrorCode::invalid_input, "expected sequence or mapping node");
    }
  }

 private:
  void in_map(Node& map, std::size_t depth) const {
    const FieldSpec::Segment& segment = spec_.segments[depth];
    if (segment.name.empty()) {
      throw Error(ErrorCode::invalid_input, "cannot set or create an empty field name");
    }
    const bool is_last = depth + 1 == spec_.segments.size();
    const bool may_create = spec_.create && creates_ != Creates::nothing && !segment.demands_list;
    const bool as_scalar = may_create && is_last && creates_ == Creates::scalar;
    Node* field = model::find(map, segment.name);
    if (field == nullptr) {
      if (!may_create) return;
      field = &set_untagged_key(arena_, map, segment.name,
                                as_scalar ? new_scalar() : model::make_map());
    } else if (is_null(*field)) {
      if (segment.demands_list) {
        *field = model::make_list();
      } else if (may_create) {
        *field = as_scalar ? new_scalar() : model::make_map();
      }
    }
    at(*field, depth + 1);
  }

  static Node new_scalar() { return model::make_string_view(""); }

  Arena& arena_;
  const FieldSpec& spec_;
  Creates creates_;
  const std::function<void(Node&)>& visit_;
};

std::string id_of(const Node& object) {
  Resource resource;
  resource.root = object;
  return resource.current_id().display();
}

GvkView gvk_of(const Node& object) {
  const Node* kind = model::find(object, "kind");
  const Node* api_version = model::find(object, "apiVersion");
  return GvkView::from_api_version(
      api_version == nullptr ? std::string_view{} : raw_text(*api_version),
      kind == nullptr ? std::string_view{} : raw_text(*kind));
}

}  // namespace

FieldSpec FieldSpec::from_row(const FieldSpecRow& row) {
  return {row.group, row.version, row.kind, row.path, row.create, segments_of(row.path)};
}

FieldSpec FieldSpec::from(model::Value value) {
  FieldSpec spec;
  spec.group = value["group"].text();
  spec.version = value["version"].text();
  spec.kind = value["kind"].text();
  spec.path = value["path"].text();
  spec.create = value["create"].boolean().value_or(false);
  spec.segments = segments_of(spec.path);
  return spec;
}

FieldSpec FieldSpec::at(std::string path, bool create) {
  FieldSpec spec;
  spec.segments = segments_of(path);
  spec.path = std::move(path);
  spec.create = create;
  return spec;
}

void merge_field_spec(FieldSpecs& specs, const FieldSpec& spec) {
  for (const FieldSpec& present : specs) {
    if (present.path != spec.path || !present.gvk().is_selected(spec.gvk())) continue;
    if (present.create != spec.create) {
      throw Error(ErrorCode::invalid_input,
                  "conflicting fieldspecs: path " + spec.path + " of " + spec.gvk().display());
    }
    return;
  }
  specs.push_back(spec);
}

void merge_field_specs(FieldSpecs& specs, const FieldSpecs& incoming) {
  for (const FieldSpec& spec : incoming) merge_field_spec(specs, spec);
}

void visit_fields(Arena& arena, Node& object, const FieldSpec& spec, Creates creates,
                  const std::function<void(Node&)>& visit) {
  if (gvk_of(object).is_selected(spec.gvk())) visit_path(arena, object, spec, creates, visit);
}

void visit_fields(Arena& arena, Node& object, const FieldSpecs& specs, Creates creates,
                  const std::function<void(Node&)>& visit) {
  GvkView gvk = gvk_of(object);
  for (const FieldSpec& spec : specs) {
    if (!gvk.is_selected(spec.gvk())) continue;
    visit_path(arena, object, spec, creates, visit);
    // A spec may name the kind itself.
    gvk = gvk_of(object);
  }
}

void visit_path(Arena& arena, Node& object, const FieldSpec& spec, Creates creates,
                const std::function<void(Node&)>& visit) {
  try {
    Walk(arena, spec, creates, visit).at(object, 0);
  } catch (Error& error) {
    error.with_context("considering field '" + spec.path + "' of object " + id_of(object));
    throw;
  }
}

}  // namespace reconcile::kustomize
