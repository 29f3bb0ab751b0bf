// Values of users, charts and subcharts that meet: tables against scalars, nulls, globals,
// conditions, tags, aliases, imports. Every chart prints what it sees.
#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view plain_keys[] = {"a", "b", "c"};
constexpr std::string_view root_keys[] = {"a",  "b",      "sub",  "other",
                                          "al", "global", "tags", "exports"};
constexpr std::string_view sub_keys[] = {"a", "b", "nested", "global", "enabled", "exports"};

constexpr std::string_view printing =
    "{{ toJson .Values }}\n{{ range $k, $v := .Values }}{{ $k }} {{ kindOf $v }},{{ end }}";

class ChartMaker {
 public:
  ChartMaker(Random& random, Files& files) : random_(random), files_(files) {}

  void make() {
    const bool has_nested = random_.chance(40);
    const bool has_other = random_.chance(40);
    std::string root = "apiVersion: v2\nname: app\nversion: 1.2.3\ndependencies:\n";
    root += dependency("sub", "sub");
    if (random_.chance(20)) root += dependency("sub", "al") + "  alias: al\n";
    if (has_other) root += dependency("other", "other");
    files_["Chart.yaml"] = root;
    add("", "app", std::span(root_keys));
    add_chart("charts/sub/", "sub", has_nested);
    if (has_other) add_chart("charts/other/", "other", false);
    if (has_nested) add_chart("charts/sub/charts/nested/", "nested", false);
  }

  std::string user_values() { return map(std::span(root_keys)) + "\n"; }

 private:
  std::string map(std::span<const std::string_view> keys) {
    TreeShape outer{.keys = keys, .depth = 1 + random_.below(4), .width = 5, .null_percent = 12};
    return random_map(random_, outer);
  }

  void add(const std::string& folder, const std::string& name,
           std::span<const std::string_view> keys) {
    if (random_.chance(92)) files_[folder + "values.yaml"] = map(keys) + "\n";
    files_[folder + "templates/" + name + ".txt"] = printing;
  }

  void add_chart(const std::string& folder, const std::string& name, bool has_nested) {
    std::string metadata = "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n";
    if (has_nested && random_.chance(80))
      metadata += "dependencies:\n" + dependency("nested", "nested");
    if (random_.chance(6)) metadata += "type: library\n";
    files_[folder + "Chart.yaml"] = metadata;
    add(folder, name, std::span(sub_keys));
  }

  std::string dependency(const std::string& name, const std::string& place) {
    std::string text = "- name: " + name + "\n  version: " +
                       random_.one_of({"0.1.0", "0.x", "\">=0.1.0\"", "\"*\"", "^0.1"}) + "\n";
    if (random_.chance(35)) {
      text += "  condition: " +
              random_.one_of({place + ".enabled", place + ".a", "a", "b.a", "global.a", "missing",
                              "missing.x, " + place + ".enabled", "a,b", "\" a , b\""}) +
              "\n";
    }
    if (random_.chance(20)) text += "  tags: [" + random_.one_of({"a", "b", "a, b", "c"}) + "]\n";
    if (random_.chance(30)) {
      text += "  import-values:\n";
      const std::size_t count = 1 + random_.below(2);
      for (std::size_t i = 0; i < count; ++i) {
        if (random_.chance(40)) {
          text += "  - " + random_.one_of({"a", "b", "data", "exports"}) + "\n";
        } else {
          text +=
              "  - {child: " +
              random_.one_of({"a", "b", "a.b", "exports", "exports.a", "missing", "nested"}) +
              ", parent: " + random_.one_of({"a", "b", ".", "a.b", "sub", "new.place", "global"}) +
              "}\n";
        }
      }
    }
    return text;
  }

  Random& random_;
  Files& files_;
};

}  // namespace

Case make_values_case(Random& random) {
  Case made;
  made.error_match = ErrorMatch::fails;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  ChartMaker maker(random, made.files);
  maker.make();
  const std::size_t files = random.below(4);
  for (std::size_t i = 0; i < files; ++i) {
    made.values.push_back({helm::ValuesForm::file, maker.user_values(), "values"});
  }
  if (random.chance(25)) {
    made.values.push_back({helm::ValuesForm::set,
                           random.one_of({"sub.enabled=true", "sub.enabled=false", "tags.a=true",
                                          "tags.b=false", "sub=null", "a=null", "sub.a=null",
                                          "global.a=1", "sub.global.a=2", "sub.nested.a=null",
                                          "al.a=1", "global=null", "sub.nested=null", "a.b=null"}),
                           ""});
  }
  made.topic = files == 0 ? "defaults" : "user values";
  return made;
}

}  // namespace reconcile::fuzz
