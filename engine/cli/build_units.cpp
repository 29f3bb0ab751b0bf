#include "engine/cli/build_units.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/model/thread_heap.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;

/// Texts and trees of the units that a thread builds one after the other; address space.
constexpr std::size_t heap_bytes_expected = std::size_t{16} << 20U;

bool has_kustomization(const fs::path& directory) {
  constexpr const char* names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
  return std::any_of(std::begin(names), std::end(names), [&](const char* name) {
    std::error_code code;
    return fs::is_regular_file(directory / name, code);
  });
}

void collect(const fs::path& root, std::set<std::string>& found) {
  if (has_kustomization(root)) found.insert(root.string());
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    if (!entry->is_directory() || entry->is_symlink()) continue;
    if (entry->path().filename() == ".git") {
      entry.disable_recursion_pending();
    } else if (has_kustomization(entry->path())) {
      found.insert(entry->path().string());
    }
  }
}

/// Gives the units to threads one by one.
class UnitQueue {
 public:
  UnitQueue(std::vector<BuiltUnit>& units, const BuildDirectory& build)
      : units_(units), build_(build) {}

  void run() {
    for (std::size_t i = next_++; i < units_.size() && !stopped_; i = next_++) run(units_[i]);
  }

  void throw_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void run(BuiltUnit& unit) {
    try {
      renderers::RenderResult result = build_(unit.directory);
      unit.text = std::move(result.text);
      unit.warnings = std::move(result.warnings);
    } catch (const std::exception& error) {
      unit.error = error.what();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      stopped_ = true;
    }
  }

  std::vector<BuiltUnit>& units_;
  const BuildDirectory& build_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<std::string> kustomizations_below(const std::vector<std::string>& directories) {
  std::set<std::string> found;
  for (const std::string& directory : directories) {
    try {
      collect(directory, found);
    } catch (const fs::filesystem_error& error) {
      throw model::Error(model::ErrorCode::not_found,
                         "cannot look below " + directory + ": " + error.code().message());
    }
  }
  return {found.begin(), found.end()};
}

std::vector<BuiltUnit> build_units(const std::vector<std::string>& directories, unsigned jobs,
                                   const BuildDirectory& build) {
  std::vector<BuiltUnit> units(directories.size());
  for (std::size_t i = 0; i < units.size(); ++i) units[i].directory = directories[i];
  UnitQueue queue(units, build);
  std::vector<std::thread> threads;
  try {
    while (threads.size() + 1 < std::min<std::size_t>(jobs, units.size())) {
      threads.emplace_back([&queue] {
        const model::ThreadHeap heap(heap_bytes_expected);
        queue.run();
      });
    }
  } catch (const std::system_error&) {
    // Fewer threads build the same.
  }
  queue.run();
  for (std::thread& thread : threads) thread.join();
  queue.throw_failure();
  return units;
}

}  // namespace reconcile::engine
