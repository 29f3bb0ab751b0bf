// Turns a directory or an archive into a Chart: gathers the files (leaving out what .helmignore
// names), then sorts them into metadata, values, templates, subcharts and the rest, as Helm's
// LoadFiles does.

#include <algorithm>
#include <map>

#include "reconcile/helm/chart.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/renderers/read_set.hpp"
#include "renderers/helm/directory_walk.hpp"
#include "renderers/helm/metadata.hpp"
#include "renderers/helm/parsed_templates.hpp"
#include "renderers/helm/values_file.hpp"

namespace reconcile::helm {
namespace {

using model::Error;
using model::ErrorCode;
using model::FileType;
using renderers::ReadSet;
using renderers::ReadSetKind;

constexpr std::size_t helm3_file_bytes_max = std::size_t{5} << 20U;

/// The path inside the chart of one archive entry. Throws on paths that lead out of it.
std::string entry_path(const std::string& path) {
  const char delimiter = path.find('\\') == std::string::npos ? '/' : '\\';
  const std::size_t first = path.find(delimiter);
  const std::string top = path.substr(0, first);
  std::string rest = first == std::string::npos ? "" : path.substr(first + 1);
  std::replace(rest.begin(), rest.end(), delimiter, '/');
  if (rest.starts_with('/')) {
    throw Error(ErrorCode::outside_root, "chart illegally contains absolute paths");
  }
  std::string clean;
  try {
    clean = model::normalise_path(rest);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::outside_root) throw;
    throw Error(ErrorCode::outside_root, "chart illegally references parent directory");
  }
  if (clean.starts_with("..")) {
    throw Error(ErrorCode::outside_root, "chart illegally references parent directory");
  }
  if (clean.empty()) {
    throw Error(ErrorCode::outside_root,
                "chart illegally contains content outside the base directory: \"" + path + "\"");
  }
  const bool drive = clean.size() > 2 && clean[1] == ':' && clean[2] == '/' &&
                     ((clean[0] | 0x20) >= 'a' && (clean[0] | 0x20) <= 'z');
  if (drive) throw Error(ErrorCode::outside_root, "chart contains illegally named files");
  if (top == "Chart.yaml")
    throw Error(ErrorCode::invalid_input, "chart yaml not in base directory");
  return clean;
}

Files archive_files(std::string_view archive, const ChartLimits& limits) {
  if (!archive.starts_with("\x1F\x8B")) {
    throw Error(ErrorCode::invalid_input,
                "expected a chart's directory or gzipped archive, found another file");
  }
  model::ArchiveLimits bounds;
  bounds.total_bytes_max = limits.chart_bytes_max;
  bounds.file_bytes_max = limits.chart_bytes_max;
  bounds.entries_max = limits.files_max;
  Files files;
  const std::string tar = model::gzip_decompress(archive, bounds);
  model::read_tar(tar, bounds, [&files](model::ArchiveEntry entry) {
    if (entry.type == model::ArchiveEntryType::directory) return;
    files.push_back({entry_path(entry.path), without_byte_order_mark(std::move(entry.content))});
  });
  if (files.empty()) throw Error(ErrorCode::invalid_input, "no files in chart archive");
  return files;
}

/// Sorts the files of one chart, subcharts by recursion.
class Loader {
 public:
  Loader(Profile profile, const ChartLimits& limits, ReadRecord record)
      : profile_(profile),
        limits_(limits),
        parses_ahead_(record == ReadRecord::leave_out),
        parsed_(std::make_shared<ParsedTemplates>(profile)) {}

  /// Null where nothing is parsed before it is asked for.
  [[nodiscard]] ParsedTemplates* ahead() const { return parses_ahead_ ? parsed_.get() : nullptr; }

  /// Loads the chart in an archive.
  std::shared_ptr<const Chart> load_archive(Files files) const {
    parse_ahead(files);
    return load_root(std::move(files));
  }

  std::shared_ptr<const Chart> load_root(Files files) const {
    std::shared_ptr<Chart> chart = load(std::move(files), 0);
    chart->parsed = parsed_;
    return chart;
  }

 private:
  /// What a directory walk reads it gives itself.
  void parse_ahead(const Files& files) const {
    if (!parses_ahead_) return;
    for (const ChartFile& file : files) helm::parse_ahead(*parsed_, file);
  }

