// Text in YAML's many forms, correct and spoilt, as fromYaml and values files read it.
#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view keys[] = {
    "a",   "b",     "c",    "name",    "on", "yes", "1.5", "?",       "<<",         "a b", "0x1",
    "'k'", "\"d\"", "&k k", "!!str s", "k#", "- a", "=",   "\"\\t\"", "2001-01-01", "x-y", "z.z"};

class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string document() {
    std::string text;
    if (random_.chance(8)) text += "# first\n";
    if (random_.chance(4)) text += random_.one_of({"%YAML 1.1\n---\n", "\xEF\xBB\xBF"});
    if (random_.chance(12)) text += random_.one_of({"---\n", "--- # c\n", "---\n\n", "--- "});
    text += random_.chance(75) ? map(0, 3) : random_.chance(60) ? sequence(0, 3) : scalar(0) + "\n";
    if (random_.chance(10)) {
      text += random_.one_of({"---\n", "...\n", "...\n---\n", "---\na: 1\n", "--- b\n"});
    }
    return text;
  }

 private:
  std::string indentation(std::size_t count) { return std::string(count, ' '); }

  std::string comment() { return random_.chance(5) ? " # remark" : ""; }

  std::string block_scalar(std::size_t indent) {
    std::string text =
        random_.one_of({"|", ">", "|-", ">-", "|+", ">+", "|2", ">1-", "|-2", "|9", "| # c"});
    text += "\n";
    const std::size_t lines = random_.below(5);
    for (std::size_t i = 0; i < lines; ++i) {
      if (!random_.chance(12)) {
        text += indentation(indent + (random_.chance(15) ? random_.below(3) : 2));
        text += random_.one_of(
            {"text", "two words", "# no comment", "- x", "a: b", "\ttab", "  more", "end "});
      }
      text += "\n";
    }
    return text.substr(0, text.size() - 1);
  }

  std::string quoted_scalar(std::size_t indent) {
    if (random_.chance(40)) {
      return random_.one_of({"'it''s'", "''", "'a b'", "'a\n\n   b'", "'\\n'", "' x '"});
    }
    if (random_.chance(40)) return quoted(random_text(random_));
    return "\"" +
           random_.one_of({"\\x41\\u00e9", "\\/", "a\\\n   b",
                           "line\n" + indentation(indent + 1) + "two", "\\U0001F600",
                           "\\ud83d\\ude00", "\\N\\_\\L\\P\\e\\0", "\\ \\\t", "\\q", "\\x4", "\t",
                           "\xC2\x85", "a\n\n\nb", "\\uFFFF", "\\uD800", "\\z"}) +
           "\"";
  }

  std::string flow() {
    return random_.one_of({"{}",
                           "[]",
                           "{a: 1, b: [x, 'y']}",
                           "[a, b, c]",
                           "{a, b: }",
                           "[a: 1, {b: 2}]",
                           "{a: 1,}",
                           "[,]",
                           "[a,, b]",
                           "{? k : v}",
                           "{\"a\":1}",
                           "{a:1}",
                           "[ ]",
                           "{a: {b: c}}",
                           "[[1], [2]]",
                           "{a: 1\n, b: 2}",
                           "[a\n b]",
                           "{1: 2}",
                           "{a: ~}",
                           "{[a]: b}",
                           "[a",
                           "{a: b",
                           "]",
                           "{a: 'x'y}",
                           "{<<: {a: 1}}",
                           "[?]",
                           "[-]",
                           "[- a]",
                           "{a: #c\n 1}",
                           "{a : b}",
                           "[a ,b]",
                           "['a':b]",
                           "{'a':b, c: d}",
                           "{http://a:80/b}",
                           "[a:b]",
                           "[:x]",
                           "{x: :x}"});
  }

  std::string scalar(std::size_t indent) {
    switch (random_.below(12)) {
      case 0:
        return block_scalar(indent);
      case 1:
      case 2:
        return quoted_scalar(indent);
      case 3:
        return flow();
      case 4:
        return random_.one_of(
            {"&x 1", "&x a", "*x", "*y", "&y {a: 1}", "&x [1]", "& a", "&x", "*x ", "&x *x"});
      case 5:
        return random_.one_of({"!!str 1",
                               "!!int \"1\"",
                               "!!float 1",
                               "!!bool yes",
                               "!!null ''",
                               "!x a",
                               "!",
                               "!!binary aGk=",
                               "!!binary =",
                               "!<tag:yaml.org,2002:str> 1",
                               "!!map {}",
                               "!!seq []",
                               "!!str",
                               "!!int x",
                               "!!timestamp 2001-01-01",
                               "!!float x",
                               "!!bool x",
                               "! 1",
                               "!!set {a}",
                               "!!omap []",
                               "!!merge <<"});
      case 6:
        return random_.one_of({"a b\n" + indentation(indent + 1) + "c",
                               "a\n\n" + indentation(indent + 2) + "b",
                               "a: b",
                               "a #b",
                               "a:b",
                               "- a",
                               "-",
                               "?",
                               ":",
                               "a\tb",
                               "a ",
                               "%a",
                               "@a",
                               "`a",
                               "a'b",
                               "a\"b",
                               "[",
                               "}",
                               "a, b",
                               "a]",
                               "--- a",
                               "...",
                               "x: |",
                               "a\n---\nb",
                               "a\\n"});
      default:
        return random_.chance(50) ? random_scalar(random_) : plain_word();
    }
  }

  std::string plain_word() {
    return random_.one_of({"0o7",
                           "0b11",
                           "-0x1f",
                           "+1",
                           "1e400",
                           ".inf",
                           "-.inf",
                           ".nan",
                           "1__0",
                           "0x",
                           "1.",
                           ".",
                           "+",
                           "08",
                           "-08",
                           "010",
                           "1:60",
                           "<<",
                           "=",
                           "y",
                           "Y",
                           "n",
                           "oN",
                           "TRUE",
                           "tRUE",
                           "1e3",
                           "-1e-3",
                           "0.",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "18446744073709551616",
                           "123456789012345678901234567890",
                           "1_0.5",
                           "0_1",
                           "é",
                           "\xF0\x9F\x98\x80",

                           "a\xC2\x85"
                           "b",
                           "a\xE2\x80\xA8"
                           "b",
                           "\xC2\xA0",
                           "x"});
  }

  std::string value(std::size_t indent, std::size_t depth) {
    const std::size_t kind = random_.below(10);
    if (depth > 0 && kind < 3)
      return comment() + "\n" + map(indent + 1 + random_.below(4), depth - 1);
    if (depth > 0 && kind < 5) {
      const std::size_t deeper = random_.chance(50) ? 0 : 1 + random_.below(3);
      return comment() + "\n" + sequence(indent + deeper, depth - 1);
    }
    if (kind == 5) return comment() + "\n";
    if (kind == 6 && depth > 0) {
      return random_.one_of({" &x", " !!map", " !t"}) + "\n" + map(indent + 2, depth - 1);
    }
    return " " + scalar(indent) + comment() + "\n";
  }

  std::string map(std::size_t indent, std::size_t depth) {
    std::string text;
    const std::size_t count = 1 + random_.below(3);
    const std::size_t first = random_.below(6);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string key = random_.chance(80)
                                  ? std::string(keys[first % 4 + (random_.chance(5) ? 0 : i)])
                                  : std::string(random_.one_of(keys));
      text += indentation(indent);
      if (random_.chance(3)) {
        text += "? " + key + "\n" + indentation(indent);
        if (random_.chance(80)) text += ":" + value(indent, depth);
        continue;
      }
      if (key == "<<" && random_.chance(70)) {
        text +=
            "<<: " +
            random_.one_of({"*x", "{a: 1, z: 2}", "[{a: 1}, {a: 2, b: 3}]", "[*x]", "1", "[1]"}) +
            "\n";
        continue;
      }
      text += key + (random_.chance(4) ? " :" : ":") + value(indent, depth);
      if (random_.chance(3)) text += indentation(random_.below(4)) + "# between\n";
      if (random_.chance(3)) text += "\n";
    }
    return text;
  }

  std::string sequence(std::size_t indent, std::size_t depth) {
    std::string text;
    const std::size_t count = 1 + random_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      text += indentation(indent) + "-";
      if (depth > 0 && random_.chance(30)) {
        std::string nested = map(indent + 2, depth - 1);
        text += " " + nested.substr(indent + 2);
      } else if (depth > 0 && random_.chance(15)) {
        std::string nested = sequence(indent + 2, depth - 1);
        text += " " + nested.substr(indent + 2);
      } else {
        text += value(indent, depth);
      }
    }
    return text;
  }

  Random& random_;
};

