#pragma once

#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/value.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

class ParsedTemplates;

/// The coalesced values of a chart and its subcharts beside their values.schema.json. Whatever
/// thread comes first holds them against each other, once; others wait for it.
class ValuesCheck {
 public:
  /// Takes the values as they are now. Their texts and `root`'s chart must live until require() has
  /// been called.
  ValuesCheck(const ChartInstance& root, const gotemplate::GoMap& values);
  ValuesCheck(const ValuesCheck&) = delete;
  ValuesCheck& operator=(const ValuesCheck&) = delete;

  void run() noexcept;
  /// Throws Error(invalid_input) listing every chart that fails, in Helm's layout.
  void require();

 private:
  /// What one chart has to say: a refusal that is known already, or a schema and values.
  struct Part {
    std::string chart_name;
    std::string refusal;
    const std::string* schema = nullptr;
    model::Node values;
  };

  void add(const ChartInstance& chart, const gotemplate::GoMap& values);

  ParsedTemplates* const parsed_;
  model::Arena arena_;
  std::vector<Part> parts_;
  std::mutex mutex_;
  bool done_ = false;
  std::string refusals_;
  std::exception_ptr failure_;
};

/// Checks at once.
void validate_values(const ChartInstance& root, const gotemplate::GoMap& values);

}  // namespace reconcile::helm
