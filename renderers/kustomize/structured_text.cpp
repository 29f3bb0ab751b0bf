#include "renderers/kustomize/structured_text.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::kustomize {

namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

}  // namespace

std::optional<StructuredText> StructuredText::parse(Arena& arena, std::string_view text) {
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v3;
  options.to_json = false;
  try {
    const model::Document document = model::parse_yaml(text, options);
    StructuredText result;
    result.original_ = text;
    result.root_ = arena.new_node();
    *result.root_ = model::copy_node(arena, document.root());
    return result;
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

std::string StructuredText::write() const {
  const std::string head = trimmed(original_).substr(0, 1);
  if (head == "{" || head == "[") {
    model::JsonFormat format;
    const bool is_indented =
        original_.find('\n') != std::string::npos && original_.find("  ") != std::string::npos;
    format.indent = is_indented ? 2 : 0;
    return model::write_json(model::Value(root_), format);
  }
  return trimmed(model::write_yaml(model::Value(root_)));
}

}  // namespace reconcile::kustomize
