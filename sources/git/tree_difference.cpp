#include "sources/git/tree_difference.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;
using model::FileType;

constexpr std::size_t depth_max = 128;

/// Walks two trees side by side; where one side has no directory its entries are new or gone.
class Difference {
 public:
  Difference(ObjectReader& reader, std::size_t count_max) : reader_(reader), max_(count_max) {}

  void directories(const git_oid* from, const git_oid* to, const std::string& path,
                   std::size_t depth) {
    if (depth > depth_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(depth_max) + " levels of directories")
          .in_file(path);
    }
    const auto left = open(from, path);
    const auto right = open(to, path);
    auto a = left->begin();
    auto b = right->begin();
    while (a != left->end() || b != right->end()) {
      const bool only_left = b == right->end() || (a != left->end() && a->name < b->name);
      const bool only_right = a == left->end() || (b != right->end() && b->name < a->name);
      const GitEntry* before = only_right ? nullptr : &*a++;
      const GitEntry* after = only_left ? nullptr : &*b++;
      entries(before, after, path, depth);
    }
  }

  std::vector<ChangedPath> take() {
    std::sort(changes_.begin(), changes_.end(),
              [](const ChangedPath& a, const ChangedPath& b) { return a.path < b.path; });
    return std::move(changes_);
  }

 private:
  std::shared_ptr<const GitDirectory> open(const git_oid* id, const std::string& path) {
    if (id != nullptr) return reader_.directory(*id, path);
    static const auto none = std::make_shared<const GitDirectory>();
    return none;
  }

  void entries(const GitEntry* before, const GitEntry* after, const std::string& directory,
               std::size_t depth) {
    const std::string& name = before != nullptr ? before->name : after->name;
    const std::string path = directory.empty() ? name : directory + "/" + name;
    const bool both = before != nullptr && after != nullptr;
    const bool same_mode =
        both && before->type == after->type && before->executable == after->executable;
    if (same_mode && git_oid_equal(&before->id, &after->id) != 0) return;
    const git_oid* old_directory = id_of(before, FileType::directory);
    const git_oid* new_directory = id_of(after, FileType::directory);
    if (old_directory != nullptr || new_directory != nullptr) {
      directories(old_directory, new_directory, path, depth + 1);
    }
    const bool old_file = before != nullptr && old_directory == nullptr;
    const bool new_file = after != nullptr && new_directory == nullptr;
    if (!old_file && !new_file) return;
    if (changes_.size() >= max_) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected at most " + std::to_string(max_) +
                      " paths to differ between two commits, found more");
    }
    changes_.push_back({path, old_file ? id_text(before->id) : "",
                        new_file ? id_text(after->id) : "", old_file && new_file && !same_mode});
  }

  static const git_oid* id_of(const GitEntry* entry, FileType type) {
    return entry != nullptr && entry->type == type ? &entry->id : nullptr;
  }

  ObjectReader& reader_;
  std::size_t max_;
  std::vector<ChangedPath> changes_;
};

}  // namespace

std::vector<ChangedPath> tree_difference(ObjectReader& reader, const git_oid& from,
                                         const git_oid& to, std::size_t count_max) {
  Difference difference(reader, count_max);
  if (git_oid_equal(&from, &to) == 0) difference.directories(&from, &to, "", 0);
  return difference.take();
}

}  // namespace reconcile::sources
