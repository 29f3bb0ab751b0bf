// Expressions grow from templates: `{i}` is replaced by an int, `{l}` by a list and so on, now and
// then by a value of another type; `@` names the variable of a loop, which may stand for any value
// behind it.
#include <span>
#include <string>
#include <vector>

#include "test/fuzz/cel/case.hpp"
#include "test/fuzz/cel/templates.hpp"

namespace reconcile::fuzz {
namespace {

constexpr int depth_max = 4;

bool is_hole(std::string_view text) {
  return text.size() > 2 && text[0] == '{' && text[1] >= 'A' && text[2] == '}';
}

class CelWriter {
 public:
  CelWriter(Random& random, bool checked) : random_(random), checked_(checked) {}

  std::string write(char type, int depth) {
    const bool strict = type == 'L';
    if (strict) type = 'l';
    if (!strict && random_.chance(2)) type = any_type();
    if (type == 'a') type = any_type();
    if (type == 'n') type = random_.one_of({"i", "u", "d"})[0];
    if (type == 'v') return document_path();
    if (!strict && !locals_.empty() && random_.chance(30))
      return locals_[random_.below(locals_.size())];
    if (!strict && random_.chance(12)) return document_path();
    const bool leaf = depth >= depth_max || random_.chance(25);
    const CelTemplates& found = cel_templates(type);
    return expand(random_.one_of(std::span(leaf ? found.leaves : found.branches)), depth);
  }

 private:
  char any_type() { return "biudsylmtpoTbiudsylmtpoTz"[random_.below(25)]; }

  std::string document_path() {
    const std::string path(random_.one_of(cel_paths()));
    if (!checked_) return path;
    return random_.one_of({"self.", "dep.", "self."}) + path;
  }

  std::string expand(std::string_view pattern, int depth) {
    std::string out;
    std::string variable;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '@') {
        if (variable.empty()) {
          variable = random_.one_of({"x", "y", "x", "item", "k"});
          locals_.push_back(variable);
        }
        out += variable;
      } else if (is_hole(pattern.substr(i))) {
        out += write(pattern[i + 1], depth + 1);
        i += 2;
      } else {
        out += pattern[i];
      }
    }
    if (!variable.empty()) locals_.pop_back();
    return out;
  }

  Random& random_;
  bool checked_;
  std::vector<std::string> locals_;
};

}  // namespace

CelCase make_cel_case(Random& random, bool checked) {
  const std::string types = "bbbiudsylmtpoTa";
  CelCase asked;
  asked.checked = checked;
  const char type = types[random.below(types.size())];
  asked.topic = std::string("type ") + type;
  asked.expression = CelWriter(random, checked).write(type, 0);
  const std::string document(random.one_of(cel_documents()));
  asked.data = checked ? "{\"self\":" + document +
                             ",\"dep\":" + std::string(random.one_of(cel_documents())) + "}"
                       : document;
  return asked;
}

CelCase make_spoilt_cel_case(Random& random) {
  CelCase asked = make_cel_case(random, false);
  asked.topic = "spoilt";
  static constexpr std::string_view characters = "()[]{}.,?:!-+*/%<>=&|'\"\\ab01ux_@ \n`#$";
  for (std::size_t count = 1 + random.below(3); count > 0 && !asked.expression.empty(); --count) {
    const std::size_t at = random.below(asked.expression.size());
    const char replacement = characters[random.below(characters.size())];
    switch (random.below(4)) {
      case 0:
        asked.expression.erase(at, 1);
        break;
      case 1:
        asked.expression.insert(at, 1, replacement);
        break;
      case 2:
        asked.expression[at] = replacement;
        break;
      default:
        asked.expression.erase(at);
        break;
    }
  }
  return asked;
}

}  // namespace reconcile::fuzz
