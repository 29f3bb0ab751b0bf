// One row a behaviour; the large table of the real engine is run by the gotemplate tests.
#include <catch2/catch.hpp>

#include "test/renderers/sprig/call_support.hpp"

namespace reconcile::sprig {
namespace {

struct Row {
  const char* text;
  const char* expected;
  const char* data = "{}";
};

void check_rows(const Row* rows, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    INFO(rows[i].text);
    CHECK(rendered(rows[i].text, rows[i].data) == rows[i].expected);
  }
}

template <std::size_t count>
void check_rows(const Row (&rows)[count]) {
  check_rows(rows, count);
}

TEST_CASE("text functions count bytes and split words as the Go libraries do",
          "[renderers][sprig][strings]") {
  const Row rows[] = {
      {"{{ trunc -3 \"abcdef\" }}", "def"},
      {"{{ substr 2 0 \"abc\" }}", "error: substr: runtime error: slice bounds out of range [2:0]"},
      {"{{ abbrev 5 \"hello world\" }}", "he..."},
      {"{{ abbrevboth 5 10 \"1234 5678 9123\" }}", "...5678..."},
      {"{{ nospace \"a b\\u00e9\" }}", "ab\u00c3\u00a9"},
      {"{{ snakecase \"FirstName HTTPServer\" }}", "first_name_http_server"},
      {"{{ kebabcase \"Bld4Floor3rd\" }}", "bld4-floor-3rd"},
      {"{{ snakecase \"http2xx\" }}", "http_2xx"},
      {"{{ camelcase \"http_server-x y\" }}", "HttpServerXY"},
      {"{{ title \"wORLD-foo\" }}", "WORLD-Foo"},
      {"{{ swapcase \"This Is A.Test\" }}", "tHIS iS a.tEST"},
      {"{{ initials \"First Try\" }}", "FT"},
      {"{{ wrap 5 \"abcdefg hi\" }}", "abcdefg\nhi"},
      {"{{ wrapWith 5 \"|\" \"HelloWorld\" }}", "Hello|World"},
      {"{{ indent 2 \"a\\n\\nb\" }}", "  a\n  \n  b"},
      {"{{ quote nil \"a\\\"b\" 1 }}", "\"a\\\"b\" \"1\""},
      {"{{ squote \"it's\" }}", "'it's'"},
      {"{{ cat 1 nil \"b\" }}", "1 b"},
      {"{{ replace \"\" \"-\" \"ab\" }}", "-a-b-"},
      {"{{ trimAll \"$\" \"$5.00$\" }}", "5.00"},
      {"{{ (splitn \"$\" 2 \"a$b$c\")._1 }}", "b$c"},
      {"{{ repeat -1 \"a\" }}", "error: repeat: strings: negative Repeat count"},
  };
  check_rows(rows);
}

TEST_CASE("numbers convert and compute as cast and decimal do", "[renderers][sprig][numbers]") {
  const Row rows[] = {
      {"{{ int \"0x10\" }} {{ int \"010\" }} {{ int \"3.00\" }} {{ int \"1e3\" }}", "16 8 3 0"},
      {"{{ add 1 2.9 }} {{ mod 7 -2 }} {{ div -7 2 }}", "3 1 -3"},
      {"{{ div 1 0 }}", "error: div: runtime error: integer divide by zero"},
      {"{{ addf 0.1 0.2 }} {{ subf 1 0.9 }} {{ mulf 1.1 1.1 }}", "0.3 0.1 1.21"},
      {"{{ divf 1 3 }} {{ divf -2 3 }}", "0.3333333333333333 -0.6666666666666667"},
      {"{{ divf 1 0 }}", "error: divf: decimal division by 0"},
      {"{{ addf 1e300 1e-300 }}", "1e+300"},
      {"{{ mulf 1e300 1e300 }}", "+Inf"},
      {"{{ addf \"inf\" }}", "error: addf: Cannot create a Decimal from +Inf"},
      {"{{ round -2.5 0 }} {{ round 2.345 2 }} {{ round 123.5555 3 0.6 }}", "-3 2.35 123.555"},
      {"{{ seq 2 -1 }}|{{ seq 0 2 5 }}|{{ seq 5 1 0 }}", "2 1 0 -1|0 2 4|"},
      {"{{ until -2 }} {{ untilStep 3 6 2 }}", "[0 -1] [3 5]"},
      {"{{ toDecimal \"777\" }} {{ maxf 1 \"2.5\" }} {{ min 5 -1 }}", "511 2.5 -1"},
  };
  check_rows(rows);
}

TEST_CASE("lists and dicts follow Go's types, emptiness and aliases", "[renderers][sprig][lists]") {
  const Row rows[] = {
      {"{{ has 1 (list 1.0) }} {{ has 1 (list 1) }}", "false true"},
      {"{{ uniq (list 1 1.0 \"a\" \"a\" nil nil) }}", "[1 1 a <nil>]"},
      {"{{ chunk 2 (list 1 2 3) }}", "[[1 2] [3]]"},
      {"{{ chunk 0 (list 1) }}", "error: chunk: runtime error: makeslice: len out of range"},
      {"{{ first (list) }}|{{ rest (list 1 2) }}|{{ concat (list 1) (splitList \",\" \"a,b\") }}",
       "<no value>|[2]|[1 a b]"},
      {"{{ slice (list 1 2 3) 1 2 }}", "[2]"},
      {"{{ dict \"a\" 1 \"b\" }}", "map[a:1 b:]"},
      {"{{ dig \"a\" \"b\" \"x\" (dict \"a\" (dict \"b\" 2)) }}", "2"},
      {"{{ dig \"a\" \"b\" \"x\" (dict \"a\" 1) }}",
       "error: dig: interface conversion: interface {} is int, not map[string]interface {}"},
      {"{{ merge (dict \"a\" 0 \"b\" 1) (dict \"a\" 5 \"b\" 6 \"c\" nil) }}", "map[a:5 b:1]"},
      {"{{ mergeOverwrite (dict \"a\" 1) (dict \"a\" 0 \"b\" nil) }}", "map[a:0 b:<nil>]"},
      {"{{ $s := dict \"m\" (dict \"x\" 1) }}{{ $d := merge (dict) $s }}"
       "{{ $_ := set $d.m \"y\" 2 }}{{ $s }}",
       "map[m:map[x:1 y:2]]"},
      {"{{ $a := dict \"x\" (list (dict \"y\" 1)) }}{{ $b := deepCopy $a }}"
       "{{ $_ := set (first $b.x) \"y\" 2 }}{{ $a }}",
       "map[x:[map[y:1]]]"},
      {"{{ keys (dict \"b\" 1 \"a\" 2) }} {{ pick (dict \"a\" 1 \"b\" 2) \"b\" }}",
       "[a b] map[b:2]"},
      {"{{ default 5 .n }} {{ coalesce 0 \"\" 3 }} {{ ternary 1 2 false }}", "5 3 2", "{\"n\":0}"},
      {"{{ append nil 1 }}",
       "error: append: runtime error: invalid memory address or nil pointer dereference"},
  };
  check_rows(rows);
}

TEST_CASE("encodings round-trip and answer Go's error texts", "[renderers][sprig][encoding]") {
  const Row rows[] = {
      {"{{ b64enc \"hello\" }} {{ b64dec \"aGVsbG8=\" }}", "aGVsbG8= hello"},
      {"{{ b64dec \"aGVs bG8=\" }}", "illegal base64 data at input byte 4"},
      {"{{ b32enc \"hi\" }} {{ b32dec \"NBUQ====\" }}", "NBUQ==== hi"},
      {"{{ adler32sum \"Wikipedia\" }}", "300286872"},
      {"{{ sha1sum \"abc\" }}", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"{{ toJson (dict \"a\" \"<&>\") }} {{ toRawJson (dict \"a\" \"<\") }}",
       "{\"a\":\"\\u003c\\u0026\\u003e\"} {\"a\":\"<\"}"},
      {"{{ (fromJson \"[1\").Error }}", "unexpected end of JSON input"},
      {"{{ (fromJson \"{\\t\\x01\").Error }}",
       "invalid character '\\x01' looking for beginning of object key string"},
      {"{{ fromJsonArray \"1.\" }}",
       "[invalid character ' ' after decimal point in numeric literal]"},
      {"{{ float64 \"1_0.5\" }} {{ float64 \"1__0\" }}", "10.5 0"},
      {"{{ deepCopy (semver \"1.2.3\") }}", "0.0.0"},
      {"{{ fromYamlArray \"- 1\\n- a\" }} {{ (fromYaml \"- 1\").Error }}",
       "[1 a] error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
       "value of type map[string]interface {}"},
      {"{{ toYaml (dict \"n\" 1000000.0 \"l\" (list 1)) }}", "l:\n- 1\n\"n\": 1000000"},
      {"{{ toToml (dict \"a\" 1 \"t\" (dict \"x\" (list 1.0 2.5)) \"l\" (list (dict \"k\" \"v\"))) "
       "}}",
       "a = 1\n\n[[l]]\n  k = \"v\"\n\n[t]\n  x = [1.0, 2.5]\n"},
      {"{{ fromToml \"a.b = 0x1F\\n[[t]]\\nc = 'x'\\n[[t]]\\n\" | toJson }}",
       "{\"a\":{\"b\":31},\"t\":[{\"c\":\"x\"},{}]}"},
      {"{{ (fromToml \"a = 1\\na = 2\").Error }}",
       "toml: line 2 (last key \"a\"): Key 'a' has already been defined."},
  };
  check_rows(rows);
}

TEST_CASE("regular expressions, versions, URLs and paths", "[renderers][sprig]") {
  const Row rows[] = {
      {"{{ regexReplaceAll \"a(x*)b\" \"-ab-axxb-\" \"${1}W\" }}", "-W-xxW-"},
      {"{{ regexFindAll \"[2,4]\" \"1234\" -1 }} {{ regexMatch \"(\" \"x\" }}", "[2 4] false"},
      {"{{ regexFind \"(\" \"x\" }}",
       "error: regexFind: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"},
      {"{{ (semver \"v1.2\").IncMinor }} {{ semverCompare \"^1.2\" \"1.9.0\" }}", "1.3.0 true"},
      {"{{ semverCompare \">=1.20\" \"1.20.0-rc.1\" }} {{ semverCompare \">=1.20-0\" "
       "\"v1.20.0-rc.1\" }}",
       "false true"},
      {"{{ urlJoin (urlParse \"https://u:p@h:1/a b?q#f\") }}", "https://u:p@h:1/a%20b?q#f"},
      {"{{ urlParse \"http://a b\" }}",
       "error: urlParse: unable to parse url: parse \"http://a b\": invalid character \" \" in "
       "host name"},
      {"{{ clean \"/a/../../b//c/.\" }} {{ base \"\" }} {{ dir \"a/b\" }} {{ ext \"x/y.tar.gz\" }}",
       "/b/c . a .gz"},
      {"{{ typeOf (semver \"1.2.3\") }} {{ kindOf nil }} {{ typeOf nil }}",
       "*semver.Version invalid <nil>"},
  };
  check_rows(rows);
}

TEST_CASE("dates take the time and the zone of the request", "[renderers][sprig][dates]") {
  const Row rows[] = {
      {"{{ now }}", "2024-02-29 12:34:56 +0000 UTC"},
      {"{{ dateInZone \"2006-01-02 15:04 MST\" now \"Europe/Berlin\" }}", "2024-02-29 13:34 CET"},
      {"{{ dateInZone \"2006-01-02 15:04 MST\" 4113072000 \"America/New_York\" }}",
       "2100-05-03 20:00 EDT"},
      {"{{ date \"2006-002 __2 _2 3:04PM .000 Z0700\" 0 }}", "1970-001   1  1 12:00AM .000 Z"},
      {"{{ toDate \"2006-01-02T15:04:05Z07:00\" \"2024-02-29T12:00:00+05:30\" }}",
       "2024-02-29 12:00:00 +0530 +0530"},
      {"{{ mustToDate \"2006-01-02\" \"2023-02-29\" }}",
       "error: mustToDate: parsing time \"2023-02-29\": day out of range"},
      {"{{ dateModify \"-1h30m\" now | date \"15:04\" }}", "11:04"},
      {"{{ mustDateModify \"90\" now }}",
       "error: mustDateModify: time: missing unit in duration \"90\""},
      {"{{ ago (now.Add 3600000000000) }} {{ duration 3661 }} {{ duration \"3661\" }}",
       "-1h0m0s 0s 1h1m1s"},
      {"{{ durationRound \"2h10m5s\" }} {{ durationRoundTo \"1h2m3s\" \"1m\" }}", "2h 1h2m0s"},
      {"{{ (now.AddDate 0 1 1).Weekday }} {{ now.YearDay }} {{ unixEpoch now }}",
       "Saturday 60 1709210096"},
  };
  check_rows(rows);
}

TEST_CASE("passwords, ciphers and certificates", "[renderers][sprig][crypto]") {
  const Row rows[] = {
      {"{{ derivePassword 1 \"long\" \"password\" \"user\" \"example.com\" }}", "ZedaFaxcZaso9*"},
      {"{{ htpasswd \"u\" \"password\" }}",
       "u:$2a$10$..CA.uOD/eaGAOmJB.yMBuHtICrZkZBO5AdQ7Nw5WEmWQZKVA0IkK"},
      {"{{ encryptAES \"k\" \"plain text\" | decryptAES \"k\" }}", "plain text"},
      {"{{ decryptAES \"k\" \"!\" }}", "error: decryptAES: illegal base64 data at input byte 0"},
      {"{{ uuidv4 }} {{ randNumeric 3 | len }}", "00010203-0405-4607-8809-0a0b0c0d0e0f 3"},
      {"{{ genPrivateKey \"ecdsa\" | regexFind \"BEGIN EC PRIVATE KEY\" }}",
       "BEGIN EC PRIVATE KEY"},
      {"{{ genPrivateKey \"ed25519\" | regexFind \"BEGIN PRIVATE KEY\" }}", "BEGIN PRIVATE KEY"},
      {"{{ genPrivateKey \"x\" }}", "Unknown type x"},
      {"{{ $k := genPrivateKey \"ecdsa\" }}{{ $ca := genCAWithKey \"ca\" 10 $k }}"
       "{{ $c := genSignedCertWithKey \"x\" (list \"10.0.0.1\" \"::1\") (list \"a,b\") 5 $ca $k }}"
       "{{ $b := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key) }}"
       "{{ eq $b.Cert $c.Cert }} {{ eq $c.Key $k }} {{ typeOf $c }}",
       "true true sprig.certificate"},
      {"{{ genSelfSignedCert \"x\" (list \"no\") nil 5 }}",
       "error: genSelfSignedCert: error parsing ip: no"},
      {"{{ genCAWithKey \"x\" 1 \"y\" }}",
       "error: genCAWithKey: parsing private key: no PEM data in input"},
  };
  check_rows(rows);
}

TEST_CASE("results beyond the limits are refused by name", "[renderers][sprig][limits]") {
  const Row rows[] = {
      {"{{ repeat 1000000000 \"a\" }}",
       "error: repeat: repeat: the result exceeds the limit of 67108864 bytes"},
      {"{{ indent 1000000000 \"a\" }}",
       "error: indent: indent: the result exceeds the limit of 67108864 bytes"},
      {"{{ until 1000000000 }}",
       "error: until: until: the result of 1000000000 elements exceeds the limit of 4194304"},
      {"{{ seq 1000000000 }}",
       "error: seq: seq: the result of 1000000000 elements exceeds the limit of 4194304"},
      {"{{ randBytes 1000000000 }}",
       "error: randBytes: randBytes: the result exceeds the limit of 67108864 bytes"},
      {"{{ $_ := set . \"a\" . }}[{{ toYaml . }}][{{ toJson . }}]", "[][]"},
      {"{{ $_ := set . \"a\" . }}{{ toToml . }}",
       "error: toToml: toToml: the value is cyclic or deeper than the limit of 200"},
      {"{{ $_ := set . \"a\" . }}{{ deepCopy . }}",
       "error: deepCopy: deepCopy: the value is cyclic or deeper than the limit of 1000"},
      {"{{ uniq (until 100000) | len }}", "100000"},
      {"{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}{{ toToml (dict \"a\" "
       "$l) }}",
       "error: toToml: toToml: the result of 4194305 elements exceeds the limit of 4194304"},
      {"{{ $d := dict }}{{ range until 40 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}{{ toJson $d "
       "}}",
       "error: toJson: toJson: the result of 4194305 elements exceeds the limit of 4194304"},
  };
  check_rows(rows);
}

TEST_CASE("Helm 3 lacks the functions of Helm 4", "[renderers][sprig]") {
  CHECK(rendered_helm3("{{ mustToYaml 1 }}") ==
        "error: template: t:1: function \"mustToYaml\" not defined");
  CHECK(rendered_helm3("{{ durationHours 1 }}") ==
        "error: template: t:1: function \"durationHours\" not defined");
  CHECK(rendered_helm3("{{ toYaml 1 }}") == "1");
  CHECK(rendered("{{ mustToYaml 1 }}") == "1");
  CHECK(rendered("{{ env \"HOME\" }}") == "error: template: t:1: function \"env\" not defined");
  CHECK(rendered("[{{ getHostByName \"example.com\" }}]") == "[]");
}

}  // namespace
}  // namespace reconcile::sprig
