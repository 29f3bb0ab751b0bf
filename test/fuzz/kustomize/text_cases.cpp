#include "test/fuzz/kustomize/case.hpp"
#include "test/fuzz/kustomize/layer.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

std::string scalar_line(Chooser& random) {
  Chooser own(random.next());
  std::string text = write(list({any_scalar(own)}), Style::noisy, own);
  return text.substr(2, text.find('\n') - 2);
}

/// `data` of a ConfigMap or `spec` of a Widget, line by line, two blanks deep.
std::string body_lines(Chooser& random) {
  std::string text;
  const std::size_t count = 1 + random.below(6);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key = "  k" + std::to_string(i) + ": ";
    switch (random.below(16)) {
      case 0:
        text += key + "&x" + "0 " + scalar_line(random) + "\n";
        break;
      case 1:
        if (text.find("&x0") == std::string::npos && !random.slips(20)) break;
        text += key + "*x0\n";
        break;
      case 2:
        text += key + "&m {a: 1, b: [x, y]}\n";
        break;
      case 3:
        if (text.find("&m") == std::string::npos && !random.slips(20)) break;
        text += random.one_of({"  <<: *m\n", "  m: {<<: *m, a: 2}\n", "  m:\n    <<: [*m, *m]\n"});
        break;
      case 4:
        text += key + random.one_of({"|\n    a\n     b\n\n    c\n", "|2-\n     a\n",
                                     ">\n    a\n    b\n", "|+\n    a\n\n",
                                     ">-\n    a\n\n    b\n      c\n", "\"a\n    b\\\n    c\"\n",
                                     "plain\n    goes on\n", "|\n    # no comment\n"});
        break;
      case 5:
        text += random.one_of({"  # comment\n", "\n", "# at the margin\n", "  \n"});
        break;
      case 6:
        if (random.slips(30)) {
          text += random.one_of({"  1: a\n", "  true: b\n", "  ~: c\n", "  1.5: d\n", "  [x]: i\n",
                                 "  2001-01-01: j\n", "  0x10: l\n"});
          break;
        }
        if (text.find("odd") != std::string::npos) break;
        text += random.one_of({"  ? odd\n  : f\n", "  'odd': g\n", "  \"an odd\": h\n",
                               "  yes: odd\n", "  !!str 1: odd\n", "  y: odd\n", "  0o: odd\n"});
        break;
      case 7:
        if (text.find("dup") != std::string::npos && !random.slips(20)) break;
        text += "  dup: 1\n" + std::string(random.slips(20) ? "  dup: 2\n" : "");
        break;
      case 8:
        if (!random.slips(50)) break;
        text += random.one_of({"  bad: [1\n", "  tab:\tx\n", "\ttab: 1\n", "  - x\n", "  x: y: z\n",
                               "  q: \"open\n", "  %: 1\n", "   deep: 1\n", "  u: \x80\n"});

        break;
      default:
        text += key + scalar_line(random) + (random.chance(10) ? " # note\n" : "\n");
    }
  }
  return text.empty() ? "  a: b\n" : text;
}

std::string document(Chooser& random, std::size_t number) {
  const bool is_map = random.chance(50);
  std::string text = "apiVersion: " + std::string(is_map ? "v1" : "example.com/v1") +
                     "\nkind: " + (is_map ? "ConfigMap" : "Widget") + "\n";
  text += "metadata:\n  name: o" + std::to_string(number) + "\n";
  if (random.chance(30)) {
    text += "  annotations:\n";
    const std::size_t count = 1 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      text += "    a" + std::to_string(i) + ": " + scalar_line(random) + "\n";
    }
  }
  if (random.chance(20)) text += "  labels:\n    l: " + scalar_line(random) + "\n";
  return text + (is_map ? "data:\n" : "spec:\n") + body_lines(random);
}

std::string list_document(Chooser& random, std::size_t number) {
  std::string text =
      "apiVersion: v1\nkind: " + random.one_of({"List", "ConfigMapList", "WidgetList", "Listing"}) +
      "\n";
  if (random.chance(20)) text += "metadata:\n  name: list\n";
  if (random.chance(5))
    return text + random.one_of({"items: null\n", "items: {}\n", "items: []\n"});
  text += "items:\n";
  const std::size_t count = random.below(3);
  for (std::size_t i = 0; i <= count; ++i) {
    const std::string inner = document(random, number * 10 + i);
    std::size_t start = 0;
    std::string mark = "- ";
    while (start < inner.size()) {
      const std::size_t end = inner.find('\n', start) + 1;
      const std::string line = inner.substr(start, end - start);
      text += line == "\n" ? line : mark + line;
      if (line != "\n") mark = "  ";
      start = end == 0 ? inner.size() : end;
    }
  }
  return text;
}

std::string separator(Chooser& random) {
  if (random.slips(20)) return random.one_of({"--- x\n", "--- |\n", "%YAML 1.1\n---\n", "----\n"});
  return random.one_of({"---\n", "---\n", "---\n", "--- # c\n", "---\n# c\n---\n", "---   \n",
                        "...\n---\n", "---\n\n---\n", "---\nnull\n---\n", "---\n{}\n---\n"});
}

}  // namespace

KustomizeCase make_texts_case(Chooser& random) {
  KustomizeCase made;
  made.topic = "texts";
  made.path = "top";
  Layer layer{random, made.files, "top", {}, {}};
  std::string text =
      random.chance(10) ? random.one_of({"---\n", "# head\n", "\n", "\xEF\xBB\xBF"}) : "";
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += separator(random);
    text += random.chance(15) ? list_document(random, i) : document(random, i);
  }
  if (random.chance(5)) {
    std::string crossed;
    for (const char c : text) crossed += c == '\n' ? std::string("\r\n") : std::string(1, c);
    text = crossed;
  }
  if (random.chance(5) && !text.empty()) text.pop_back();
  layer.file.add("resources", texts({layer.place("objects.yaml", text)}));
  if (random.chance(30)) layer.file.add("commonAnnotations", label_map(random));
  if (random.chance(30)) layer.file.add("namePrefix", "pre-");
  if (random.chance(15)) {
    GeneratedObject object;
    object.kind = "ConfigMap";
    object.api_version = "v1";
    object.name = "o0";
    object.tree = map_of({{"data", map_of({{"k1", "a"}, {"k2", "b"}})}});
    layer.objects.push_back(object);
    layer.file.add("patches", list({patch_entry(layer)}));
  }
  finish(layer);
  return made;
}

}  // namespace reconcile::fuzz
