#include "test/fuzz/template_expressions.hpp"

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/json.hpp"
#include "test/fuzz/template_functions.hpp"
#include "test/fuzz/template_words.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view any_kinds = "ssinfbldtuvjyp";

bool has(const TemplateFunction& function, TemplateFunction::Trait trait) {
  return (function.traits & trait) != 0;
}

}  // namespace

std::string Expressions::text() {
  if (random_.chance(75)) return std::string(random_.one_of(words::texts()));
  std::string made;
  for (std::size_t i = random_.below(4); i > 0; --i) {
    made += random_.one_of(words::texts());
    if (random_.chance(30)) made += random_.one_of({" ", "-", "\n", "/", "é", "\t"});
  }
  return made;
}

std::string Expressions::constant(std::string_view text) {
  const bool raw = text.find_first_of("`\r") == std::string_view::npos;
  if (raw && random_.chance(20)) return "`" + std::string(text) + "`";
  return gotemplate::quote(text);
}

std::string Expressions::text_of_kind(char kind) {
  switch (kind) {
    case 'k':
      return std::string(random_.one_of(words::keys()));
    case 'r':
      return std::string(random_.one_of(words::patterns()));
    case 'L':
      return std::string(random_.one_of(words::layouts()));
    case 'j':
      return random_.chance(60) ? json(2) : std::string(random_.one_of(words::json_texts()));
    case 'y':
      return random_.chance(40) ? json(2) : std::string(random_.one_of(words::yaml_texts()));
    case 'T':
      return std::string(random_.one_of(words::toml_texts()));
    case 'c':
      return std::string(random_.one_of(words::constraints()));
    case 'v':
      return std::string(random_.one_of(words::versions()));
    case 'p':
      return std::string(random_.one_of(words::paths()));
    case 'B':
      return std::string(random_.one_of(words::encoded()));
    default:
      return text();
  }
}

std::string Expressions::integer() {
  if (large_ && random_.chance(12)) return std::string(random_.one_of(words::large_integers()));
  if (random_.chance(15)) return random_.one_of({"(int .Values.number)", "(len .Values.list)"});
  return std::to_string(random_.between(-4, 12));
}

std::string Expressions::floating() {
  if (large_ && random_.chance(40)) return std::string(random_.one_of(words::floats()));
  return random_.one_of({".Values.float", ".Values.number", "1.5", "2.0", "-0.5",
                         ".Values.negative", "(float64 2)", ".Values.zero"});
}

std::string Expressions::number() {
  return std::string(random_.one_of(words::number_forms()));
}

std::string Expressions::json(int depth) {
  switch (random_.below(depth > 0 ? 9 : 6)) {
    case 0:
      return random_.one_of({"null", "true", "false"});
    case 1:
    case 2:
      return random_.one_of(
          {"0", "1", "-1", "1.5", "1e6", "123456789", "1e-7", "1e21", "100000000000000000000"});
    case 3:
    case 4:
    case 5: {
      std::string quoted;
      model::write_json_string(text(), quoted);
      return quoted;
    }
    case 6: {
      std::string made = "[";
      for (std::size_t i = random_.below(4); i > 0; --i)
        made += json(depth - 1) + (i > 1 ? "," : "");
      return made + "]";
    }
    default: {
      std::string made = "{";
      for (std::size_t i = random_.below(4); i > 0; --i) {
        model::write_json_string(random_.chance(70) ? random_.one_of(words::keys()) : text(), made);
        made += ":" + json(depth - 1) + (i > 1 ? "," : "");
      }
      return made + "}";
    }
  }
}

std::string Expressions::list(int depth) {
  if (depth > 0 && random_.chance(35)) {
    std::string made = "(list";
    for (std::size_t i = random_.below(4); i > 0; --i) made += " " + any(depth - 1);
    return made + ")";
  }
  return random_.one_of({"(list)", "(list 1 2 3)", "(list \"b\" \"a\" \"b\")", ".Values.list",
                         ".Values.names", ".Values.numbers", ".Values.none", "(until 3)",
                         "(splitList \",\" \"x,y,,z\")", "(list nil \"\" 0 1)",
                         "(tuple 1 2.0 \"1\")", "(list (list 1) (list 2 3))",
                         "(list (dict \"a\" 1) (dict \"a\" 2))", "(.Files.Lines \"data/a.txt\")",
                         "(regexFindAll \"[a-c]\" \"abcabc\" -1)", "(chunk 2 (list 1 2 3))",
                         "(.Files.GetBytes \"data/b.bin\")", "(fromJsonArray `[1,\"x\",null]`)",
                         "(untilStep 0 9 4)"});
}

std::string Expressions::dict(int depth) {
  if (depth > 0 && random_.chance(35)) {
    std::string made = "(dict";
    for (std::size_t i = random_.below(4); i > 0; --i) {
      made += " " + constant(random_.one_of(words::keys())) + " " + any(depth - 1);
    }
    return made + ")";
  }
  return random_.one_of(
      {"(dict)", "(dict \"a\" 1 \"b\" \"x\")", ".Values.map", ".Values.labels", ".Values.hollow",
       ".Values.nested", "(dict \"c\" (dict \"d\" 1))", "(fromYaml \"a: 1\\nb: [x]\")",
       "(split \"/\" \"x/y/z\")", "(deepCopy .Values.map)",
       "(dict \"host\" \"h:1\" \"scheme\" \"http\" \"path\" \"/p\")", ".Release",
       "(fromJson `{\"a\":{\"b\":null}}`)", "(pick .Values \"text\" \"map\")",
       "(dict \"a\" \"\" \"b\" false \"c\" (dict))", "(urlParse \"https://u:p@h/p?q#f\")"});
}

