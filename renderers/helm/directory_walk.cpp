#include "renderers/helm/directory_walk.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

#include "reconcile/model/error.hpp"
#include "renderers/helm/parsed_templates.hpp"

namespace reconcile::helm {
namespace {

using model::Error;
using model::ErrorCode;
using model::FileType;
using renderers::ReadSetKind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t directory_depth_max = 100;

/// `path` as the chart or the subchart's directory sees it that it lies in; absent where it lies
/// in none.
std::optional<std::string_view> path_in_chart(std::string_view path) {
  constexpr std::string_view charts = "charts/";
  while (path.starts_with(charts)) {
    path.remove_prefix(charts.size());
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || path[0] == '_' || path[0] == '.') return std::nullopt;
    path.remove_prefix(slash + 1);
  }
  return path;
}

/// Entries of a chart's own directory, lower is earlier: values are needed before templates, and
/// the rest is not parsed at all.
int urgency_rank(const std::string& name) {
  if (name == "values.yaml") return 0;
  if (name == "templates") return 1;
  return name == "charts" ? 2 : 3;
}

}  // namespace

std::string without_byte_order_mark(std::string data) {
  if (data.starts_with(byte_order_mark)) data.erase(0, byte_order_mark.size());
  return data;
}

void parse_ahead(ParsedTemplates& ahead, const ChartFile& file) {
  const std::optional<std::string_view> path = path_in_chart(file.name);
  if (!path) return;
  if (path->starts_with("templates/")) ahead.parse_ahead(file.data);
  if (*path == "values.yaml") ahead.parse_values_ahead(file.data);
}

DirectoryWalk::DirectoryWalk(const model::FileTree& tree, std::string root,
                             const ChartLimits& limits, ReadRecord record, ParsedTemplates* ahead)
    : tree_(tree), root_(std::move(root)), limits_(limits), record_(record), ahead_(ahead) {
  constexpr const char* ignore_file = ".helmignore";
  if (tree_.stat(full(ignore_file))) {
    rules_ = IgnoreRules(tree_.read(full(ignore_file)));
    note_file(ignore_file);
  } else if (record_ == ReadRecord::keep) {
    read_set.insert({ReadSetKind::absent, full(ignore_file), ""});
  }
}

void DirectoryWalk::run() {
  walk("", *tree_.open_directory(root_), 0);
}

void DirectoryWalk::note_file(const std::string& path) {
  if (record_ != ReadRecord::keep) return;
  read_set.insert({ReadSetKind::file, full(path), tree_.blob(full(path))});
}

std::string DirectoryWalk::full(const std::string& path) const {
  return model::join_path(root_, path);
}

void DirectoryWalk::walk(const std::string& path, const model::OpenDirectory& directory,
                         std::size_t depth) {
  if (depth > directory_depth_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a chart of at most " +
                                               std::to_string(directory_depth_max) +
                                               " nested directories, found more")
        .in_file(full(path));
  }
  const std::vector<model::DirectoryEntry> entries = directory.list();
  if (record_ == ReadRecord::keep) {
    read_set.insert({ReadSetKind::directory, full(path), renderers::directory_blob(entries)});
  }
  if (ahead_ != nullptr && path_in_chart(path.empty() ? path : path + "/") == "") {
    visit_urgent_first(directory, path, entries, depth);
    return;
  }
  for (const model::DirectoryEntry& entry : entries) {
    visit(directory, path.empty() ? entry.name : path + "/" + entry.name, entry, depth);
  }
}

void DirectoryWalk::visit_urgent_first(const model::OpenDirectory& directory,
                                       const std::string& path,
                                       const std::vector<model::DirectoryEntry>& entries,
                                       std::size_t depth) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return urgency_rank(entries[left].name) < urgency_rank(entries[right].name);
  });
  Files before = std::exchange(files, {});
  std::vector<Files> places(entries.size());
  for (const std::size_t i : order) {
    visit(directory, model::join_path(path, entries[i].name), entries[i], depth);
    places[i] = std::exchange(files, {});
  }
  files = std::move(before);
  for (Files& place : places) {
    std::move(place.begin(), place.end(), std::back_inserter(files));
  }
}

void DirectoryWalk::visit(const model::OpenDirectory& directory, std::string path,
                          const model::DirectoryEntry& entry, std::size_t depth) {
  FileType type = entry.type;
  if (type == FileType::symlink) {
    const std::optional<model::FileInfo> target = tree_.stat(full(path));
    if (!target) {
      throw Error(ErrorCode::not_found, "symbolic link points to nothing").in_file(full(path));
    }
    type = target->type;
  }
  const bool is_link = entry.type == FileType::symlink;
  if (type == FileType::directory) {
    if (rules_.ignores(path, PathType::directory)) return;
    walk(path, is_link ? *tree_.open_directory(full(path)) : *directory.enter(entry.name),
         depth + 1);
    return;
  }
  if (rules_.ignores(path, PathType::file)) return;
  if (type != FileType::regular) {
    throw Error(ErrorCode::invalid_input,
                "cannot load irregular file " + path + " as it has file mode type bits set");
  }
  std::string data = is_link ? tree_.read(full(path)) : directory.read(entry.name);
  note_file(path);
  bytes_ += data.size();
  if (bytes_ > limits_.chart_bytes_max || files_count_++ >= limits_.files_max) {
    throw Error(ErrorCode::limit_exceeded,
                "chart is larger than the maximum of " + std::to_string(limits_.chart_bytes_max) +
                    " bytes or " + std::to_string(limits_.files_max) + " files")
        .in_file(full(path));
  }
  files.push_back({std::move(path), without_byte_order_mark(std::move(data))});
  if (ahead_ != nullptr) parse_ahead(*ahead_, files.back());
}

}  // namespace reconcile::helm
