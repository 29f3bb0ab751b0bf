#include "test/fuzz/template_topics.hpp"

#include <algorithm>

#include "test/fuzz/template_words.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view absent_declared = "{{ $absent := .Values.absent }}";

/// Whether it may hold a time or a version: printf shows what Go's structs hold inside, down to
/// addresses of time zones, and no chart prints that.
bool shows_inside(const std::string& expression) {
  constexpr std::string_view makers[] = {"Date", "date", "fromToml", "semver", ".Has"};
  return std::any_of(std::begin(makers), std::end(makers), [&](std::string_view maker) {
    return expression.find(maker) != std::string::npos;
  });
}

/// `expression` printed in one of several ways.
std::string shown(Random& random, const std::string& expression) {
  switch (random.below(9)) {
    case 0:
      return "{{ " + expression + " | toJson }}";
    case 1:
      if (shows_inside(expression)) return "{{ " + expression + " }}";
      return "{{ printf \"%#v\" (" + expression + ") }}";
    case 2:
      return "{{ " + expression + " | typeOf }}";
    case 3:
      return "{{ with " + expression + " }}[{{ . }}]{{ else }}none{{ end }}";
    case 4:
      return "{{ $r := " + expression + " }}{{ $r }}|{{ kindOf $r }}";
    default:
      return "a {{ " + expression + " }} b";
  }
}

}  // namespace

std::string call_body(Expressions& expressions, std::string& topic) {
  const std::string call = expressions.call(topic, 2);
  return std::string(absent_declared) + shown(expressions.random(), call);
}

std::string number_body(Expressions& expressions, std::string& /*topic*/) {
  Random& random = expressions.random();
  const std::string number = expressions.number();
  switch (random.below(8)) {
    case 0:
      return "{{ add " + number + " 1 }}";
    case 1:
      return "{{ printf \"%v %T %q\" " + number + " " + number + " " + number + " }}";
    case 2:
      return "{{ int " + number + " }} {{ float64 " + number + " }} {{ toString " + number + " }}";
    case 3:
      return "{{ index .Values.list " + number + " }}";
    case 4:
      return "{{ trunc " + number + " \"abcdef\" }}";
    case 5:
      return "{{ eq " + number + " " + expressions.number() + " }}";
    case 6:
      return "{{ " + number + " | toJson }} {{ list " + number + " | toYaml }}";
    default:
      return "{{" + number + "}}{{- " + number + " -}} {{ typeOf " + number + " }}";
  }
}

std::string nil_body(Expressions& expressions, std::string& /*topic*/) {
  Random& random = expressions.random();
  const std::string root = random.one_of({".Values",
                                          ".Values.map",
                                          ".Values.nothing",
                                          ".Values.absent",
                                          ".Values.list",
                                          ".Values.text",
                                          ".Values.number",
                                          ".Chart",
                                          ".Release",
                                          ".Capabilities",
                                          ".Files",
                                          "$",
                                          "$.Values.map",
                                          "$m",
                                          "$absent",
                                          "(.Values.map)",
                                          "(.Values.absent)",
                                          "(dict \"a\" nil)",
                                          "(split \"/\" \"a/b\")",
                                          "(semver \"1.2.3\")",
                                          "(toDate \"2006-01-02\" \"2024-02-29\")",
                                          "nil",
                                          "(list)",
                                          ".Capabilities.KubeVersion",
                                          ".Capabilities.APIVersions",
                                          ".Template",
                                          ".Subcharts",
                                          "\"s\"",
                                          "(urlParse \"http://h/p\")",
                                          "(first .Values.list)",
                                          ".",
                                          "(1)",
                                          "true",
                                          ".Chart.Metadata"});
  std::string path = root;
  for (std::size_t i = random.below(4); i > 0; --i) {
    path += random.one_of({".a",      ".b",       ".c",     ".d",        ".z",    ".text",
                           ".Name",   ".Version", ".Major", ".Year",     ".Get",  ".Has",
                           ".AsMap",  ".YAML",    ".Foo",   ".absent",   ".x",    ".Minor",
                           ".String", ".Unix",    "._0",    ".Keywords", ".Type", ".Metadata"});
  }
  if (path == "." || path == "$") path = ".Chart";
  if (random.chance(12)) path += " " + expressions.typed(random.chance(50) ? 's' : 'i', 0);
  const std::string start = "{{ $absent := .Values.absent }}{{ $m := .Values.map }}";
  switch (random.below(10)) {
    case 0:
      return start + "{{ if " + path + " }}yes{{ else }}no{{ end }}";
    case 1:
      return start + "{{ with " + path + " }}{{ . }}{{ end }}";
    case 2:
      return start + "{{ range $k, $v := " + path + " }}{{ $k }}={{ $v }};{{ else }}none{{ end }}";
    case 4:
      return start + "{{ " + path + " | " +
             random.one_of({"quote", "upper", "default \"d\"", "toJson", "len", "hasKey .Values",
                            "trunc 3", "printf \"%v\"", "typeOf", "keys | sortAlpha", "first",
                            "int", "indent 2", "empty"}) +
             " }}";
    case 5:
      return start + "{{ index " + path + " " + expressions.operand('k') + " }}";
    case 6:
      return start + "{{ hasKey " + path + " \"a\" }}{{ get " + path + " \"a\" }}";
    case 7:
      return start + "{{ list " + path + " | toString }}<no value>{{ print " + path + " }}";
    default:
      return start + "[{{ " + path + " }}]";
  }
}

