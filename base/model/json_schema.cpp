#include "reconcile/model/json_schema.hpp"

#include <map>
#include <mutex>

#include "base/model/json_schema_compiled.hpp"
#include "base/model/json_schema_compiler.hpp"
#include "base/model/json_schema_metaschemas.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

std::string_view metaschema_url(int draft) {
  switch (draft) {
    case 4:
      return "http://json-schema.org/draft-04/schema";
    case 6:
      return "http://json-schema.org/draft-06/schema";
    case 7:
      return "http://json-schema.org/draft-07/schema";
    case 2019:
      return "https://json-schema.org/draft/2019-09/schema";
    default:
      return "https://json-schema.org/draft/2020-12/schema";
  }
}

// Each metaschema is compiled once in a process.
const CompiledSchema& metaschema(int draft) {
  static std::mutex mutex;
  static std::map<int, SchemaSet> compiled;
  const std::lock_guard lock(mutex);
  SchemaSet& set = compiled[draft];
  if (set.root == nullptr) {
    const std::string_view url = metaschema_url(draft);
    set.root = SchemaCompiler(set, {}).compile(parse_json(find_metaschema(url)), url, draft);
  }
  return *set.root;
}

}  // namespace

void check_against_metaschema(Value schema, std::string_view url, int draft) {
  const auto failures = run_schema(metaschema(draft), schema);
  if (failures.empty()) return;
  throw Error(ErrorCode::invalid_input,
              "\"" + std::string(url) + "\" is not valid against metaschema: " +
                  "jsonschema validation failed with '" + std::string(metaschema_url(draft)) +
                  "#'\n" + schema_error_text(to_violations(failures)));
}

struct JsonSchema::Compiled {
  SchemaSet set;
};

JsonSchema::JsonSchema(const Document& schema, const Loader& loader, std::string_view url)
    : compiled_(std::make_unique<Compiled>()) {
  const int draft = SchemaCompiler::draft_of(schema.root(), 2020);
  check_against_metaschema(schema.root(), std::string(url) + "#", draft);
  SchemaSet& set = compiled_->set;
  set.root = SchemaCompiler(set, loader).compile(schema, url, draft);
}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

std::vector<SchemaViolation> JsonSchema::validate(Value instance) const {
  return to_violations(run_schema(*compiled_->set.root, instance));
}

}  // namespace reconcile::model
