#include "reconcile/substitute/substitute.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/renderers/substitute/flux_packages.hpp"

using namespace reconcile;
using namespace reconcile::substitute;

namespace {

/// As kustomize reads it.
model::Document read_v3(const std::string& yaml) {
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v3;
  return model::parse_yaml(yaml, options);
}

model::Object object_of(const std::string& yaml) {
  return model::Object(read_v3(yaml));
}

std::string named(const std::string& name, const std::string& rest = "") {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"" + name + "\"" + rest + "}\n";
}

std::string error_of(std::vector<model::Object> objects, const Variables& variables,
                     const SubstituteOptions& options = {}) {
  try {
    substitute::substitute(objects, variables, options);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

/// The part of a recorded error that does not depend on who says it.
std::string reason_of(std::string recorded) {
  for (const std::string prefix : {"envsubst error: ", "YAMLToJSON: "}) {
    if (recorded.starts_with(prefix)) recorded = recorded.substr(prefix.size());
  }
  recorded.pop_back();
  return recorded;
}

}  // namespace

TEST_CASE("substitutes the recorded objects as Flux does", "[renderers][substitute][substitute]") {
  const std::filesystem::path folder =
      std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/substitute/objects";
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = "objects/" + entry.path().filename().string() + "/";
    INFO(name);
    const model::Document request = model::parse_json(read_fixture(name + "request.json"));
    Variables variables;
    for (std::size_t i = 0; i < request["variables"].size(); ++i) {
      set_variable(variables, std::string(request["variables"].key_at(i)),
                   std::string(request["variables"].value_at(i).text()));
    }
    SubstituteOptions options;
    if (!request["strict"].boolean().value()) options.unset = Unset::empty;
    if (request["always"].boolean().value_or(false)) options.strategy = Strategy::always;
    std::vector<model::Object> objects{object_of(read_fixture(name + "object.yaml"))};
    ++cases;
    if (std::filesystem::exists(entry.path() / "expected.err")) {
      CHECK_THAT(error_of(objects, variables, options),
                 Catch::Contains(reason_of(read_fixture(name + "expected.err"))));
      continue;
    }
    substitute::substitute(objects, variables, options);
    CHECK(model::write_yaml(objects[0].root()) == read_fixture(name + "expected.yaml"));
  }
  CHECK(cases >= 15);
}

TEST_CASE("names the object whose expression is wrong", "[renderers][substitute][substitute]") {
  CHECK(error_of({object_of(named("a", ", namespace: team") + "data: {k: \"${b}\"}\n")},
                 {{"a", "x"}}) ==
        "post build failed for ConfigMap/team/a: variable substitution failed: variable not set "
        "(strict mode): \"b\"");
}

TEST_CASE("does not repeat a secret value", "[renderers][substitute][substitute]") {
  const std::vector<model::Object> objects{object_of(named("a") + "data: {k: \"x${secret}\"}\n")};
  const Variables variables{{"secret", ": hunter2: [*hunter2"}};
  SubstituteOptions options;
  options.error_detail = ErrorDetail::without_values;
  const std::string error = error_of(objects, variables, options);
  CHECK_THAT(error, !Catch::Contains("hunter2"));
  CHECK_THAT(error, Catch::Contains("the text is wrong at line"));
  const std::vector<model::Object> renamed{object_of(named("${secret}"))};
  const std::string wrong = error_of(renamed, {{"secret", "{hunter2: x}"}}, options);
  CHECK_THAT(wrong, Catch::Contains("expected a Kubernetes object after substitution"));
  CHECK_THAT(wrong, !Catch::Contains("hunter2"));
}

TEST_CASE("refuses two objects of one name", "[renderers][substitute][substitute]") {
  CHECK_THAT(error_of({object_of(named("a")), object_of(named("${x}"))}, {{"x", "a"}}),
             Catch::Contains("expected a name of its own"));
  // The first takes the name before the second gives it up: kustomize refuses that too.
  CHECK_THAT(
      error_of({object_of(named("${x}")), object_of(named("${y}"))}, {{"x", "${y}"}, {"y", "b"}}),
      Catch::Contains("expected a name of its own"));
  CHECK(error_of({object_of(named("a")), object_of(named("${x}", ", namespace: team"))},
                 {{"x", "a"}}) == "no error");
}

TEST_CASE("refuses an object that lost its name", "[renderers][substitute][substitute]") {
  // kustomize-controller drops such an object without a word, which would prune it.
  CHECK_THAT(error_of({object_of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${x}'}\n")},
                      {{"x", "5"}}),
             Catch::Contains("metadata.name"));
}

TEST_CASE("shares objects without an expression", "[renderers][substitute][substitute]") {
  std::vector<model::Object> objects{object_of(named("a") + "data: {k: v}\n")};
  const model::Node* before = objects[0].root().node();
  substitute::substitute(objects, {{"x", "y"}});
  CHECK(objects[0].root().node() == before);
}
