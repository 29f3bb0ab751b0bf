// Each folder of fixtures/engine/kustomization is a unit, its source and what the cluster holds;
// expected.yaml is what the packages of kustomize-controller 1.9.4 make of them.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using namespace reconcile::engine;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream opened(path, std::ios::binary);
  REQUIRE(opened);
  std::ostringstream text;
  text << opened.rdbuf();
  return text.str();
}

std::shared_ptr<const model::FileTree> tree_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files.emplace(fs::relative(entry.path(), folder).string(), read_file(entry.path()));
    }
  }
  return model::memory_tree(std::move(files));
}

RenderPorts ports_of(const fs::path& path) {
  const model::Document cluster = model::parse_json(fs::exists(path) ? read_file(path) : "{}");
  RenderPorts ports;
  ports.config = [cluster](const std::string& kind, const std::string& space,
                           const std::string& name) -> std::optional<ConfigData> {
    const model::Value held = cluster[kind == "Secret" ? "secrets" : "configMaps"];
    for (std::size_t i = 0; i < held.size(); ++i) {
      const model::Value metadata = held.at(i)["metadata"];
      if (metadata["name"].text() != name || metadata["namespace"].text() != space) continue;
      const model::Value data = held.at(i)["data"];
      ConfigData values;
      for (std::size_t k = 0; k < data.size(); ++k) {
        const std::string text(data.value_at(k).text());
        values.emplace(data.key_at(k), kind == "Secret" ? model::base64_decode(text) : text);
      }
      return values;
    }
    return std::nullopt;
  };
  return ports;
}

std::string rendered(const fs::path& folder) {
  const UnitSpec unit = read_kustomization(model::parse_yaml(read_file(folder / "unit.yaml")));
  CHECK(unit.unsupported_field.empty());
  const UnitRender render =
      render_unit({appliers::UnitKind::kustomization, "flux-system", "apps"}, unit,
                  tree_of(folder / "source"), ports_of(folder / "cluster.json"));
  std::string text;
  for (const model::Object& object : render.objects) {
    if (!text.empty()) text += "---\n";
    model::write_yaml(object.root(), text);
  }
  return text;
}

/// What is the same in Flux's words and ours.
std::string reason_of(const std::string& recorded) {
  for (const char* words :
       {"elsewhere", "components/absent", "must be local and relative",
        "failed to decode Kubernetes YAML", "no resource matches strategic merge patch"}) {
    if (recorded.find(words) != std::string::npos) return words;
  }
  if (recorded.find("not set") != std::string::npos) return "variable not set (strict mode)";
  return recorded;
}

}  // namespace

TEST_CASE("each field of a Kustomization gives Flux's objects", "[engine][pipeline][golden]") {
  std::size_t cases = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(RECONCILE_SOURCE_DIR) / "fixtures/engine/kustomization")) {
    const fs::path& folder = entry.path();
    INFO(folder.filename().string());
    ++cases;
    if (fs::exists(folder / "expected.yaml")) {
      std::string text;
      try {
        text = rendered(folder);
      } catch (const model::Error& error) {
        text = error.what();
      }
      CHECK(text == read_file(folder / "expected.yaml"));
      continue;
    }
    std::string message = "no error";
    try {
      rendered(folder);
    } catch (const model::Error& error) {
      message = error.what();
    }
    CHECK_THAT(message, Catch::Contains(reason_of(read_file(folder / "expected.err"))));
  }
  CHECK(cases >= 33);
}
