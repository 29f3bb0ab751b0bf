#include "engine/pipeline/chart_cache.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

std::shared_ptr<const model::FileTree> tree_with(const std::string& data,
                                                 const std::string& padding = "") {
  return model::memory_tree(
      {{"web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
       {"web/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {v: '" +
            data + "{{ .Values.v }}'}\n#" + padding}});
}

std::string rendered(const std::shared_ptr<ChartCache>& charts,
                     const std::shared_ptr<const model::FileTree>& tree, const std::string& value) {
  const UnitSpec unit = read_helm_release(
      model::parse_json(R"({"metadata":{"name":"web","namespace":"team"},"spec":{"values":{"v":")" +
                        value + R"("},"chart":{"spec":{"chart":"web",)" +
                        R"("sourceRef":{"kind":"GitRepository","name":"r"}}}}})"));
  RenderPorts ports;
  ports.charts = charts;
  const UnitRender render =
      render_unit({appliers::UnitKind::helm_release, "team", "web"}, unit, tree, ports);
  return std::string(render.objects.at(0).root()["data"]["v"].text());
}

}  // namespace

TEST_CASE("a chart of the same content is loaded once", "[engine][pipeline][chart_cache]") {
  ChartCache cache;
  const auto first = cache.load(*tree_with("a"), "web", helm::Profile::helm4);
  const auto again = cache.load(*tree_with("a"), "web", helm::Profile::helm4);
  const auto changed = cache.load(*tree_with("b"), "web", helm::Profile::helm4);
  CHECK(first.chart == again.chart);
  CHECK(first.read_set == again.read_set);
  CHECK(first.chart != changed.chart);
  CHECK(cache.load(*tree_with("a"), "web", helm::Profile::helm3).chart != first.chart);
  CHECK(cache.size() == 3);
}

TEST_CASE("the charts that are kept are bounded in bytes", "[engine][pipeline][chart_cache]") {
  ChartCache cache(120'000);
  const std::string padding(35'000, 'x');
  for (const char* data : {"a", "b", "c", "d"}) {
    cache.load(*tree_with(data, padding), "web", helm::Profile::helm4);
  }
  CHECK(cache.size() == 2);
  cache.load(*tree_with("e", std::string(90'000, 'x')), "web", helm::Profile::helm4);
  CHECK(cache.size() == 2);
  CHECK(cache.bytes() <= 90'000);
}

TEST_CASE("rendered files take what the charts leave", "[engine][pipeline][chart_cache]") {
  const auto charts = std::make_shared<ChartCache>(120'000);
  const std::string padding(9'000, 'x');
  for (int round = 0; round < 10; ++round) {
    const std::string value = std::to_string(round);
    CHECK(rendered(charts, tree_with("a-", padding), value) == "a-" + value);
    CHECK(charts->bytes() <= 120'000);
  }
  CHECK(charts->size() == 1);
  CHECK(charts->manifests().size() > 1);
  for (const char* data : {"b-", "c-", "d-"}) {
    CHECK(rendered(charts, tree_with(data, std::string(35'000, 'x')), "1") ==
          data + std::string("1"));
    CHECK(charts->bytes() <= 120'000);
  }
}

TEST_CASE("releases of one chart get the same objects with and without the cache",
          "[engine][pipeline][chart_cache]") {
  const auto charts = std::make_shared<ChartCache>();
  const auto tree = tree_with("a-");
  for (const char* value : {"1", "2", "1", "3", "2"}) {
    CHECK(rendered(charts, tree, value) == rendered(nullptr, tree, value));
  }
}

TEST_CASE("releases render what their chart says now", "[engine][pipeline][chart_cache]") {
  const auto charts = std::make_shared<ChartCache>();
  CHECK(rendered(charts, tree_with("a-"), "1") == "a-1");
  CHECK(rendered(charts, tree_with("a-"), "2") == "a-2");
  CHECK(rendered(charts, tree_with("b-"), "2") == "b-2");
  CHECK(rendered(charts, tree_with("a-"), "3") == "a-3");
  CHECK(charts->size() == 2);
}

TEST_CASE("two releases of one chart render at the same time", "[engine][pipeline][chart_cache]") {
  const auto charts = std::make_shared<ChartCache>();
  const auto tree = tree_with("a-");
  for (int round = 0; round < 20; ++round) {
    std::string other;
    std::thread thread([&] { other = rendered(charts, tree, "x"); });
    CHECK(rendered(charts, tree, "y") == "a-y");
    thread.join();
    CHECK(other == "a-x");
  }
  CHECK(charts->size() == 1);
}
