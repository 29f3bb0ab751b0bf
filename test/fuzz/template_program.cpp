// Bodies of nested actions: what is declared where, what is trimmed, what dot is.
#include <vector>

#include "test/fuzz/template_topics.hpp"

namespace reconcile::fuzz {
namespace {

class Program {
 public:
  explicit Program(Expressions& expressions)
      : expressions_(expressions), random_(expressions.random()) {}

  std::string make() {
    std::string body;
    if (random_.chance(40)) body += definition();
    body += "{{ $x := " + condition() + " }}";
    scopes_.push_back("$x");
    for (std::size_t i = 1 + random_.below(4); i > 0; --i) body += node(3);
    if (random_.chance(20)) body += definition();
    return body;
  }

 private:
  std::string open() {
    return random_.one_of({"{{ ", "{{ ", "{{ ", "{{- ", "{{", "{{-\n", "{{-\t"});
  }
  std::string close() {
    return random_.one_of({" }}", " }}", " }}", " -}}", "}}", "\n-}}", "\t-}}"});
  }
  std::string action(const std::string& content) { return open() + content + close(); }

  std::string gap() {
    return random_.one_of({"", " ", "\n", "text", " a ", "\n  b\n", "\t", "\r\n", "{ }", "}", "- ",
                           "  \n\n", "\xc2\xa0", "x{y}", "\v"});
  }

  std::string definition() {
    const std::string name =
        random_.one_of({"mine", "plain", "labels", "other", "keyed", "app.name"});
    const std::string inside =
        random_.chance(80)
            ? random_.one_of({"D[{{ . }}]", "{{ $y := . }}{{ $y }}", "", "  ", "{{/* c */}}",
                              "{{ $.Values.text }}", "{{ template \"plain\" . }}",
                              "{{ range . }}{{ . }},{{ end }}", "{{ .a }}", "{{ $x }}"})
            : node(1);
    return open() + "define \"" + name + "\"" + close() + inside + action("end");
  }

  std::string variable() {
    return scopes_.empty() ? "$.Values.text" : scopes_[random_.below(scopes_.size())];
  }

  std::string condition() {
    if (!scopes_.empty() && random_.chance(30)) return variable();
    switch (random_.below(6)) {
      case 0:
        return "." + random_.one_of(
                         {"", "Values.text", "Values.none", "Values.map.a", "Release.IsInstall"});
      case 1:
        return "$.Values." + random_.one_of({"flag", "off", "list", "number", "absent", "hollow"});
      case 2:
        return expressions_.typed(random_.chance(50) ? 'b' : 's', 1);
      case 3:
        return random_.one_of({"and", "or"}) + " " + expressions_.typed('b', 0) + " " +
               expressions_.typed('s', 0);
      default:
        return expressions_.any(1);
    }
  }

  std::string iterated() {
    return random_.one_of({"$.Values.names",
                           "$.Values.list",
                           "$.Values.map",
                           "$.Values.none",
                           "$.Values.absent",
                           "3",
                           "0",
                           "(until 4)",
                           "$.Values.number",
                           "(int $.Values.number)",
                           "\"text\"",
                           "(list 1 2)",
                           "$.Values.labels",
                           "nil",
                           "(dict \"b\" 1 \"a\" 2)",
                           "$.Values.text",
                           ".",
                           "(int64 2)",
                           "-2",
                           "(split \",\" \"x,y\")",
                           "true",
                           "1.5",
                           "(list (list 1 2) (list))",
                           "$.Files"});
  }

  std::string block(int depth) {
    std::string inside;
    const std::size_t outer = scopes_.size();
    for (std::size_t i = random_.below(3); i > 0; --i) inside += node(depth - 1);
    scopes_.resize(outer);
    return inside + gap();
  }

  std::string branches(const std::string& keyword, int depth) {
    std::string made = action(keyword + " " + declared(condition())) + block(depth);
    for (std::size_t i = random_.below(3); i > 1; --i) {
      made += action("else " + keyword + " " + condition()) + block(depth);
    }
    if (random_.chance(40)) made += action("else") + block(depth);
    return made + action("end");
  }

