#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/helm/chart.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "test/fuzz/targets/targets.hpp"

// Entries as text: each part (see parts_of) is a letter and a line with its path, then its content.
// 'f' is a file, 'd' a directory, 'l' a symbolic link to the content, 'z' a chart archive of all
// entries behind it, 'y' the same with a damaged byte.

namespace reconcile::fuzz {
namespace {

using model::ArchiveEntry;
using model::ArchiveEntryType;

helm::ChartLimits limits() {
  helm::ChartLimits bounds;
  bounds.chart_bytes_max = 8U << 20U;
  bounds.files_max = 1000;
  bounds.subchart_depth_max = 10;
  return bounds;
}

std::string archive_of(std::span<const std::string_view> parts) {
  std::vector<ArchiveEntry> entries;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    const std::size_t line = std::min(parts[i].find('\n'), parts[i].size());
    ArchiveEntry entry;
    entry.path = parts[i].substr(1, line - 1);
    entry.content = parts[i].substr(std::min(line + 1, parts[i].size()));
    const char letter = parts[i][0];
    if (letter == 'd') {
      entry.type = ArchiveEntryType::directory;
      entry.content.clear();
    } else if (letter == 'l') {
      entry.type = ArchiveEntryType::symlink;
      entry.link_target = std::exchange(entry.content, {});
    } else if (letter == 'z' || letter == 'y') {
      entry.content = archive_of(parts.subspan(i + 1));
      if (letter == 'y') entry.content[entry.content.size() / 2] ^= 1;
      entries.push_back(std::move(entry));
      break;
    }
    entries.push_back(std::move(entry));
  }
  return model::gzip_compress(model::write_tar(entries), 1);
}

void load(std::string_view archive) {
  for (const helm::Profile profile : {helm::Profile::helm4, helm::Profile::helm3}) {
    try {
      (void)helm::load_chart_archive(archive, profile, limits());
    } catch (const model::Error&) {
      continue;
    }
  }
}

/// The entries as a directory on disk would have them.
void load_directory(std::span<const std::string_view> parts) {
  std::map<std::string, std::string> files;
  try {
    for (const std::string_view part : parts) {
      const std::size_t line = std::min(part.find('\n'), part.size());
      if (part.empty() || part[0] != 'f') continue;
      files[model::normalise_path(part.substr(1, line - 1))] =
          part.substr(std::min(line + 1, part.size()));
    }
    const auto tree = model::memory_tree(std::move(files));
    for (const helm::ReadRecord record : {helm::ReadRecord::keep, helm::ReadRecord::leave_out}) {
      (void)helm::load_chart(*tree, "c", helm::Profile::helm4, limits(), record);
    }
  } catch (const model::Error&) {
    return;
  }
}

}  // namespace

void run_archive(std::string_view input) {
  if (input.empty()) return;
  if (input[0] == 'g') return load(input.substr(1));
  if (input[0] == 't') return load(model::gzip_compress(input.substr(1), 1));
  const std::vector<std::string_view> parts = parts_of(input);
  std::string archive;
  try {
    archive = archive_of(parts);
  } catch (const model::Error&) {
    return;
  }
  load(archive);
  load_directory(parts);
}

}  // namespace reconcile::fuzz
