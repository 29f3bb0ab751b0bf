#include "reconcile/model/packed_object.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "reconcile/model/temporary_folder.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {
namespace {

Object object_of(const std::string& yaml) {
  return Object(parse_yaml(yaml), {"apps/web.yaml", 2});
}

const std::string config_map =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: shop}\n"
    "data: {z: \"1\", a: \"<ä&\\u0001>\", empty: \"\", \"007\": \"0x1F\"}\n";

TEST_CASE("a packed object answers its identity and its content", "[model][packed]") {
  const std::string rows[] = {
      config_map,
      "apiVersion: v1\nkind: X\nmetadata: {name: a}\nlist: []\nmap: {}\nnone: null\n",
      "apiVersion: v1\nkind: X\nmetadata: {name: a}\nn: [1.0, -0.5, 1e30, 18446744073709551615, "
      "0x1F]",
      "apiVersion: v1\nkind: X\nmetadata: {name: a}\nwhen: 2026-01-31T08:00:00Z\nok: [yes, true]",
      "apiVersion: v1\nkind: X\nmetadata: {name: a}\ntext: \"" + std::string(200'000, 'x') + "\"",
  };
  ObjectPacker packer;
  std::vector<PackedObject> packed;
  for (const std::string& row : rows) packed.push_back(packer.pack(object_of(row)));
  packer.finish();
  for (std::size_t i = 0; i < packed.size(); ++i) {
    CAPTURE(rows[i].substr(0, 200));
    const Object object = object_of(rows[i]);
    CHECK(packed[i].gvk() == object.gvk());
    CHECK(packed[i].id() == object.id());
    CHECK(packed[i].origin().file == "apps/web.yaml");
    CHECK(packed[i].origin().document_index == 2);
    CHECK(equal(packed[i].document().root(), object.root()));
    CHECK(write_json(packed[i].document().root()) == write_json(object.root()));
  }
}

TEST_CASE("a packed object is canonical JSON", "[model][packed]") {
  ObjectPacker packer;
  const PackedObject packed = packer.pack(object_of(config_map));
  packer.finish();
  CHECK(packed.document()["data"].key_at(0) == "007");
  CHECK(packed.json().find(R"("data":{"007":"0x1F","a":"<ä&\u0001>",)") != std::string::npos);
  CHECK(packer.last_json() == packed.json());
}

TEST_CASE("a packed object outlives its packer and what it was packed from", "[model][packed]") {
  PackedObject kept;
  {
    ObjectPacker packer;
    const PackedObject first = packer.pack(object_of(config_map));
    kept = first;
    packer.finish();
  }
  CHECK(kept.document()["data"]["z"].text() == "1");
}

TEST_CASE("packed objects rest in a spill file, unreadable, until the last one goes",
          "[model][packed]") {
  const TemporaryFolder folder;
  const auto spill = SpillFile::open(folder.path());
  std::optional<PackedObject> first;
  std::optional<PackedObject> second;
  {
    ObjectPacker packer(spill);
    first = packer.pack(object_of(config_map));
    second = packer.pack(object_of("apiVersion: v1\nkind: X\nmetadata: {name: second}\n"));
    CHECK(second->document()["metadata"]["name"].text() == "second");
    packer.finish();
  }
  CHECK(spill->size() > 0);
  CHECK(first->document()["data"]["z"].text() == "1");
  first.reset();
  CHECK(second->document()["metadata"]["name"].text() == "second");
  second.reset();
  CHECK(spill->size() == 0);
}

TEST_CASE("packed objects stay in memory where the spill file takes them not", "[model][packed]") {
  const TemporaryFolder folder;
  ObjectPacker packer(SpillFile::open(folder.path(), {}, 16));
  const PackedObject kept = packer.pack(object_of(config_map));
  packer.finish();
  CHECK(kept.document()["data"]["z"].text() == "1");
}

TEST_CASE("no packed object has no content", "[model][packed]") {
  const PackedObject none;
  CHECK(none.json().empty());
  CHECK_FALSE(none.document().present());
}

}  // namespace
}  // namespace reconcile::model
