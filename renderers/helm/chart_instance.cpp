#include "renderers/helm/chart_instance.hpp"

#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::helm {

using gotemplate::GoValue;

std::unique_ptr<ChartInstance> instantiate(const Chart& chart, gotemplate::Heap& heap) {
  auto instance = std::make_unique<ChartInstance>();
  instance->chart = &chart;
  instance->name = chart.name();
  instance->lists_dependencies = chart.metadata.lists_dependencies;
  if (chart.values.root().is_map()) {
    heap.retain(chart.values);
    instance->values = gotemplate::to_go_value(heap, chart.values.root()).as_map();
  }
  for (const Dependency& dependency : chart.metadata.dependencies) {
    GoValue imports = GoValue::typed_nil(gotemplate::GoType::list);
    if (dependency.import_values.is_list()) {
      imports = gotemplate::to_go_value(heap, dependency.import_values);
    }
    instance->dependencies.push_back(std::make_shared<DependencyState>(
        DependencyState{&dependency, dependency.name, false, imports}));
  }
  for (const auto& subchart : chart.dependencies) {
    instance->children.push_back(instantiate(*subchart, heap));
    instance->children.back()->parent = instance.get();
  }
  return instance;
}

std::unique_ptr<ChartInstance> copy_instance(const ChartInstance& instance, ChartInstance* parent) {
  auto copy = std::make_unique<ChartInstance>();
  copy->chart = instance.chart;
  copy->name = instance.name;
  copy->parent = parent;
  copy->loaded_below = instance.loaded_below;
  copy->values = instance.values;
  for (const auto& state : instance.dependencies) {
    copy->dependencies.push_back(std::make_shared<DependencyState>(*state));
  }
  copy->lists_dependencies = instance.lists_dependencies;
  for (const auto& child : instance.children)
    copy->children.push_back(copy_instance(*child, copy.get()));
  return copy;
}

}  // namespace reconcile::helm