  /// Everything that holds a text lives until its parse ahead has stopped, whatever is thrown.
  std::shared_ptr<Chart> load(Files files, std::size_t depth) const {
    auto chart = std::make_shared<Chart>();
    std::map<std::string, Files> subcharts;
    try {
      if (depth > limits_.subchart_depth_max) {
        throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                                   std::to_string(limits_.subchart_depth_max) +
                                                   " nested subcharts, found more");
      }
      if (++charts_ > limits_.charts_max) {
        throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                                   std::to_string(limits_.charts_max) +
                                                   " charts in all, found more");
      }
      if (profile_ == Profile::helm3) check_sizes(files);
      fill(*chart, files, subcharts);
      for (auto& [name, subfiles] : subcharts) {
        if (auto sub = load_subchart(name, subfiles, chart->name(), depth)) {
          chart->dependencies.push_back(std::move(sub));
        }
      }
    } catch (...) {
      parsed_->stop();
      throw;
    }
    return chart;
  }

  void fill(Chart& chart, Files& files, std::map<std::string, Files>& subcharts) const {
    bool has_metadata = false;
    for (const ChartFile& file : files) {
      if (file.name != "Chart.yaml") continue;
      has_metadata = true;
      chart.metadata_document = parse(file, "cannot load Chart.yaml: ");
      reading("cannot load Chart.yaml: ", file,
              [&] { read_metadata(chart.metadata_document, chart.metadata); });
      if (chart.metadata.api_version.empty()) chart.metadata.api_version = "v1";
    }
    for (ChartFile& file : files) sort_file(chart, std::move(file), subcharts);
    if (!has_metadata) throw Error(ErrorCode::invalid_input, "Chart.yaml file is missing");
    validate_metadata(chart.metadata);
  }

  template <class Action>
  static void reading(std::string_view context, const ChartFile& file, const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      throw Error(error.code(), std::string(context) + error.message())
          .in_file(file.name, error.position());
    }
  }

  static model::Document parse(const ChartFile& file, std::string_view context) {
    model::Document document;
    reading(std::string(context) + "error converting YAML to JSON: ", file,
            [&] { document = model::parse_yaml(file.data); });
    return document;
  }

  model::Document read_values(std::string& text) const {
    return parses_ahead_ ? parsed_->values(std::move(text)) : read_values_file(text, profile_);
  }

  /// Helm 4.3.1 bounds the chart as a whole instead.
  static void check_sizes(const Files& files) {
    for (const ChartFile& file : files) {
      if (file.data.size() <= helm3_file_bytes_max) continue;
      throw Error(ErrorCode::limit_exceeded, "chart file \"" + file.name +
                                                 "\" is larger than the maximum file size " +
                                                 std::to_string(helm3_file_bytes_max));
    }
  }

  /// A lock file changes nothing, but Helm reads it.
  static void check_lock(const ChartFile& file) {
    const std::string context = "cannot load " + file.name + ": ";
    const model::Document document = parse(file, context);
    if (document.root().is_map() || document.root().is_null()) return;
    throw Error(ErrorCode::invalid_input,
                context + "expected a map, found " + std::string(to_string(document.root().kind())))
        .in_file(file.name);
  }

  void sort_file(Chart& chart, ChartFile file, std::map<std::string, Files>& subcharts) const {
    if (file.name == "Chart.yaml" || file.name == "Chart.lock") {
      if (file.name == "Chart.lock") check_lock(file);
      return;
    }
    if (file.name == "values.yaml") {
      reading("cannot load values.yaml: ", file, [&] { chart.values = read_values(file.data); });
      return;
    }
    if (file.name == "values.schema.json") {
      chart.schema = std::move(file.data);
      return;
    }
    if (file.name == "requirements.yaml") {
      chart.requirements_document = parse(file, "cannot load requirements.yaml: ");
      reading("cannot load requirements.yaml: ", file,
              [&] { read_metadata(chart.requirements_document, chart.metadata); });
      if (chart.metadata.api_version != "v1") return;
    }
    if (file.name == "requirements.lock") {
      check_lock(file);
      if (chart.metadata.api_version != "v1") return;
    }
    if (file.name.starts_with("templates/")) {
      chart.templates.push_back(std::move(file));
      return;
    }
    if (!file.name.starts_with("charts/") || file.name.ends_with(".prov")) {
      chart.files.push_back(std::move(file));
      return;
    }
    file.name.erase(0, std::string_view("charts/").size());
    const std::string subchart = file.name.substr(0, file.name.find('/'));
    subcharts[subchart].push_back(std::move(file));
  }

  Files nested_files(std::string_view archive) const {
    Files files = archive_files(archive, limits_);
    for (const ChartFile& file : files) nested_bytes_ += file.data.size();
    if (nested_bytes_ > limits_.nested_bytes_max) {
      throw Error(ErrorCode::limit_exceeded, "expected archives in charts/ of at most " +
                                                 std::to_string(limits_.nested_bytes_max) +
                                                 " expanded bytes together, found more");
    }
    parse_ahead(files);
    return files;
  }

  std::shared_ptr<const Chart> load_subchart(const std::string& name, Files& files,
                                             const std::string& parent, std::size_t depth) const {
    if (name.starts_with('_') || name.starts_with('.')) return nullptr;
    try {
      if (name.ends_with(".tgz")) {
        if (files[0].name != name) {
          throw Error(ErrorCode::invalid_input, "error unpacking subchart tar in " + parent +
                                                    ": expected " + name + ", got " +
                                                    files[0].name);
        }
        return load(nested_files(files[0].data), depth + 1);
      }
      Files inner;
      for (ChartFile& file : files) {
        const std::size_t slash = file.name.find('/');
        if (slash == std::string::npos) continue;
        inner.push_back({file.name.substr(slash + 1), std::move(file.data)});
      }
      return load(std::move(inner), depth + 1);
    } catch (Error& error) {
      error.with_context("error unpacking subchart " + name + " in " + parent);
      throw;
    }
  }

  Profile profile_;
  const ChartLimits& limits_;
  mutable std::size_t charts_ = 0;
  mutable std::uint64_t nested_bytes_ = 0;
  bool parses_ahead_;
  std::shared_ptr<ParsedTemplates> parsed_;
};