std::string printf_body(Expressions& expressions, std::string& topic) {
  Random& random = expressions.random();
  std::string layout;
  for (std::size_t i = 1 + random.below(2); i > 0; --i) {
    layout += random.one_of({"", "", "[", "x "}) + "%";
    if (random.chance(30)) layout += random.one_of({"-", "+", "#", "0", " ", "-0", "+#"});
    if (random.chance(30))
      layout += random.one_of({"5", "12", "08", "*", "[1]", "[2]*", "[9]", "1000"});
    if (random.chance(25)) layout += random.one_of({".2", ".0", ".", ".*", ".10", ".[1]*"});
    layout += random.one_of(words::verbs());
  }
  if (random.chance(5)) layout += "%";
  topic = "printf " + layout;
  if (random.chance(70)) topic = "printf";
  std::string arguments;
  for (std::size_t i = random.below(3) + random.below(2); i > 0; --i) {
    arguments += " " + (random.chance(30) ? expressions.typed('i', 0) : expressions.any(1));
  }
  if (shows_inside(arguments)) arguments = " 1";
  return std::string(absent_declared) + "{{ printf " + expressions.constant(layout) + arguments +
         " }}";
}

std::string compare_body(Expressions& expressions, std::string& topic) {
  Random& random = expressions.random();
  topic = random.one_of({"eq", "eq", "ne", "lt", "le", "gt", "ge"});
  std::string text = std::string(absent_declared) + "{{ " + topic;
  for (std::size_t i = 1 + random.below(3); i > 0; --i) text += " " + expressions.any(1);
  if (random.chance(90)) text += " " + expressions.any(1);
  text += " }}{{ if and (" + topic + " " + expressions.typed('n', 0) + " " +
          expressions.typed('n', 0) + ") true }}t{{ else }}f{{ end }}";
  return text;
}

std::string constant_body(Expressions& expressions, std::string& /*topic*/) {
  Random& random = expressions.random();
  const std::string mark = random.one_of({"\"", "\"", "`", "'"});
  std::string constant = mark;
  for (std::size_t i = random.below(6); i > 0; --i) {
    constant += random.one_of(
        {"a",     "é",     "🙂",      "\\n",          "\\t",     "\\\\",        "\\\"",
         "\\'",   "\\x41", "\\u00e9", "\\U0001F642",  "\\101",   "\\0",         "\\q",
         "\\xZZ", "\\u12", "\n",      "\r\n",         "\"",      "`",           "'",
         "{{",    "}}",    "%",       "\\a\\b\\f\\v", "\\ud800", "\\U00110000", "\xff",
         "\\400", " ",     "\\r"});
  }
  constant += mark;
  return random.chance(70)
             ? "{{ " + constant + " }}|{{ " + constant + " | quote }}"
             : "{{ len " + constant + " }}{{ printf \"%q %x\" " + constant + " " + constant + " }}";
}

std::string garbage_body(Expressions& expressions, std::string& topic) {
  Random& random = expressions.random();
  std::string body =
      random.chance(60) ? program_body(expressions, topic) : call_body(expressions, topic);
  topic = "garbage";
  // A damaged argument would give the time of day.
  if (body.find("ate") != std::string::npos) return body;
  for (std::size_t i = 1 + random.below(2); i > 0 && !body.empty(); --i) {
    const std::size_t at = random.below(body.size());
    const std::size_t size = std::min(body.size() - at, 1 + random.below(3));
    switch (random.below(3)) {
      case 0:
        body.erase(at, size);
        break;
      case 1:
        body.insert(at, body.substr(at, size));
        break;
      default:
        body.insert(at,
                    random.one_of({"{{", "}}",      "-",           ".",   "$",   "|",    "(", ")",
                                   ",",  ":=",      "=",           "\"",  "`",   "'",    " ", "\n",
                                   "/*", "*/",      "{{-",         "-}}", "end", "else", "1", "@",
                                   "\\", "{{end}}", "{{/* c */}}", "..",  "é",   "\x01", "!"}));
    }
  }
  return body;
}

}  // namespace reconcile::fuzz
