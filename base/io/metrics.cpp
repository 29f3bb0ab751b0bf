#include "reconcile/io/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <sstream>
#include <stdexcept>

#include "reconcile/model/error.hpp"

namespace reconcile::io {
namespace {

constexpr std::size_t series_max = 10'000;

template <typename T>
struct Named {
  prometheus::Family<T>* family = nullptr;
  std::map<MetricLabels, T*> series;
};

}  // namespace

struct Metrics::Impl {
  /// The family of `name`, made by `build` the first time.
  template <typename T, typename Build, typename Add>
  T* series(std::map<std::string, Named<T>>& families, const std::string& name,
            const MetricLabels& labels, Build build, Add add) {
    const std::lock_guard lock(mutex);
    try {
      Named<T>& named = families[name];
      if (named.family == nullptr) named.family = &build();
      if (const auto found = named.series.find(labels); found != named.series.end()) {
        return found->second;
      }
      if (named.series.size() >= series_max) {
        throw model::Error(model::ErrorCode::limit_exceeded,
                           "metric " + name + " has " + std::to_string(series_max) + " series");
      }
      T* made = &add(*named.family);
      named.series.emplace(labels, made);
      return made;
    } catch (const std::invalid_argument& error) {
      if (families[name].family == nullptr) families.erase(name);
      throw model::Error(model::ErrorCode::invalid_input, "metric " + name + ": " + error.what());
    }
  }

  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Throw};
  std::mutex mutex;
  std::map<std::string, Named<prometheus::Counter>> counters;
  std::map<std::string, Named<prometheus::Gauge>> gauges;
  std::map<std::string, Named<prometheus::Histogram>> histograms;
};

void Counter::add(double amount) const {
  if (series_ != nullptr) static_cast<prometheus::Counter*>(series_)->Increment(amount);
}

double Counter::value() const {
  return series_ == nullptr ? 0 : static_cast<prometheus::Counter*>(series_)->Value();
}

void Gauge::set(double value) const {
  if (series_ != nullptr) static_cast<prometheus::Gauge*>(series_)->Set(value);
}

void Gauge::add(double amount) const {
  if (series_ != nullptr) static_cast<prometheus::Gauge*>(series_)->Increment(amount);
}

double Gauge::value() const {
  return series_ == nullptr ? 0 : static_cast<prometheus::Gauge*>(series_)->Value();
}

void Histogram::observe(double value) const {
  if (series_ != nullptr) static_cast<prometheus::Histogram*>(series_)->Observe(value);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help,
                         const MetricLabels& labels) {
  const auto build = [&]() -> auto& {
    return prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry);
  };
  const auto add = [&](auto& family) -> auto& { return family.Add(labels); };
  Counter counter;
  counter.series_ = impl_->series(impl_->counters, name, labels, build, add);
  return counter;
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
  const auto build = [&]() -> auto& {
    return prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
  };
  const auto add = [&](auto& family) -> auto& { return family.Add(labels); };
  Gauge gauge;
  gauge.series_ = impl_->series(impl_->gauges, name, labels, build, add);
  return gauge;
}

Histogram Metrics::histogram(const std::string& name, const std::string& help,
                             const std::vector<double>& buckets, const MetricLabels& labels) {
  const auto build = [&]() -> auto& {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
  };
  const auto add = [&](auto& family) -> auto& { return family.Add(labels, buckets); };
  Histogram histogram;
  histogram.series_ = impl_->series(impl_->histograms, name, labels, build, add);
  return histogram;
}

void Metrics::remove_gauge(const std::string& name, const MetricLabels& labels) {
  const std::lock_guard lock(impl_->mutex);
  const auto named = impl_->gauges.find(name);
  if (named == impl_->gauges.end()) return;
  const auto series = named->second.series.find(labels);
  if (series == named->second.series.end()) return;
  named->second.family->Remove(series->second);
  named->second.series.erase(series);
}

std::string Metrics::expose() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
  return std::move(out).str();
}

}  // namespace reconcile::io
