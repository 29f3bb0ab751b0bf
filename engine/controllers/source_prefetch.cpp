#include "engine/controllers/source_prefetch.hpp"

#include <exception>
#include <utility>

#include "reconcile/io/log.hpp"

namespace reconcile::engine {

SourcePrefetch::SourcePrefetch(io::Executor& executor, WorkPool& fetchers, std::string data_dir)
    : executor_(executor), fetchers_(fetchers), data_dir_(std::move(data_dir)) {
}

void SourcePrefetch::start(const RootSourceOptions& source) {
  if (!source.directory.empty()) return;
  fetchers_.post([this, source] { fetch(source, {}); });
}

void SourcePrefetch::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (running_ != nullptr) running_->cancel();
}

void SourcePrefetch::fetch(const RootSourceOptions& source,
                           const std::optional<sources::Revision>& known) {
  std::optional<sources::Revision> next = known;
  try {
    const auto git = std::make_shared<sources::GitSource>(source.git, data_dir_);
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      running_ = git;
    }
    if (const auto artifact = git->fetch(known)) next = artifact->revision;
  } catch (const std::exception& error) {
    io::log().warning("Source not fetched ahead", {{"err", error.what()}});
  }
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
  if (stopped_) return;
  executor_.schedule_after(source.interval, [this, source, next] {
    fetchers_.post([this, source, next] { fetch(source, next); });
  });
}

}  // namespace reconcile::engine
