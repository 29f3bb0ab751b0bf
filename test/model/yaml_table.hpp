#pragma once

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "reconcile/model/json.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::model::table {

/// The folder of a corpus: below $RECONCILE_CORPUS, or beside the checkout.
inline std::string corpus(const std::string& path) {
  const char* const set = std::getenv("RECONCILE_CORPUS");
  const std::string root = set != nullptr ? set : RECONCILE_SOURCE_DIR "/../shared/corpus";
  return root + "/" + path;
}

/// Calls `visit` with each line of a file of JSON lines; answers the number of lines.
inline std::size_t each_row(const std::string& path, const std::function<void(Value)>& visit) {
  std::ifstream file(corpus(path));
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line); ++rows) {
    const Document row = parse_json(line);
    visit(row.root());
  }
  return rows;
}

/// Counts the cases of one column and keeps the ids that failed.
struct Column {
  std::string name;
  std::size_t total = 0;
  std::vector<std::string> failed = {};

  void count(std::string_view id, bool good, const std::string& expected,
             const std::string& found) {
    ++total;
    if (good) return;
    std::string text(id);
    if (std::getenv("RECONCILE_TABLE_VERBOSE") != nullptr) {
      text += "\n    expected " + expected + "\n    found    " + found;
    }
    failed.push_back(text);
  }

  [[nodiscard]] double ratio() const {
    if (total == 0) return 0;
    return 1.0 - static_cast<double>(failed.size()) / static_cast<double>(total);
  }

  void print() const {
    std::cout << name << ": " << total - failed.size() << " of " << total << " (" << ratio() * 100
              << " %)\n";
    for (const std::string& id : failed) std::cout << "  failed " << id << "\n";
  }
};

}  // namespace reconcile::model::table