/// One or two small faults.
void spoil(Random& random, std::string& text) {
  const std::size_t times = 1 + random.below(2);
  for (std::size_t i = 0; i < times && !text.empty(); ++i) {
    const std::size_t at = random.below(text.size());
    switch (random.below(5)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, random.one_of({" ", "\t", "\n", ":",    "- ", "#",  " #", "'", "\"",
                                       "{", "}",  "[",  "]",    ",",  "&",  "*",  "|", ">",
                                       "!", "%",  "\r", "\r\n", "? ", ": ", "a"}));
        break;
      case 2:
        text.resize(at);
        break;
      case 3:
        for (std::size_t from = 0; (from = text.find('\n', from)) != std::string::npos; from += 2) {
          text.insert(from, "\r");
        }
        break;
      default:
        text.insert(at, text.substr(at, 1 + random.below(12)));
        break;
    }
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    for (int i = 0; i < more; ++i) {
      if (at == text.size() || (static_cast<unsigned char>(text[at++]) & 0xc0U) != 0x80)
        return false;
    }
  }
  return true;
}

}  // namespace

Case make_yaml_text_case(Random& random) {
  Case made;
  std::string text = Writer(random).document();
  bool is_spoilt = false;
  if (random.chance(35)) {
    std::string spoilt = text;
    spoil(random, spoilt);
    is_spoilt = is_utf8(spoilt);
    if (is_spoilt) text = spoilt;
  }
  // Where a text has two faults, or one that shows in two places, another may be named.
  if (is_spoilt) made.error_match = ErrorMatch::fails;
  const std::string left_out = is_spoilt ? "converting YAML.*" : "map key.*";
  made.profile = random.chance(60) ? helm::Profile::helm4 : helm::Profile::helm3;
  switch (random.below(4)) {
    case 0:
      made.topic = "values file";
      made.values.push_back({helm::ValuesForm::file, text, "values"});
      made.files["templates/a.txt"] = "{{ toJson .Values }}";
      break;
    case 1:
      made.topic = "values.yaml";
      made.files["values.yaml"] = text;
      made.files["templates/a.txt"] = "{{ toYaml .Values }}";
      made.error_match = ErrorMatch::fails;
      break;
    default:
      made.topic = "fromYaml";
      made.files["y"] = text;
      // Keys that are no text are printed with Go's types, which are not kept.
      made.files["templates/a.txt"] = "{{ $text := .Files.Get \"y\" }}{{ regexReplaceAll \"" +
                                      left_out +
                                      "\" (toJson (fromYaml $text)) \"\" }}\n"
                                      "{{ regexReplaceAll \"" +
                                      left_out + "\" (toJson (fromYamlArray $text)) \"\" }}\n";
      break;
  }
  return made;
}

}  // namespace reconcile::fuzz
