#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::io {

/// Label names and values of one time series.
using MetricLabels = std::map<std::string, std::string>;

/// Handles are two pointers wide, copied freely, valid as long as their Metrics. A default-made
/// handle counts nothing. All are safe from any thread.
class Counter {
 public:
  Counter() = default;
  void add(double amount = 1) const;
  [[nodiscard]] double value() const;

 private:
  friend class Metrics;
  void* series_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  void set(double value) const;
  void add(double amount) const;
  [[nodiscard]] double value() const;

 private:
  friend class Metrics;
  void* series_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  /// One observation, in the unit that the metric's name ends with.
  void observe(double value) const;

 private:
  friend class Metrics;
  void* series_ = nullptr;
};

/// The process's metrics. Asking twice for the same name and labels answers the same series.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Throws Error(invalid_input) where `name` is no Prometheus name or has another type already,
  /// and Error(limit_exceeded) above 10,000 series of one name.
  Counter counter(const std::string& name, const std::string& help,
                  const MetricLabels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  /// `buckets` are upper bounds, ascending; the first call of a name decides them.
  Histogram histogram(const std::string& name, const std::string& help,
                      const std::vector<double>& buckets, const MetricLabels& labels = {});
  /// Removes a gauge's series, for objects that are gone.
  void remove_gauge(const std::string& name, const MetricLabels& labels);

  /// The Prometheus text format 0.0.4, for GET /metrics.
  [[nodiscard]] std::string expose() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::io
