#include <catch2/catch.hpp>

#include "reconcile/appliers/health_expressions.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

std::shared_ptr<const HealthExpressions> rules(const std::string& yaml) {
  return HealthExpressions::read_rules("healthRules:\n" + yaml, "mine.yaml");
}

std::string text(const Health& health) {
  return std::string(to_string(health.state)) +
         (health.message.empty() ? "" : ": " + health.message);
}

std::string health(const HealthExpressions* by, const std::string& group, const std::string& kind,
                   const std::string& status, const std::string& generation = "2") {
  const model::Document object = model::parse_json(R"({"metadata":{"name":"a","generation":)" +
                                                   generation + R"(},"status":)" + status + "}");
  return text(assess_health({group, "v1", kind}, object.root(), by));
}

const std::string widget =
    "- group: example.com\n  kind: Widget\n  ready: Up\n  also: Sound\n  failed: Broken\n"
    "  failedReasons: [BadSpec]\n";

struct Row {
  const char* group;
  const char* kind;
  const char* status;
  const char* expected;  ///< what the health begins with
};

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.kind << " " << row.status);
    CHECK(health(nullptr, row.group, row.kind, row.status).starts_with(row.expected));
  }
}

}  // namespace

TEST_CASE("a rule of a file names conditions", "[appliers][health][health_rules]") {
  const auto by = rules(widget);
  const auto of = [&](const std::string& conditions) {
    return health(by.get(), "example.com", "Widget", R"({"conditions":[)" + conditions + "]}");
  };
  CHECK(of("") == "InProgress: condition Up not reported yet");
  CHECK(of(R"({"type":"Up","status":"True"})") == "InProgress: condition Sound not reported yet");
  CHECK(of(R"({"type":"Up","status":"True"},{"type":"Sound","status":"True"})") == "Current");
  CHECK(of(R"({"type":"Up","status":"False","reason":"Starting"})") == "InProgress: Starting");
  CHECK(of(R"({"type":"Up","status":"False","reason":"BadSpec"})") == "Failed: BadSpec");
  CHECK(of(R"({"type":"Broken","status":"True","reason":"X"})") == "Failed: X");
  CHECK(of(R"({"type":"Up","status":"True","observedGeneration":1})") ==
        "InProgress: condition Up is of an older generation");
  CHECK(health(by.get(), "example.com", "Widget",
               R"({"observedGeneration":1,"conditions":[{"type":"Up","status":"True"},)"
               R"({"type":"Sound","status":"True"}]})") == "InProgress: generation 2, observed 1");
}

TEST_CASE("a rule of a file is an expression", "[appliers][health][health_rules]") {
  const auto by = rules(
      "- group: \"*.example.com\"\n  expressions:\n    failed: status.phase == 'Bad'\n"
      "    current: status.phase == 'Good'\n");
  CHECK(health(by.get(), "x.example.com", "Any", R"({"phase":"Good"})") == "Current");
  CHECK(health(by.get(), "y.example.com", "Any", R"({"phase":"Bad"})") ==
        "Failed: its expression failed is true");
  CHECK(health(by.get(), "y.example.com", "Any", R"({"phase":"Good","observedGeneration":1})") ==
        "InProgress: its status is behind its spec");
  CHECK_FALSE(by->supports({"example.org", "v1", "Any"}));
}

TEST_CASE("rules of the unit go before those of the file, both before ours",
          "[appliers][health][health_rules]") {
  const auto unit = HealthExpressions::read(
      model::parse_json(R"([{"apiVersion":"example.com/v1","kind":"Widget","current":"true"}])")
          .root());
  const auto file = rules(widget + "- group: argoproj.io\n  kind: Rollout\n  ready: Available\n");
  const auto both = HealthExpressions::over(unit, file);
  CHECK(health(both.get(), "example.com", "Widget", "{}") == "Current");
  CHECK(health(file.get(), "example.com", "Widget", "{}") ==
        "InProgress: condition Up not reported yet");
  const std::string phase = R"({"phase":"Healthy"})";
  CHECK(health(both.get(), "argoproj.io", "Rollout", phase) ==
        "InProgress: condition Available not reported yet");
  CHECK(health(nullptr, "argoproj.io", "Rollout", phase) == "Current");
  CHECK(HealthExpressions::over(nullptr, file) == file);
  CHECK(HealthExpressions::over(unit, nullptr) == unit);
}

TEST_CASE("a file of health rules that is wrong says where", "[appliers][health][health_rules]") {
  CHECK_THROWS_WITH(HealthExpressions::read_rules("a: 1\n", "mine.yaml"),
                    "mine.yaml, rule 1: expected a list in healthRules");
  CHECK_THROWS_WITH(rules(widget + widget),
                    "mine.yaml, rule 2: a second rule for Widget of example.com");
  CHECK_THROWS_WITH(rules(widget + "- group: x\n  kind: Y\n"),
                    "mine.yaml, rule 2: expected expressions, or the name of a condition in ready");
  CHECK_THROWS_WITH(rules("- group: x\n  expressions: {current: 'a ==='}\n"),
                    Catch::StartsWith("mine.yaml, rule 1: current: "));
}

