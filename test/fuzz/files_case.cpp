// .Files and its globs, .helmignore, and which files of a chart are what.
#include <set>

#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {
namespace {

// Of other than ASCII the real globs count bytes in some places and characters in others.
constexpr std::string_view paths[] = {
    "a.txt",    "b.txt",     "conf/a.txt", "conf/b.yaml", "conf/d/e.txt", "conf/.hidden",
    "x y.txt",  "README.md", "LICENSE",    "crds/a.yaml", "conf/[x].txt", "conf/{y}.txt",
    "conf/a*b", "ab",        "abc",        "a/b/c/d.txt", "UPPER.TXT",    "conf/a.txt.bak"};

std::string glob(Random& random) {
  if (random.chance(60)) {
    return random.one_of({"*",
                          "**",
                          "*.txt",
                          "conf/*",
                          "conf/**",
                          "**.txt",
                          "**/*.txt",
                          "conf/?.txt",
                          "conf/[a-b]*",
                          "conf/[!a]*",
                          "{a,b}.txt",
                          "conf/{a,b}.*",
                          "conf/*/*",
                          "*/*",
                          "[^a]*",
                          "a\\*b",
                          "conf/\\[x\\].txt",
                          "",
                          "conf",
                          "conf/",
                          "[",
                          "{a",
                          "a]",
                          "}",
                          "conf/[x].txt",
                          "?",
                          "??",
                          "?.txt",
                          "{*.txt,conf/*}",
                          "{,a}b",
                          "[a-",
                          "[]a]",
                          "**/e.txt",
                          "conf/**/e.txt",
                          "***",
                          "*?",
                          "[!]",
                          "{{a,b}.txt}",
                          "{a,{b}}.txt",
                          "!a.txt",

                          "[b]*"});
  }
  std::string text;
  const std::size_t count = 1 + random.below(5);
  for (std::size_t i = 0; i < count; ++i) {
    text += random.one_of({"*",     "?",  "a",  "b",     ".", "/", "conf", "txt", "[ab]", "[!a]",
                           "{a,b}", "**", "\\", "[a-z]", ",", "-", "{",    "}",   "[",    "]"});
  }
  return text;
}

/// Braces with nothing between them, `{}` or an open one at the end, are left out: the real globs
/// lose such an alternative or read beyond the path for it, as they happen to split the pattern.
std::string with_full_braces(const std::string& pattern) {
  std::string full;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    full += pattern[i];
    if (pattern[i] == '\\' && i + 1 < pattern.size()) full += pattern[++i];
    if (pattern[i] != '{') continue;
    const std::size_t next = pattern.find_first_not_of(",\\", i + 1);
    if (next == std::string::npos || pattern[next] == '}') full += 'b';
  }
  return full;
}

std::string content(Random& random) {
  return random.one_of({"", "one", "one\n", "one\ntwo\n", "\n", "\n\n", "a\r\nb\r\n",
                        "\xEF\xBB\xBF"
                        "bom",
                        "k: v\n", "  lead\n", "tail \n", "\xff\xfe", "tab\tx\n", "\xF0\x9F\x98\x80",
                        "a\n\nb", "# c\n", "\x01"});
}

std::string use(Random& random) {
  const std::string path = quoted(random.one_of(paths));
  // Globs are taken as they are, in a raw text of Go.
  const std::string pattern = "`" + with_full_braces(glob(random)) + "`";
  switch (random.below(9)) {
    case 0:
      return "{{ .Files.Get " + path + " | quote }}";
    case 1:
      return "{{ .Files.GetBytes " + path + " | len }}";
    case 2:
      return "{{ range .Files.Lines " + path + " }}<{{ . }}>{{ end }}";
    case 3:
      return "{{ (.Files.Glob " + pattern + ").AsConfig }}";
    case 4:
      return "{{ (.Files.Glob " + pattern + ").AsSecrets | nindent 2 }}";
    case 5:
      return "{{ range $path, $bytes := .Files.Glob " + pattern +
             " }}{{ $path }}={{ len $bytes }} {{ end }}";
    case 6:
      return "{{ len (.Files.Glob " + pattern + ") }}";
    case 7:
      return "{{ range $path, $_ := .Files }}{{ $path }} {{ end }}";
    default:
      return "{{ with .Files.Glob " + pattern +
             " }}{{ range $p, $_ := . }}{{ base $p }}:{{ $.Files.Get $p | b64enc }} {{ end }}{{ "
             "else }}none{{ end }}";
  }
}

std::string ignore_rules(Random& random) {
  std::string text;
  const std::size_t count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    text += random.one_of({"*.txt",      "a.txt",           "conf/",      "conf",     "/a.txt",
                           "conf/a.txt", "/conf/*.txt",     "# remark",   "",         "!a.txt",
                           "!conf/",     "  b.txt  ",       "*.md",       "[ab].txt", "conf/d/",
                           "crds",       "templates/b.txt", "templates/", "ab*",      "?b",
                           "\\#x",       "LICENSE",         "/",          "d/",       "*/a.txt"}) +
            random.one_of({"\n", "\n", "\r\n"});
  }
  return text;
}

}  // namespace

Case make_files_case(Random& random) {
  Case made;
  made.topic = "files";
  made.error_match = ErrorMatch::fails;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  const std::size_t count = 1 + random.below(8);
  // Of two files with one base name AsConfig and AsSecrets give now one, now the other.
  std::set<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string path(random.one_of(paths));
    if (names.insert(path.substr(path.rfind('/') + 1)).second) made.files[path] = content(random);
  }
  std::string text;
  for (int i = 0; i < 4; ++i) text += use(random) + "\n==\n";
  made.files["templates/a.txt"] = text;
  made.files["templates/b.txt"] = "b {{ .Files.Get \"templates/a.txt\" }}";
  if (random.chance(40)) {
    made.topic = "ignore";
    made.is_directory = true;
    made.files[".helmignore"] = ignore_rules(random);
    made.files.erase("x y.txt");
  }
  if (random.chance(20)) {
    made.files["charts/sub/Chart.yaml"] = "apiVersion: v2\nname: sub\nversion: 0.1.0\n";
    made.files["charts/sub/a.txt"] = content(random);
    made.files["charts/sub/templates/s.txt"] = use(random);
    if (random.chance(40))
      made.files["charts/" + random.one_of({"_x/Chart.yaml", ".y/a", "README.md", "_z.tgz"})] = "x";
  }
  return made;
}

}  // namespace reconcile::fuzz
