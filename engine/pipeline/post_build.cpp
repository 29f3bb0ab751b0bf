#include "engine/pipeline/post_build.hpp"

#include "engine/pipeline/cluster_values.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Value;

constexpr const char* from_field = "spec.postBuild.substituteFrom";

void read_reference(const UnitSpec& spec, Value reference, const RenderPorts& ports,
                    PostBuild& read, std::string& trace) {
  const std::string own_namespace(spec.object["metadata"]["namespace"].text());
  const std::optional<ConfigData> data =
      referenced_data(reference, own_namespace, from_field, ports);
  trace += std::string(reference["kind"].text()) + "/" + std::string(reference["name"].text());
  trace += data ? "\n" : "!\n";
  if (!data && ports.knows_part) read.options.unset = substitute::Unset::empty;
  if (!data) return;
  const bool is_secret = reference["kind"].text() == "Secret";
  for (const auto& [name, value] : *data) {
    trace += std::to_string(name.size()) + ":" + name + std::to_string(value.size()) + ":" + value;
    substitute::set_variable(read.variables, name, value);
    if (is_secret) read.secret_values.push_back(read.variables.find(name)->second);
  }
}

void read_inline(Value variables, PostBuild& read) {
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Value value = variables.value_at(i);
    if (!value.is_string()) {
      throw model::Error(model::ErrorCode::invalid_input,
                         "expected a string in spec.postBuild.substitute." +
                             std::string(variables.key_at(i)) + ", found " +
                             std::string(to_string(value.kind())));
    }
    substitute::set_variable(read.variables, std::string(variables.key_at(i)),
                             std::string(value.text()));
  }
}

substitute::Strategy strategy_of(std::string_view text) {
  if (text.empty() || text == "WithVariables") return substitute::Strategy::with_variables;
  if (text == "Always") return substitute::Strategy::always;
  throw model::Error(
      model::ErrorCode::invalid_input,
      "expected WithVariables or Always in spec.postBuild.substituteStrategy, found \"" +
          std::string(text) + "\"");
}

}  // namespace

PostBuild read_post_build(const UnitSpec& spec, const RenderPorts& ports) {
  const Value post_build = spec.object["spec"]["postBuild"];
  const Value references = post_build["substituteFrom"];
  PostBuild read;
  read.options.strategy = strategy_of(post_build["substituteStrategy"].text());
  std::string trace;
  if (ports.config) {
    for (std::size_t i = 0; i < references.size(); ++i) {
      read_reference(spec, references.at(i), ports, read, trace);
    }
  } else if (!references.empty()) {
    read.options.unset = substitute::Unset::empty;
  }
  if (!trace.empty()) read.digest = model::sha256_hex(trace);
  read_inline(post_build["substitute"], read);
  if (!read.secret_values.empty()) {
    read.options.error_detail = substitute::ErrorDetail::without_values;
  }
  return read;
}

}  // namespace reconcile::engine