TEST_CASE("an expression of a file that wants for a status waits",
          "[appliers][health][health_rules]") {
  const std::string head = "- group: example.com\n  kind: Widget\n  expressions:\n    current: ";
  const auto by_status = rules(head + "status.phase == 'Good'\n");
  CHECK(health(by_status.get(), "example.com", "Widget", "null") ==
        "InProgress: status not reported yet");
  CHECK(health(by_status.get(), "example.com", "Widget", "{}").starts_with("Unknown: "));
  const auto by_name = rules(head + "metadata.name == 'a'\n");
  CHECK(health(by_name.get(), "example.com", "Widget", "null") == "Current");
}

TEST_CASE("the rules that ship judge platform kinds", "[appliers][health][health_rules]") {
  check({
      {"argoproj.io", "Rollout", R"({"phase":"Healthy"})", "Current"},
      {"argoproj.io", "Rollout", R"({"phase":"Degraded"})", "Failed"},
      {"argoproj.io", "Rollout", R"({"phase":"Paused"})", "InProgress"},
      {"argoproj.io", "Rollout", "{}", "InProgress"},
      {"argoproj.io", "Rollout", R"({"phase":"Healthy","observedGeneration":"1"})", "InProgress"},
      {"argoproj.io", "Rollout", R"({"phase":"Degraded","observedGeneration":"1"})", "InProgress"},
      {"argoproj.io", "Rollout", R"({"phase":"Healthy","observedGeneration":"2"})", "Current"},
      {"argoproj.io", "AnalysisRun", R"({"phase":"Successful"})", "Current"},
      {"argoproj.io", "AnalysisRun", R"({"phase":"Inconclusive"})", "Failed"},
      {"gateway.networking.k8s.io", "HTTPRoute", "{}", "InProgress"},
      {"gateway.networking.k8s.io", "HTTPRoute", "null", "InProgress"},
      {"constraints.gatekeeper.sh", "K8sRequiredLabels", "null", "InProgress"},
      {"gateway.networking.k8s.io", "HTTPRoute",
       R"({"parents":[{"conditions":[{"type":"Accepted","status":"True"},)"
       R"({"type":"ResolvedRefs","status":"True"}]}]})",
       "Current"},
      {"gateway.networking.k8s.io", "HTTPRoute",
       R"({"parents":[{"conditions":[{"type":"Accepted","status":"True","observedGeneration":1},)"
       R"({"type":"ResolvedRefs","status":"True"}]}]})",
       "InProgress"},
      {"gateway.networking.k8s.io", "TLSRoute",
       R"({"parents":[{"conditions":[{"type":"Accepted","status":"True"},)"
       R"({"type":"ResolvedRefs","status":"False"}]}]})",
       "InProgress"},
      {"gateway.networking.k8s.io", "ListenerSet",
       R"({"conditions":[{"type":"Accepted","status":"True"},)"
       R"({"type":"Programmed","status":"Unknown"}]})",
       "InProgress"},
      {"templates.gatekeeper.sh", "ConstraintTemplate", R"({"created":true})", "Current"},
      {"templates.gatekeeper.sh", "ConstraintTemplate",
       R"({"created":true,"byPod":[{"errors":[{"code":"x"}]}]})", "Failed"},
      {"constraints.gatekeeper.sh", "K8sRequiredLabels", R"({"byPod":[{"enforced":true}]})",
       "Current"},
      {"constraints.gatekeeper.sh", "K8sRequiredLabels",
       R"({"byPod":[{"enforced":true,"observedGeneration":1}]})", "InProgress"},
  });
}

TEST_CASE("the rules that ship judge what Vault's operator syncs",
          "[appliers][health][health_rules]") {
  check({
      {"secrets.hashicorp.com", "VaultStaticSecret", "null", "InProgress"},
      {"secrets.hashicorp.com", "VaultStaticSecret", R"({"lastGeneration":2})", "Current"},
      {"secrets.hashicorp.com", "VaultStaticSecret", R"({"lastGeneration":1})", "InProgress"},
      {"secrets.hashicorp.com", "VaultStaticSecret",
       R"({"lastGeneration":2,"conditions":[)"
       R"({"type":"SecretSynced","status":"True","observedGeneration":2},)"
       R"({"type":"RolloutRestartTriggered","status":"False","observedGeneration":1},)"
       R"({"type":"Healthy","status":"True","observedGeneration":2}]})",
       "Current"},
      {"secrets.hashicorp.com", "VaultDynamicSecret",
       R"({"lastGeneration":2,"conditions":[)"
       R"({"type":"SecretSynced","status":"False","observedGeneration":2},)"
       R"({"type":"Healthy","status":"False","observedGeneration":2}]})",
       "InProgress"},
      {"secrets.hashicorp.com", "VaultPKISecret",
       R"({"lastGeneration":2,"conditions":[)"
       R"({"type":"Healthy","status":"True","observedGeneration":1}]})",
       "InProgress"},
      {"secrets.hashicorp.com", "VaultAuth", "null", "InProgress"},
      {"secrets.hashicorp.com", "VaultAuth", R"({"valid":false,"error":"x"})", "InProgress"},
      {"secrets.hashicorp.com", "VaultAuth", R"({"valid":true})", "Current"},
      {"secrets.hashicorp.com", "VaultConnection",
       R"({"valid":true,"conditions":[)"
       R"({"type":"Healthy","status":"True","observedGeneration":1}]})",
       "InProgress"},
      {"secrets.hashicorp.com", "SecretTransformation",
       R"({"valid":true,"conditions":[)"
       R"({"type":"Healthy","status":"True","observedGeneration":2}]})",
       "Current"},
  });
}
