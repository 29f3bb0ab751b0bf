#include "sources/git/ref_log.hpp"

#include <optional>
#include <utility>

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using model::FileType;

constexpr std::size_t depth_max = 8;
constexpr std::size_t parents_max = 16;
constexpr std::uint64_t commit_bytes_max = 1U << 20U;

/// Fills one entry from the commit's tree.
class EntryReader {
 public:
  EntryReader(ObjectReader& reader, const RefStoreLimits& limits, RefEntry& entry)
      : reader_(reader), limits_(limits), entry_(entry) {}

  void directory(const git_oid& id, const std::string& path, std::size_t depth) {
    if (depth > depth_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(depth_max) + " levels of directories")
          .in_file(path);
    }
    for (const GitEntry& found : *reader_.directory(id, path)) {
      const std::string at = path.empty() ? found.name : path + "/" + found.name;
      if (found.type == FileType::directory) {
        directory(found.id, at, depth + 1);
      } else {
        file(found, at);
      }
    }
  }

 private:
  void file(const GitEntry& found, const std::string& path) {
    if (found.type != FileType::regular) {
      throw Error(ErrorCode::invalid_input, "expected a file, found a link or submodule")
          .in_file(path);
    }
    if (entry_.files.size() >= limits_.files_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(limits_.files_max) + " files, found more");
    }
    entry_.files[path] = reader_.content(found.id, limits_.file_bytes_max, path);
  }

  ObjectReader& reader_;
  const RefStoreLimits& limits_;
  RefEntry& entry_;
};

RefEntry read_entry(ObjectReader& reader, const git_oid& id, const RefStoreLimits& limits,
                    std::optional<git_oid>& next) {
  const std::optional<CommitLinks> links = reader.find_commit(id, commit_bytes_max);
  if (!links) throw Error(ErrorCode::not_found, "expected a commit, found none");
  if (links->parents.size() > parents_max) {
    throw Error(ErrorCode::limit_exceeded,
                "expected at most " + std::to_string(parents_max) + " parents, found more");
  }
  RefEntry entry{id_text(id), {}, {}};
  for (const git_oid& parent : links->parents) entry.parents.push_back(id_text(parent));
  next = links->parents.empty() ? std::nullopt : std::optional(links->parents.front());
  EntryReader(reader, limits, entry).directory(links->tree, "", 0);
  return entry;
}

}  // namespace

std::vector<RefEntry> read_log(ObjectReader& reader, const std::string& tip,
                               const std::string& until, std::size_t count_max,
                               const RefStoreLimits& limits) {
  std::vector<RefEntry> entries;
  std::optional<git_oid> next = parse_id(tip);
  while (next && entries.size() < count_max) {
    const std::string commit = id_text(*next);
    if (commit == until) break;
    try {
      entries.push_back(read_entry(reader, git_oid(*next), limits, next));
    } catch (Error& error) {
      throw std::move(error).with_context("entry " + commit);
    }
  }
  return entries;
}

}  // namespace reconcile::sources
