#include "engine/pipeline/unit_digests.hpp"

#include <algorithm>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using gates::TypedRead;
using renderers::ReadSetEntry;
using renderers::ReadSetKind;

constexpr std::string_view hmac_prefix = "hmac-sha256:";

TypedRead typed_read(const ReadSetEntry& entry, const model::FileTree& tree) {
  switch (entry.kind) {
    case ReadSetKind::file: {
      const auto info = tree.stat(entry.path);
      const bool executable = info && info->executable;
      return {"file", entry.path, (executable ? "100755 " : "100644 ") + entry.blob};
    }
    case ReadSetKind::directory:
      return {"directory", entry.path, entry.blob};
    case ReadSetKind::absent:
      return {"absent", entry.path, ""};
    case ReadSetKind::link:
      return {"link", entry.path, entry.blob};
  }
  return {};
}

std::string keyed(std::string_view key, std::string_view data) {
  return std::string(hmac_prefix) + model::hmac_sha256_hex(key, data);
}

std::string render_digest(const std::vector<model::Object>& objects, std::string_view key) {
  std::vector<std::string> lines;
  lines.reserve(objects.size());
  for (const model::Object& object : objects) {
    lines.push_back(object.gvk().api_version() + " " + object.id().display() + " " +
                    model::sha256_hex(model::write_json(object.root())) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line;
  return keyed(key, all);
}

bool names_secret(model::Value references) {
  for (std::size_t i = 0; i < references.size(); ++i)
    if (references.at(i)["kind"].text() == "Secret") return true;
  return false;
}

}  // namespace

std::vector<TypedRead> typed_reads(const UnitRender& render, const model::FileTree& tree,
                                   std::string_view kube_version, std::string_view key) {
  std::vector<TypedRead> entries;
  entries.reserve(render.read_set.size() + 2);
  for (const ReadSetEntry& entry : render.read_set) entries.push_back(typed_read(entry, tree));
  if (!render.cluster_values.empty())
    entries.push_back({"cluster", "values", keyed(key, render.cluster_values)});
  if (!render.lookups.empty())
    entries.push_back({"cluster", "lookups", keyed(key, lookups_digest(render.lookups))});
  for (const auto& [url, digest] : render.remotes) entries.push_back({"remote", url, digest});
  if (!kube_version.empty())
    entries.push_back({"capability", "kubeVersion", std::string(kube_version)});
  std::sort(entries.begin(), entries.end());
  return entries;
}

UnitDigests unit_digests(const UnitRender& render, const std::vector<TypedRead>& reads,
                         std::string_view key) {
  return {gates::read_set_digest(reads), render_digest(render.objects, key)};
}

std::string release_config_digest(const UnitSpec& spec, const UnitRender& render,
                                  std::string_view key) {
  const model::Value declared = spec.object["spec"];
  const std::string values = model::write_json(declared["values"]);
  if (!names_secret(declared["valuesFrom"]))
    return "sha256:" + model::sha256_hex(values + render.cluster_values);
  if (key.empty()) return "sha256:" + model::sha256_hex(values);
  return keyed(key, values + render.cluster_values);
}

}  // namespace reconcile::engine
