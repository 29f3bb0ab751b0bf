#include <catch2/catch.hpp>
#include <string>

#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"
#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile;
using namespace reconcile::helm;
using reconcile::helm::testing::Files;

namespace {

constexpr const char* metadata = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

std::shared_ptr<const Chart> load(Files files, std::map<std::string, std::string> links = {}) {
  return load_chart(*model::memory_tree(std::move(files), std::move(links)), "c", Profile::helm4)
      .chart;
}

std::string names(const std::vector<ChartFile>& files) {
  std::string joined;
  for (const ChartFile& file : files) joined += file.name + " ";
  return joined;
}

/// One ustar record.
std::string tar_entry(const std::string& name, const std::string& content, char type = '0') {
  std::string header(512, '\0');
  const auto put = [&header](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  char size[12];
  std::snprintf(size, sizeof size, "%011zo", content.size());
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size);
  put(136, "00000000000");
  put(148, "        ");
  header[156] = type;
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "%06o", sum);
  header.replace(148, 7, std::string(checksum, 7));
  std::string padded = content;
  padded.resize((content.size() + 511) / 512 * 512);
  return header + padded;
}

std::string archive(const std::string& entries) {
  return model::gzip_compress(entries + std::string(1024, '\0'));
}

std::string chart_archive(const std::string& name) {
  return archive(
      tar_entry(name + "/Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n") +
      tar_entry(name + "/templates/t.yaml", "a: 1\n"));
}

}  // namespace

TEST_CASE("sorts a directory into templates, files, values and subcharts",
          "[renderers][helm][load]") {
  const auto chart =
      load({{"c/Chart.yaml", metadata},
            {"c/values.yaml",
             "\xEF\xBB\xBF"
             "a: 1\n"},
            {"c/values.schema.json", "{}"},
            {"c/templates/a.yaml", "a"},
            {"c/templates/sub/b.tpl", "b"},
            {"c/templates/.hidden", "x"},
            {"c/crds/x.yaml", "x"},
            {"c/README.md", "r"},
            {"c/skip.txt", "s"},
            {"c/.helmignore", "skip.*\n"},
            {"c/charts/_off/Chart.yaml", "broken: ["},
            {"c/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"},
            {"c/charts/sub.tgz.prov", "p"}});
  CHECK(names(chart->templates) == "templates/a.yaml templates/sub/b.tpl ");
  CHECK(names(chart->files) == ".helmignore README.md charts/sub.tgz.prov crds/x.yaml ");
  CHECK(chart->schema == "{}");
  CHECK(chart->values.root()["a"].is_scalar());
  REQUIRE(chart->dependencies.size() == 1);
  CHECK(chart->dependencies[0]->name() == "sub");
}

TEST_CASE("writes down what it read, or nothing", "[renderers][helm][load]") {
  const auto tree = model::memory_tree({{"c/Chart.yaml", metadata}, {"c/templates/t.yaml", "a"}});
  const renderers::ReadSet kept = load_chart(*tree, "c", Profile::helm4).read_set;
  CHECK(kept.size() == 5);  // two files, two directories, no .helmignore
  CHECK(load_chart(*tree, "c", Profile::helm4, {}, ReadRecord::leave_out).read_set.empty());
}

TEST_CASE("follows links inside the tree and refuses dead ones", "[renderers][helm][load]") {
  const Files files = {{"c/Chart.yaml", metadata}, {"shared/t.yaml", "shared"}};
  CHECK(names(load(files, {{"c/templates", "../shared"}})->templates) == "templates/t.yaml ");
  CHECK_THROWS_WITH(load(files, {{"c/dead", "nowhere"}}), Catch::Contains("points to nothing"));
  CHECK_THROWS_AS(load(files, {{"c/out", "../../etc/passwd"}}), model::Error);
  CHECK_THROWS_AS(load(files, {{"c/loop", "."}}), model::Error);
}

