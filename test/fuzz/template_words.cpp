#include "test/fuzz/template_words.hpp"

namespace reconcile::fuzz::words {

Words texts() {
  using namespace std::string_view_literals;
  // clang-format off
  static constexpr std::string_view all[] = {
      "", "a", "abc", "hello world", "Hello", "HTTPServer", "firstName", "snake_case_x",
      "kebab-case", "UPPER", " padded ", "a,b,c", "x/y/z", "$1", "${1}b", "%d %s", "10", "-7",
      "0x1F", "010", "3.14", "1e3", "true", "false", "null", "yes", "~", "Größe", "東京",
      "🙂", "a\nb\n", "\n", "  indented", "tab\tx", "<a href='x'>&", "\"quoted\"",
      "back\\slash", "{{ .x }}", "a: b", "- x", "#c", "&a", "*b", "!t", "|", "plain", "labels",
      "app.name", "keyed", "hollow", "twice", "string", "int", "map", "slice", "float64", "UTC",
      "Europe/Berlin", "America/New_York", "aaa", "abcabc", "foo bar baz qux",
      "ünïcödé straße", "İstanbul ǆ ß ﬁ", "a\xcc\x81", "\xff\xfe", "line1\r\nline2",
      "é",
      "the quick brown fox jumps over the lazy dog and then sleeps for a very long time indeed",
      "version 1.2.3", "{{ .Values.text }}", "{{ include \"plain\" . }}", "0", "1", "=", "  ",
      "x y  z",
  };
  // clang-format on
  return all;
}

Words keys() {
  static constexpr std::string_view all[] = {
      "a", "b",   "c",  "d",  "e",   "z", "text", "map", "x",      "y",  "host", "path",
      "",  "k 1", "_0", "_1", "a.b", "é", "10",   "9",   "scheme", "v1", "v10"};
  return all;
}

Words patterns() {
  static constexpr std::string_view all[] = {"a",
                                             "[a-c]+",
                                             "^a",
                                             "b$",
                                             "(a)(b)?",
                                             "(?i)HELLO",
                                             "\\d+",
                                             "\\w+\\s*",
                                             "a|b",
                                             "x*",
                                             "",
                                             "[",
                                             "(",
                                             "a{2,3}",
                                             "(?P<n>b)c",
                                             ".",
                                             "\\.",
                                             "[^a-z]",
                                             "\\bfoo\\b",
                                             "(?m)^b",
                                             "(?s).+",
                                             "\\p{L}+",
                                             "[[:upper:]]",
                                             "a**",
                                             "(?=x)",
                                             "\\1",
                                             "é",
                                             "a{1001}",
                                             "\\x{1F642}",
                                             "\\pN",
                                             "\\Qa.b\\E",
                                             "(a|ab)(c|bcd)",
                                             "(?U)a+",
                                             "a+?",
                                             "[\\d-z]",
                                             "\\z",
                                             "$",
                                             "^"};
  return all;
}

Words layouts() {
  static constexpr std::string_view all[] = {"2006-01-02",
                                             "2006-01-02 15:04:05 MST",
                                             "2006-01-02T15:04:05Z07:00",
                                             "Jan _2 06",
                                             "Monday, January 2",
                                             "Mon Jan 02 03:04:05 PM 2006",
                                             "15:04:05.000",
                                             "02.01.06 3pm",
                                             "__2 002",
                                             "2006-01-02T15:04:05.999999999Z0700",
                                             "-07:00:00 Z07",
                                             "",
                                             "abc",
                                             "20060102150405",
                                             "1/2/2006 05,000",
                                             "Jan"};
  return all;
}

Words json_texts() {
  static constexpr std::string_view all[] = {"",
                                             "{",
                                             "[1,2",
                                             "{\"a\":1}x",
                                             "nul",
                                             "\"a",
                                             "{a:1}",
                                             "[1,]",
                                             "{\"a\":}",
                                             "01",
                                             "1.",
                                             "-",
                                             "\"\\u12\"",
                                             "\"\\ud83d\\ude00\"",
                                             " {} ",
                                             "[]",
                                             "true",
                                             "\"text\"",
                                             "{\"a\":1,\"a\":2}",
                                             "[1e400]",
                                             "\"\\x\"",
                                             "\"\t\"",
                                             "{\"b\":{\"c\":[{}]}}",
                                             "1 2"};
  return all;
}

Words yaml_texts() {
  static constexpr std::string_view all[] = {"",
                                             "a: 1",
                                             "a: 1\nb: [x, 2, null]",
                                             "- a\n- b: 1",
                                             "a: {b: c}",
                                             "a: &x 1\nb: *x",
                                             "a: yes\nb: on",
                                             "a: 0o17\nb: 017\nc: 0x1F",
                                             "a: 1_000",
                                             "a: 1:20",
                                             "a: ~",
                                             "a: |\n  x\n  y\n",
                                             "a: >-\n  x\n  y\n\n  z\n",
                                             "a: 'it''s'",
                                             "a: \"\\u00e9\\n\"",
                                             "a:\n  - b\n  -  c: d\n    e: f",
                                             "a: b: c",
                                             "\ta: 1",
                                             "a: [1, 2",
                                             "? a\n: b",
                                             "1: a\n1.5: b\ntrue: c",
                                             "<<: {a: 1}\nb: 2",
                                             "a: 2024-01-02",
                                             "a: !!str 1",
                                             "a: .inf",
                                             "a: 1e3\nb: 1.0\nc: -0",
                                             "text",
                                             "[]",
                                             "{}",
                                             "null",
                                             "--- \na: 1\n---\nb: 2",
                                             "a: 1\na: 2",
                                             "# only\n",
                                             "a: #c\n",
                                             "a: 12345678901234567890",
                                             "a: !!binary aGk=",
                                             "a: @x",
                                             "%YAML 1.1\n---\na: 1",
                                             "a: \"x",
                                             "*a",
                                             "a:\n b:\n  c: 1\n d: 2\n",
                                             "a: x #y",
                                             "a: - b",
                                             "é: ü\n🙂: 1"};
  return all;
}

Words toml_texts() {
  static constexpr std::string_view all[] = {"",
                                             "a = 1",
                                             "a = 1.5\nb = \"x\"",
                                             "[t]\na = true\n[t.u]\nb = [1, 2]",
                                             "a = 2024-01-02",
                                             "a = 2024-01-02T03:04:05Z",
                                             "a = 'raw'",
                                             "[[l]]\nx = 1\n[[l]]\nx = 2",
                                             "a.b.c = 1",
                                             "a = {x = 1, y = \"z\"}",
                                             "a = ",
                                             "a = 1\na = 2",
                                             "= 1",
                                             "a = [1, \"x\"]",
                                             "a = 0x1F\nb = 1_000",
                                             "a = inf",
                                             "a = \"\"\"\nm\nn\"\"\"",
                                             "[a\nb = 1",
                                             "a = 03:04:05",
                                             "a = 1e400",
                                             "\"q k\" = 1\n'r' = 2",
                                             "a = nan"};
  return all;
}

Words constraints() {
  static constexpr std::string_view all[] = {">=1.2.3",
                                             "^1.2",
                                             "~1.2.3",
                                             "1.x",
                                             "*",
                                             ">1 <2",
                                             ">=1.0, <2.0.0 || ^3",
                                             "1.2 - 1.4",
                                             "!=1.2.3",
                                             ">=1.2-0",
                                             "~>1.2",
                                             "=>1.0",
                                             "=<1.0",
                                             "",
                                             "^0.2",
                                             "^0.0.3",
                                             "x",
                                             "a",
                                             ">=1.2.3-rc.1",
                                             ">>1",
                                             "1.2.3 || ",
                                             "v1.2.3",
                                             "^v1",
                                             ">=1.20.0-0",
                                             "~0",
                                             "<1.2.x",
                                             ">1.x",
                                             "= 1.2.3",
                                             ">= 1.2.3+m"};
  return all;
}

Words versions() {
  static constexpr std::string_view all[] = {
      "1.2.3",      "v1.2",           "1",
      "1.2.3-rc.1", "1.2.3+b.5",      "0.0.3",
      "0.2.9",      "2.0.0-0",        "",
      "a",          "1.2.3.4",        "01.2.3",
      "1.2.3-01",   "1.20.4-gke.100", "v3.4.5-alpha.10+x",
      " 1.2.3",     "1.2.3-",         "99999999999999999999.0.0",
      "1.x",        "3.0.0"};
  return all;
}

Words paths() {
  static constexpr std::string_view all[] = {"",
                                             "/",
                                             "a",
                                             "a/b",
                                             "/a/b/",
                                             "../x",
                                             "a/../b",
                                             "./a//b",
                                             "file.tar.gz",
                                             ".hidden",
                                             "dir/.ext",
                                             "a/b.c/d",
                                             "//a",
                                             "..",
                                             "a/./b/..",
                                             "https://user:pass@host:8080/p/a?q=1&r#frag",
                                             "http://[::1]:80/",
                                             "mailto:x@y.z",
                                             "host:port",
                                             "http://h/%zz",
                                             "ftp://h/a b",
                                             "?q",
                                             "#f",
                                             "http://host",
                                             "a%20b",
                                             "//h/p",
                                             "http://h:x/",
                                             ":",
                                             "é/ü.txt",
                                             "http://u@h?x=%41"};
  return all;
}

Words encoded() {
  static constexpr std::string_view all[] = {
      "",     "aGVsbG8=", "aGVsbG8", "NBSWY3DP",
      "!!!!", "/+8=",     "_-8=",    "aGk=\n",
      "a",    "NBUQ====", "//79",    "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="};
  return all;
}

Words durations() {
  static constexpr std::string_view all[] = {
      "1h",     "90m", "1h30m5s", "-2h", "1.5h",   "100ms", "1us", "1µs",   "3ns",      "0",
      "",       "x",   "1",       "1d",  "2w",     "1h1h",  "24h", "8760h", "9999999h", "45s",
      "-1.25s", "+5m", "1.h",     ".5s", "720h1m", "3600",  "61",  "1 h"};
  return all;
}

Words large_integers() {
  static constexpr std::string_view all[] = {"9223372036854775807",
                                             "-9223372036854775808",
                                             "1000000",
                                             "123456789",
                                             "2147483648",
                                             "4294967296",
                                             "1152921504606846976",
                                             "9007199254740993",
                                             "65",
                                             "128578",
                                             "1114112",
                                             "-1000000007",
                                             "55296"};
  return all;
}

Words floats() {
  static constexpr std::string_view all[] = {"1.5",
                                             "0.1",
                                             "1e6",
                                             "1e100",
                                             "123456.789",
                                             "1e-7",
                                             "2.5",
                                             "-2.5",
                                             "3.999999999999",
                                             "1e21",
                                             "1e20",
                                             ".5",
                                             "100000.0",
                                             "999999.9999",
                                             "1e-5",
                                             "0.0001",
                                             "1.7976931348623157e308",
                                             "5e-324",
                                             "2e-308",
                                             "123456789.0",
                                             ".Values.big",
                                             ".Values.million",
                                             ".Values.tiny",
                                             "-0.0",
                                             "0.30000000000000004",
                                             "12345678901234567890.0"};
  return all;
}

Words number_forms() {
  // clang-format off
  static constexpr std::string_view all[] = {
      "0", "-0", "+1", "007", "08", "0o17", "0O7", "0b101", "0B2", "0x1F", "0X_f", "0x",
      "1_000", "1__0", "_1", "1_", "1.", ".5", "1.5e3", "1E+3", "1e", "1e-", "0x1p4", "0x1.8p1",
      "0x1.8", "1i", "1.5i", "0x1p-2i", "1+2i", "1e3i", "'a'", "'é'", "'\\n'", "'\\''",
      "'\\x41'", "'\\u00e9'", "'\\U0001F642'", "''", "'ab'", "'\\777'", "'\\101'", "1e400",
      "1e-400", "18446744073709551615", "18446744073709551616", "9223372036854775808",
      "-9223372036854775809", "1e18", "1e19", "1.0", "0b", "0_7", "1.2.3", "1a", "-", "+",
      "1e1_0", "0x_1", "0xg", "-0x10", "+.5", "-.5e-2", "1.e1", "'\\\"'", "'\"'", "0.0", "-0.0",
      "1e0", "'\xff'", "'\\400'", "'\\ud800'",
  };
  // clang-format on
  return all;
}

Words number_texts() {
  static constexpr std::string_view all[] = {"10",
                                             "-3",
                                             "2.5",
                                             "1e3",
                                             "0x10",
                                             "010",
                                             "",
                                             "abc",
                                             "1_000",
                                             " 1",
                                             "3.0",
                                             "3.00",
                                             "0b11",
                                             "0o7",
                                             "+5",
                                             "-0",
                                             "1.",
                                             ".5",
                                             "inf",
                                             "NaN",
                                             "true",
                                             "08",
                                             "9223372036854775808",
                                             "1e400",
                                             "3.7"};
  return all;
}

Words verbs() {
  static constexpr std::string_view all[] = {
      "v",   "+v", "#v", "T", "t", "d", "b",  "o",  "O",    "x",  "X",  "c",  "q",
      "U",   "#U", "e",  "E", "f", "F", "g",  "G",  "s",    "#x", "#q", "+q", "% x",
      "% X", "+d", "x",  "w", "z", "!", "#o", "#b", "+.2e", "#g", "%",  "é",  "# x"};
  return all;
}

}  // namespace reconcile::fuzz::words