LoadedChart load_directory(const model::FileTree& tree, std::string_view path, Profile profile,
                           const ChartLimits& limits, ReadRecord record) {
  const Loader loader(profile, limits, record);
  LoadedChart loaded;
  DirectoryWalk walk(tree, std::string(path), limits, record, loader.ahead());
  try {
    walk.run();
  } catch (...) {
    if (loader.ahead() != nullptr) loader.ahead()->stop();
    throw;
  }
  loaded.chart = loader.load_root(std::move(walk.files));
  loaded.read_set = std::move(walk.read_set);
  return loaded;
}

}  // namespace

LoadedChart load_chart(const model::FileTree& tree, std::string_view path, Profile profile,
                       const ChartLimits& limits, ReadRecord record) {
  const std::optional<model::FileInfo> info = tree.stat(path);
  if (!info) {
    throw Error(ErrorCode::not_found, "expected a chart, found nothing").in_file(std::string(path));
  }
  if (info->type == FileType::directory) {
    if (record == ReadRecord::keep) return load_directory(tree, path, profile, limits, record);
    try {
      return load_directory(tree, path, profile, limits, record);
    } catch (const Error&) {
      // Of several mistakes the first one is told, which this order of reading finds.
      return {load_directory(tree, path, profile, limits, ReadRecord::keep).chart, {}};
    }
  }
  const Loader loader(profile, limits, record);
  LoadedChart loaded;
  if (info->size > limits.chart_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a chart archive of at most " +
                                               std::to_string(limits.chart_bytes_max) + " bytes")
        .in_file(std::string(path));
  }
  try {
    loaded.chart = loader.load_archive(archive_files(tree.read(path), limits));
  } catch (Error& error) {
    if (!error.file()) error.in_file(std::string(path));
    throw;
  }
  if (record == ReadRecord::keep) {
    loaded.read_set.insert({ReadSetKind::file, std::string(path), tree.blob(path)});
  }
  return loaded;
}

std::shared_ptr<const Chart> load_chart_archive(std::string_view archive, Profile profile,
                                                const ChartLimits& limits) {
  return Loader(profile, limits, ReadRecord::keep).load_root(archive_files(archive, limits));
}

}  // namespace reconcile::helm