std::string Expressions::typed(char kind, int depth) {
  switch (kind) {
    case 'a':
      return any(depth);
    case 'i':
      return integer();
    case 'f':
      return floating();
    case 'n':
      switch (random_.below(8)) {
        case 0:
        case 1:
        case 2:
          return integer();
        case 3:
        case 4:
          return floating();
        case 5:
          return constant(random_.one_of(words::number_texts()));
        case 6:
          return random_.one_of({".Values.given", "(int64 3)", "(atoi \"4\")", "'a'"});
        default:
          return large_ ? random_.one_of({".Values.wide", ".Values.big", ".Values.million"})
                        : integer();
      }
    case 'b':
      return random_.one_of(
          {"true", "false", ".Values.flag", ".Values.off", "(eq 1 1)", "(not 1)"});
    case 'l':
      return list(depth);
    case 'd':
      return dict(depth);
    case 't':
      return random_.one_of(
          {"(toDate \"2006-01-02\" \"2024-02-29\")", "(int64 1700000000)", "86399",
           "(mustToDate \"2006-01-02 15:04:05 MST\" \"2023-07-01 12:30:45 UTC\")",
           "(toDate \"2006-01-02T15:04:05Z07:00\" \"1999-12-31T23:59:59+05:30\")", "0", "-1"});
    case 'u':
      if (random_.chance(25))
        return random_.one_of({"3661", "(int64 90061)", "0", "1.5", "(int64 -5)"});
      return constant(random_.one_of(words::durations()));
    case 'v':
      if (random_.chance(15)) return "(semver " + constant(text_of_kind('v')) + ")";
      return constant(text_of_kind('v'));
    case 's':
      if (random_.chance(30)) {
        return random_.one_of({".Values.text", ".Values.empty", ".Values.unicode", ".Values.lines",
                               ".Values.digits", ".Chart.Name", ".Release.Name", ".Template.Name",
                               "(.Files.Get \"data/a.txt\")", ".Values.word", ".Values.version",
                               ".Chart.Version", "(trunc 3 \"aé\")",
                               ".Capabilities.KubeVersion.Version"});
      }
      return constant(text());
    default:
      return constant(text_of_kind(kind));
  }
}

std::string Expressions::nothing() {
  return random_.one_of({"nil", ".Values.absent", ".Values.nothing", "(.Values.absent)", "$absent",
                         ".Values.map.z", "(dict).x", "(.Values.absent).a.b", "(first (list))"});
}

std::string Expressions::any(int depth) {
  if (random_.chance(7)) return nothing();
  if (depth > 0 && random_.chance(25)) {
    std::string ignored;
    return "(" + call(ignored, depth - 1) + ")";
  }
  if (random_.chance(4)) {
    return random_.one_of({".Values", ".Capabilities.KubeVersion", ".Files", ".Template", "1i",
                           ".Capabilities.APIVersions.Has", "(semver \"1.2.3-rc.1+b\")",
                           "(toDecimal \"17\")", ".Subcharts"});
  }
  return typed(any_kinds[random_.below(any_kinds.size())], depth);
}

std::string Expressions::operand(char kind, int depth) {
  if (random_.chance(5)) return nothing();
  if (random_.chance(10)) return any(depth);
  if (depth > 0 && kind == 's' && random_.chance(12)) {
    std::string ignored;
    return "(" + call(ignored, depth - 1) + ")";
  }
  return typed(kind, depth);
}

std::string Expressions::call(std::string& topic, int depth) {
  const TemplateFunction* function = nullptr;
  do {
    function = &random_.one_of(template_functions());
  } while ((has(*function, TemplateFunction::rare) && !random_.chance(1)) ||
           (has(*function, TemplateFunction::helm4) && profile_ == helm::Profile::helm3 &&
            !random_.chance(5)));
  topic = function->name;
  const bool outer_large = large_;
  large_ = large_ && !has(*function, TemplateFunction::small);
  const bool exact =
      has(*function, TemplateFunction::exact) || has(*function, TemplateFunction::small);
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < function->kinds.size(); ++i) {
    const char kind = function->kinds[i];
    const bool repeats = i + 1 < function->kinds.size() && function->kinds[i + 1] == '*';
    for (std::size_t left = repeats ? random_.below(4) : 1; left > 0; --left) {
      arguments.push_back(exact ? typed(kind, depth) : operand(kind, depth));
    }
    if (repeats) ++i;
  }
  const bool counted = !has(*function, TemplateFunction::exact);
  if (counted && random_.chance(4)) arguments.push_back(typed('i', 0));
  if (counted && !arguments.empty() && random_.chance(3)) arguments.pop_back();
  // How far a list of decoded JSON may be sliced beyond its end is the decoder's accident.
  if (topic.ends_with("lice") && !arguments.empty()) arguments[0] = "(list 1 \"b\" nil 2.5)";
  std::string made(function->name);
  std::string piped;
  if (!arguments.empty() && random_.chance(20)) {
    piped = arguments.back() + " | ";
    arguments.pop_back();
  }
  for (const std::string& argument : arguments) made += " " + argument;
  large_ = outer_large;
  made = piped + made;
  if (has(*function, TemplateFunction::unsorted)) {
    made += function->name == "keys" ? " | sortAlpha" : " | len";
  }
  return made;
}

}  // namespace reconcile::fuzz
