#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reconcile/helm/chart.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/renderers/read_set.hpp"
#include "renderers/helm/ignore_rules.hpp"

namespace reconcile::helm {

class ParsedTemplates;

using Files = std::vector<ChartFile>;

std::string without_byte_order_mark(std::string data);

/// Gives the file of a chart to `ahead` if that can parse it.
void parse_ahead(ParsedTemplates& ahead, const ChartFile& file);

/// Collects a chart directory, in the order of a lexical walk, without what .helmignore names.
class DirectoryWalk {
 public:
  /// What `ahead` can parse is read first and given to it at once, if it is there: the files come
  /// out in the same order, but of several mistakes another one may be told.
  DirectoryWalk(const model::FileTree& tree, std::string root, const ChartLimits& limits,
                ReadRecord record, ParsedTemplates* ahead);

  void run();

  Files files;
  renderers::ReadSet read_set;

 private:
  void note_file(const std::string& path);
  [[nodiscard]] std::string full(const std::string& path) const;
  void walk(const std::string& path, const model::OpenDirectory& directory, std::size_t depth);
  void visit_urgent_first(const model::OpenDirectory& directory, const std::string& path,
                          const std::vector<model::DirectoryEntry>& entries, std::size_t depth);
  void visit(const model::OpenDirectory& directory, std::string path,
             const model::DirectoryEntry& entry, std::size_t depth);
  const model::FileTree& tree_;
  std::string root_;
  const ChartLimits& limits_;
  ReadRecord record_;
  ParsedTemplates* ahead_;
  IgnoreRules rules_;
  std::uint64_t bytes_ = 0;
  std::size_t files_count_ = 0;
};

}  // namespace reconcile::helm
