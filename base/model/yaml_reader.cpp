#include "base/model/yaml_builder.hpp"
#include "base/model/yaml_event.hpp"
#include "base/model/yaml_quick_source.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/model/yaml_in_place.hpp"

namespace reconcile::model {

namespace {

void check_size(std::string_view text, const YamlLimits& limits) {
  if (text.size() <= limits.bytes_max) return;
  throw Error(ErrorCode::limit_exceeded, "yaml: text of " + std::to_string(text.size()) +
                                             " bytes was found, expected at most " +
                                             std::to_string(limits.bytes_max));
}

Document read_document(YamlEventSource& events, const YamlOptions& options) {
  auto arena = std::make_shared<Arena>();
  Node* const root = arena->new_node();
  *root = YamlBuilder(events, options, *arena).build_document();
  return {std::move(arena), Value(root)};
}

Document null_document() {
  auto arena = std::make_shared<Arena>();
  const Value root(arena->new_node());
  return {std::move(arena), root};
}

}  // namespace

Document parse_yaml(std::string_view text, const YamlOptions& options) {
  check_size(text, options.limits);
  const auto events = make_yaml_source(text, options.dialect);
  if (events->next().type == YamlEventType::stream_end) return null_document();
  return read_document(*events, options);
}

Node parse_yaml_in_place(std::string_view text, const YamlOptions& options, Arena& arena) {
  check_size(text, options.limits);
  const auto events = make_yaml_source(text, options.dialect);
  if (events->next().type == YamlEventType::stream_end) return make_null();
  return YamlBuilder(*events, options, arena, text).build_document();
}

std::vector<Document> parse_yaml_stream(std::string_view text, const YamlOptions& options) {
  check_size(text, options.limits);
  const auto events = make_yaml_source(text, options.dialect);
  std::vector<Document> documents;
  while (events->next().type != YamlEventType::stream_end) {
    Document document = read_document(*events, options);
    if (options.keep_empty || !document.root().is_null()) documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace reconcile::model
