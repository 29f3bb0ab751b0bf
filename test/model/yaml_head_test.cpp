#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile::model;

namespace {

constexpr std::array<std::string_view, 3> kept = {"apiVersion", "kind", "metadata"};

constexpr const char* samples[] = {
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {b: c}\ndata:\n"
    "  d: |\n    text\n  e: [1, {f: .5}]\n",
    "spec:\n- a: 1\n  b: -.5\n- - x\n  - 'y'\nKIND: List\nmetadata: {name: 7}\n",
    "metadata: &m {name: a}\nspec: *m\nkind: x\n",
    "spec: {a: .inf}\nkind: x\n",
    "spec: {~: 1}\nkind: x\n",
    "spec: !!binary aGk=\nkind: !!str 1\n",
    "<<: {kind: a}\nspec: {<<: {a: b}, 99999999999999999999: c}\n",
    "spec: {? [a] : b}\nkind: x\n",
    "? {a: b}\n: c\nkind: x\n",
    "# nothing\n",
    "- apiVersion: v1\n",
    "kind: a\nkind: b\nspec:\nspec: {}\n",
};

/// The kept part of a document, or the failure.
template <class Read>
std::string shown(const Read& read) {
  try {
    const Document document = read();
    const Value root = document.root();
    if (!root.is_map()) return write_json(root);
    std::string text;
    for (std::size_t i = 0; i < root.size(); ++i) {
      text += std::string(root.key_at(i)) + ":";
      std::string key(root.key_at(i));
      for (char& c : key) c = static_cast<char>(std::tolower(c));
      const bool is_kept = key == "apiversion" || key == "kind" || key == "metadata";
      text += (is_kept ? write_json(root.value_at(i)) : "-") + "\n";
    }
    return text;
  } catch (const Error& error) {
    return std::string("error: ") + error.what();
  }
}

void compare(const std::string& text) {
  INFO(text);
  CHECK(shown([&] { return parse_yaml_head(text, kept); }) ==
        shown([&] { return parse_yaml(text); }));
}

}  // namespace

TEST_CASE("a head is what a full read has under its keys", "[model][yaml][head]") {
  for (const char* sample : samples) compare(sample);
  const Document document = parse_yaml_head(samples[0], kept);
  CHECK(document["metadata"]["annotations"]["b"].text() == "c");
  CHECK(document["data"].is_null());
}

TEST_CASE("a head fails where a full read fails", "[model][yaml][head]") {
  constexpr std::string_view alphabet = " \n:-{}[],&*!#'\"~.|>%?a1";
  std::mt19937 random(20261121);
  for (const std::string text : samples) {
    for (int i = 0; i < 400; ++i) {
      std::string changed = text;
      for (unsigned k = 1 + random() % 3; k > 0; --k) {
        const std::size_t at = random() % changed.size();
        const char c = alphabet[random() % alphabet.size()];
        if (random() % 2 == 0)
          changed[at] = c;
        else
          changed.insert(at, 1, c);
      }
      compare(changed);
    }
  }
}
