// Compares with the real packages on generated input. The generator knows the grammar's pieces and
// puts them together right and wrong.

#include <catch2/catch.hpp>
#include <random>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/substitute/substitute.hpp"
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

constexpr std::size_t expressions_count = 20'000;
constexpr std::size_t objects_count = 1'000;

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  template <std::size_t size>
  std::string one_of(const char* const (&texts)[size]) {
    return texts[random_() % size];
  }
  bool chance(std::uint32_t percent) { return random_() % 100 < percent; }

  std::string name() {
    return one_of({"a", "b", "path", "u", "n", "neg", "none", "_x", "é", "star", "A1"});
  }

  std::string operation() {
    return one_of({"",   "",  ":-", ":=", ":+", ":?", "=", "#",  "##", "%",
                   "%%", "/", "//", "/#", "/%", ":",  "^", "^^", ",",  ",,"});
  }

  std::string argument(int depth) {
    if (depth > 0 && chance(20)) return expression(depth - 1);
    std::string text =
        one_of({"a", "b",   "/",   "*",    "?",   "[a-c]", "[^a]", "1",  "-1", "2",
                "ñ", "x y", "\\/", "\\\\", ":",   "}",     "$",    "$$", "#",  "%",
                "",  "abc", "[",   "]",    "*b*", "\\*",   "-",    "{",  "=",  "é?"});
    if (chance(30)) text += argument(depth);
    return text;
  }

  std::string expression(int depth) {
    const std::string mark = operation();
    if (mark == "#" && chance(30)) return "${#" + name() + "}";
    std::string text = "${" + name() + mark;
    const bool takes_argument = !mark.empty() && mark[0] != '^' && mark[0] != ',';
    if (takes_argument || chance(3)) text += argument(depth);
    if (mark[0] == '/' && !chance(10)) text += "/" + (chance(80) ? argument(depth) : "");
    if (mark == ":" && chance(50)) text += ":" + argument(depth);
    return text + (chance(97) ? "}" : "");
  }

  std::string text() {
    std::string all;
    const std::size_t pieces = 1 + random_() % 3;
    for (std::size_t i = 0; i < pieces; ++i) {
      if (chance(30)) all += one_of({"text ", "$", "$$", "}", "{", "\\", "é", "$${a}", "/"});
      all += expression(2);
    }
    return all;
  }

  std::string value() {
    return one_of({"abcabc", "", "/usr/local/bin", "ñandú€", "3", "-2", "a*b?c[d]", "ABC", "x",
                   "aaa", "é", "a b", "${a}", "1.5", "true", "\\"});
  }

  Variables variables() {
    Variables all;
    for (const char* name : {"a", "b", "path", "u", "n", "neg", "_x", "star", "A1"}) {
      if (!chance(10)) all.emplace(name, value());
    }
    return all;
  }

 private:
  std::mt19937 random_;
};

std::string indented(const PeerAnswer& answer) {
  return answer.error.empty() ? "output: " + answer.output : "error: " + answer.error;
}

}  // namespace

TEST_CASE("generated expressions give what envsubst gives",
          "[.integration][renderers][substitute][peer]") {
  Generator generator(20261121);
  std::vector<PeerRequest> requests;
  for (std::size_t i = 0; i < expressions_count; ++i) {
    requests.push_back({"expand", generator.text(), generator.variables(), generator.chance(60)});
  }
  const std::vector<PeerAnswer> answers = ask_flux_packages(requests);
  std::size_t succeeded = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const PeerRequest& request = requests[i];
    PeerAnswer ours;
    try {
      const Unset unset = request.strict ? Unset::refused : Unset::empty;
      ours.output = as_json_carries(expand(request.text, request.variables, unset));
    } catch (const model::Error& error) {
      ours.error = error.message();
    }
    PeerAnswer theirs = answers[i];
    const std::string bounds = "slice bounds out of range";
    if (theirs.error.find(bounds) != std::string::npos) theirs.error = bounds;
    if (ours.error.starts_with(bounds)) ours.error = bounds;
    if (theirs.error.empty()) ++succeeded;
    INFO(request.text);
    if (indented(ours) != indented(theirs)) CHECK(indented(ours) == indented(theirs));
  }
  CHECK(succeeded > expressions_count / 4);
}

TEST_CASE("generated objects become what Flux makes of them",
          "[.integration][renderers][substitute][peer]") {
  Generator generator(1959);
  std::vector<PeerRequest> requests;
  for (std::size_t i = 0; i < objects_count; ++i) {
    std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n";
    for (const char* key : {"k", "l", "m"}) {
      text += "  " + std::string(key) + ": |\n    " + generator.text() + "\n";
    }
    text +=
        "  n: " + generator.one_of({"${n}", "\"${n}\"", "${a} ${b}", "12345678901234567", "1e3"});
    text += "\n";
    requests.push_back({"object", text, generator.variables(), generator.chance(30)});
  }
  const std::vector<PeerAnswer> answers = ask_flux_packages(requests);
  std::size_t succeeded = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const PeerRequest& request = requests[i];
    SubstituteOptions options;
    if (!request.strict) options.unset = Unset::empty;
    std::string output;
    bool failed = false;
    try {
      std::vector<model::Object> objects{model::Object(read_v3(request.text))};
      substitute::substitute(objects, request.variables, options);
      output = model::write_yaml(objects[0].root());
    } catch (const model::Error& error) {
      failed = true;
      output = error.what();
    }
    const PeerAnswer& theirs = answers[i];
    if (theirs.error.empty()) ++succeeded;
    INFO(request.text);
    if (failed != !theirs.error.empty()) CHECK(output == indented(theirs));
    if (!failed && output != theirs.output) CHECK(output == theirs.output);
  }
  CHECK(succeeded > objects_count / 20);
}