  std::string declared(const std::string& pipeline) {
    if (!random_.chance(25)) return pipeline;
    const std::string name = random_.one_of({"$x", "$y", "$z"});
    scopes_.push_back(name);
    return name + (random_.chance(85) ? " := " : " = ") + pipeline;
  }

  std::string loop(int depth) {
    const std::size_t outer = scopes_.size();
    std::string head;
    switch (random_.below(6)) {
      case 0:
        head = "$i, $e := ";
        scopes_.insert(scopes_.end(), {"$i", "$e"});
        break;
      case 1:
        head = "$e := ";
        scopes_.push_back("$e");
        break;
      case 2:
        head = random_.chance(50) ? "$x = " : "$i, $x = ";
        break;
      default:
        break;
    }
    std::string made = action("range " + head + iterated());
    made += "<{{ . }}>" + block(depth);
    if (random_.chance(25)) {
      made += action("if " + condition()) + action(random_.one_of({"break", "continue"})) +
              action("end") + "after";
    }
    scopes_.resize(outer);
    if (random_.chance(30)) made += action("else") + block(depth);
    return made + action("end");
  }

  std::string leaf() {
    std::string ignored;
    switch (random_.below(12)) {
      case 0:
        return action(variable());
      case 1:
        return action(random_.one_of({"$x", "$y", "$z", "$"}) +
                      (random_.chance(50) ? " := " : " = ") + condition());
      case 2:
        return random_.one_of({"{{/* c */}}", "{{- /* c */ -}}", "{{/* a\n b */}}", "{{- /* x */}}",
                               "{{/* }} */}}", "{{ /* c */ }}", "{{/**/}}"});
      case 3:
        return action(
            "template \"" +
            random_.one_of({"plain", "twice", "mine", "labels", "hollow", "none", "keyed"}) + "\"" +
            (random_.chance(85) ? " " + condition() : ""));
      case 4:
        return action(
            "include \"" +
            random_.one_of({"plain", "twice", "mine", "app.name", "hollow", "keyed"}) + "\" " +
            random_.one_of({".", "$", "$.Values.map", "(dict \"b\" (dict \"c\" 1))", "nil"}) +
            " | trim");
      case 5:
        return action(
            "tpl " +
            expressions_.constant(random_.one_of(
                {"{{ .Values.text }}", "{{ . }}",
                 "{{ define \"mine\" }}T{{ end }}{{ template \"mine\" }}",
                 "<no value>{{ .Values.absent }}", "{{ fail \"f\" }}", "{{ .x.y }}", "{{ end }}",
                 "plain", "{{ include \"plain\" 1 }}", "{{ $x }}", "{{ tpl \"{{ . }}\" 1 }}"})) +
            " " + random_.one_of({"$", "$", ".", "1"}));
      case 6:
        return random_.chance(40) ? action(random_.one_of({"break", "continue"})) : gap();
      case 7:
        return action("block \"" + random_.one_of({"own", "mine", "plain"}) + "\" " + condition()) +
               "B{{ . }}" + action("end");
      case 8:
        return action(expressions_.call(ignored, 1));
      case 9:
        return action(".");
      default:
        return gap();
    }
  }

  std::string node(int depth) {
    if (depth == 0) return leaf();
    switch (random_.below(7)) {
      case 0:
        return gap() + branches("if", depth);
      case 1:
        return gap() + branches("with", depth);
      case 2:
      case 3:
        return gap() + loop(depth);
      default:
        return gap() + leaf();
    }
  }

  Expressions& expressions_;
  Random& random_;
  std::vector<std::string> scopes_;
};

}  // namespace

std::string program_body(Expressions& expressions, std::string& /*topic*/) {
  return "{{ $absent := .Values.absent }}" + Program(expressions).make();
}

}  // namespace reconcile::fuzz