TEST_CASE("reads charts and subcharts from archives", "[renderers][helm][load]") {
  CHECK(load_chart_archive(chart_archive("app"), Profile::helm4)->templates.size() == 1);
  const auto chart =
      load({{"c/Chart.yaml", metadata}, {"c/charts/dep-1.0.0.tgz", chart_archive("dep")}});
  REQUIRE(chart->dependencies.size() == 1);
  CHECK(chart->dependencies[0]->name() == "dep");
  CHECK_THROWS_WITH(load({{"c/Chart.yaml", metadata}, {"c/charts/bad.tgz", "no archive"}}),
                    Catch::Contains("error unpacking subchart bad.tgz in app"));
}

TEST_CASE("refuses archives whose paths lead out of the chart", "[renderers][helm][load]") {
  for (const char* path : {"app/../../etc/passwd", "app//etc/passwd", "app/..", "app",
                           "app\\..\\..\\x", "app/c:/x", "Chart.yaml"}) {
    INFO(path);
    CHECK_THROWS_AS(
        load_chart_archive(archive(tar_entry("app/Chart.yaml", metadata) + tar_entry(path, "x")),
                           Profile::helm4),
        model::Error);
  }
  CHECK_THROWS_AS(load_chart_archive(archive(""), Profile::helm4), model::Error);
  CHECK_THROWS_WITH(load_chart_archive(archive(tar_entry("app/x", "y")), Profile::helm4),
                    Catch::Contains("Chart.yaml file is missing"));
}

TEST_CASE("bounds charts: bytes, files, nesting and what an archive unpacks to",
          "[renderers][helm][load]") {
  ChartLimits limits;
  limits.chart_bytes_max = 1U << 20U;
  limits.files_max = 10;
  limits.subchart_depth_max = 3;
  const auto with = [&limits](Files files) {
    return load_chart(*model::memory_tree(std::move(files)), "c", Profile::helm4, limits);
  };
  CHECK_THROWS_WITH(with({{"c/Chart.yaml", metadata}, {"c/big", std::string(2U << 20U, 'x')}}),
                    Catch::Contains("1048576 bytes"));
  Files many = {{"c/Chart.yaml", metadata}};
  for (int i = 0; i < 12; ++i) many["c/f" + std::to_string(i)] = "x";
  CHECK_THROWS_WITH(with(many), Catch::Contains("10 files"));
  Files nested;
  std::string folder = "c";
  for (int i = 0; i < 6; ++i) {
    nested[folder + "/Chart.yaml"] = metadata;
    folder += "/charts/s";
  }
  CHECK_THROWS_WITH(with(nested), Catch::Contains("at most 3 nested subcharts"));
  const std::string bomb =
      archive(tar_entry("app/Chart.yaml", metadata) +
              tar_entry("app/zeros", std::string(std::size_t{8} << 20U, '\0')));
  CHECK(bomb.size() < 20'000);
  CHECK_THROWS_AS(load_chart_archive(bomb, Profile::helm4, limits), model::Error);
  CHECK_THROWS_AS(with({{"c/Chart.yaml", metadata}, {"c/charts/b.tgz", bomb}}), model::Error);
}

TEST_CASE("bounds archives in archives", "[renderers][helm][load]") {
  std::string inner = archive(tar_entry("app/Chart.yaml", metadata));
  for (int i = 0; i < 3; ++i) {
    std::string tar = tar_entry("app/Chart.yaml", metadata);
    for (int j = 0; j < 5; ++j) {
      tar += tar_entry("app/charts/c" + std::to_string(j) + ".tgz", inner);
    }
    inner = archive(tar);
  }
  ChartLimits limits;
  CHECK(load_chart_archive(inner, Profile::helm4, limits)->dependencies.size() == 5);
  limits.charts_max = 100;
  CHECK_THROWS_WITH(load_chart_archive(inner, Profile::helm4, limits),
                    Catch::Contains("at most 100 charts in all"));
  limits.charts_max = 1000;
  limits.nested_bytes_max = 2000;
  CHECK_THROWS_WITH(load_chart_archive(inner, Profile::helm4, limits),
                    Catch::Contains("at most 2000 expanded bytes together"));
}

TEST_CASE("says where no chart is", "[renderers][helm][load]") {
  CHECK_THROWS_WITH(load({{"d/x", "y"}}), "expected a chart, found nothing (c)");
  CHECK_THROWS_WITH(load({{"c/x", "y"}}), Catch::Contains("Chart.yaml file is missing"));
}
