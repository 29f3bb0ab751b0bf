#include <string>
#include <vector>

#include "base/model/yaml_event.hpp"
#include "base/model/yaml_quick_source.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/fuzz/targets/targets.hpp"
#include "test/support/yaml_event_lines.hpp"

namespace reconcile::fuzz {
namespace {

using model::Document;
using model::YamlDialect;
std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void compare_events(std::string_view text, YamlDialect dialect) {
  const std::vector<std::string> expected =
      test::event_lines(*model::make_libyaml_source(text, dialect));
  const std::vector<std::string> found = test::event_lines(*model::make_yaml_source(text, dialect));
  // libyaml scans ahead: where a text fails, some events more or less come before.
  const bool fails = expected.back().starts_with("error");
  if (fails ? expected.back() == found.back() : expected == found) return;
  broken("the quick reader gives libyaml's events",
         joined(expected) + "--- found\n" + joined(found));
}

/// What was read, written in every form; the block form is read again and written the same.
void write_back(const Document& document) {
  std::string text;
  try {
    text = model::write_yaml(document.root());
    (void)model::write_yaml_pretty(document.root());
  } catch (const model::Error&) {
    return;  // as go-yaml refuses control characters
  }
  // go-yaml leaves the merge key without quotes and then takes it for one.
  if (text.find("<<") != std::string::npos) return;
  Document again;
  try {
    again = model::parse_yaml(text);
  } catch (const model::Error& error) {
    broken("what was written is read", text + error.what());
  }
  const std::string second = model::write_yaml(again.root());
  if (text != second) broken("what was written is written the same again", text + second);
}

void read(std::string_view text, YamlDialect dialect, bool strict, bool to_json) {
  model::YamlOptions options;
  options.dialect = dialect;
  options.strict = strict;
  options.to_json = to_json;
  options.limits.depth_max = 200;
  options.limits.nodes_max = 200'000;
  try {
    const Document document = model::parse_yaml(text, options);
    if (dialect == YamlDialect::v2 && to_json && !strict) write_back(document);
    (void)model::parse_yaml_stream(text, options);
  } catch (const model::Error&) {
    return;
  }
}

}  // namespace

void run_yaml(std::string_view input) {
  for (const YamlDialect dialect : {YamlDialect::v2, YamlDialect::v3}) {
    compare_events(input, dialect);
    read(input, dialect, false, true);
  }
  read(input, YamlDialect::v2, true, true);
  read(input, YamlDialect::v3, false, false);
}

}  // namespace reconcile::fuzz
