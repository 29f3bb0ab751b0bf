#include "test/integration/drift_clock.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "reconcile/kube/watch.hpp"
#include "test/integration/cluster.hpp"
#include "test/support/patience.hpp"

namespace reconcile::test {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Seen {
  SteadyClock::time_point when;
  model::Document object;
};

}  // namespace

struct DriftClock::Impl {
  Impl(model::Gvk kind, std::string in, std::string named)
      : gvk(std::move(kind)), space(std::move(in)), name(std::move(named)) {
    kube::WatchHandlers handlers;
    handlers.on_event = [this](const kube::WatchEvent& event) {
      const std::lock_guard lock(mutex);
      seen.push_back({SteadyClock::now(), event.object});
      changed.notify_all();
    };
    watcher = std::make_unique<kube::Watcher>(
        Cluster::instance().client(), kube::Selection{gvk, space, "", "metadata.name=" + name},
        std::move(handlers));
    watcher->start();
    watcher->wait_synced(std::chrono::seconds(20) * patience());
  }

  model::Gvk gvk;
  std::string space;
  std::string name;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Seen> seen;
  std::unique_ptr<kube::Watcher> watcher;
};

DriftClock::DriftClock(model::Gvk gvk, std::string space, std::string name)
    : impl_(std::make_unique<Impl>(std::move(gvk), std::move(space), std::move(name))) {
}

DriftClock::~DriftClock() {
  impl_->watcher->stop();
}

std::optional<double> DriftClock::measure(const std::string& patch,
                                          const std::function<bool(model::Value)>& is_restored) {
  start();
  Cluster::instance().patch(impl_->gvk, impl_->space, impl_->name, patch);
  return await(SteadyClock::now(), is_restored);
}

void DriftClock::start() {
  const std::lock_guard lock(impl_->mutex);
  impl_->seen.clear();
}

std::optional<double> DriftClock::await(SteadyClock::time_point written,
                                        const std::function<bool(model::Value)>& is_restored) {
  std::unique_lock lock(impl_->mutex);
  std::optional<SteadyClock::time_point> restored;
  const auto find = [&] {
    bool drifted = false;
    for (const Seen& seen : impl_->seen) {
      const bool is_back = is_restored(seen.object.root());
      if (drifted && is_back) restored = seen.when;
      drifted = drifted || !is_back;
      if (restored) return true;
    }
    return false;
  };
  if (!impl_->changed.wait_for(lock, std::chrono::seconds(20) * patience(), find))
    return std::nullopt;
  const double milliseconds =
      std::chrono::duration<double, std::milli>(*restored - written).count();
  return std::max(milliseconds, 0.0);
}

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(index, values.size() - 1)];
}

}  // namespace reconcile::test
