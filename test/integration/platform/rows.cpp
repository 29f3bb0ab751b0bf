#include "test/integration/platform/rows.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::test {
namespace {

constexpr const char* table_path = RECONCILE_SOURCE_DIR "/fixtures/platform/rows.yaml";

PlatformRow read_row(model::Value entry) {
  PlatformRow row;
  row.name = entry["name"].text();
  row.chart = entry["chart"].text();
  row.folder = entry["folder"].text();
  row.space = entry["namespace"].text();
  row.needs = entry["needs"].text();
  row.values = entry.contains("values") ? model::write_json(entry["values"]) : "{}";
  row.because = entry["because"].text();
  const model::Value waiting = entry["waiting"];
  for (std::size_t i = 0; i < waiting.size(); ++i)
    row.waiting.emplace(waiting.key_at(i), waiting.value_at(i).text());
  return row;
}

std::set<std::string> named_rows(const std::string& list) {
  std::set<std::string> names;
  std::istringstream words(list);
  for (std::string name; std::getline(words, name, ',');) names.insert(name);
  return names;
}

}  // namespace

std::vector<PlatformRow> chosen_rows() {
  std::ifstream file(table_path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const model::Document table = model::parse_yaml(text.str());
  const model::Value entries = table["rows"];
  const char* wish = std::getenv("RECONCILE_PLATFORM_ROWS");
  std::set<std::string> names = named_rows(wish == nullptr ? "" : wish);
  std::vector<PlatformRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string name(entries.at(i)["name"].text());
    const bool is_quick = entries.at(i)["quick"].boolean().value_or(false);
    if ((wish == nullptr && is_quick) || names.contains("all")) names.insert(name);
  }
  names.erase("all");
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const model::Value entry = entries.at(i);
      if (names.contains(std::string(entry["name"].text())) && entry.contains("needs"))
        names.emplace(entry["needs"].text());
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (names.erase(std::string(entries.at(i)["name"].text())) > 0)
      rows.push_back(read_row(entries.at(i)));
  }
  if (!names.empty()) throw std::runtime_error(*names.begin() + " is no row of " + table_path);
  return rows;
}

}  // namespace reconcile::test
