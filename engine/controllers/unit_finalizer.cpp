#include "engine/controllers/unit_finalizer.hpp"

#include <algorithm>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

std::string list_of(const std::vector<std::string>& finalizers) {
  std::string list = "[";
  for (const std::string& item : finalizers) {
    if (list.size() > 1) list += ',';
    model::write_json_string(item, list, false);
  }
  return list + ']';
}

kube::Response set_finalizers(kube::Client& client, const model::Gvk& gvk, const ResourceMeta& meta,
                              const std::vector<std::string>& finalizers) {
  // What is not there is null to a test.
  const std::string known = meta.finalizers.empty() ? "null" : list_of(meta.finalizers);
  std::string uid;
  model::write_json_string(meta.uid, uid, false);
  const std::string patch = R"([{"op":"test","path":"/metadata/uid","value":)" + uid +
                            R"(},{"op":"test","path":"/metadata/finalizers","value":)" + known +
                            R"(},{"op":"add","path":"/metadata/finalizers","value":)" +
                            list_of(finalizers) + "}]";
  return client.send(kube::Request::patch(kube::Verb::json_patch, gvk, meta.namespace_name,
                                          meta.name, patch, "reconcile"));
}

/// A test of the patch failed, or another write came between the server's read and its own.
bool has_moved(const kube::ApiStatus& status) {
  return status.conflict() || status.code == 422;
}

}  // namespace

void ensure_finalizer(kube::Client& client, const model::Gvk& gvk, ResourceMeta meta) {
  constexpr int attempts_max = 5;
  for (int attempt = 1; !meta.has_finalizer && !meta.name.empty(); ++attempt) {
    const std::string shown = "the finalizer of " + gvk.kind + " " + meta.name;
    if (meta.deleting)
      throw model::Error(model::ErrorCode::conflict, shown + ": the object is being deleted");
    std::vector<std::string> wanted = meta.finalizers;
    wanted.emplace_back(finalizer);
    const kube::Response response = set_finalizers(client, gvk, meta, wanted);
    if (response.ok() || response.status.not_found()) return;
    if (!has_moved(response.status) || attempt == attempts_max) response.require_ok(shown);
    const kube::Response fresh =
        client.send(kube::Request::get(gvk, meta.namespace_name, meta.name));
    if (fresh.status.not_found()) return;
    fresh.require_ok(shown);
    meta = ResourceMeta::read(fresh.document().root());
  }
}

kube::Response remove_finalizer(kube::Client& client, const model::Gvk& gvk,
                                const ResourceMeta& meta) {
  std::vector<std::string> rest = meta.finalizers;
  std::erase(rest, finalizer);
  return set_finalizers(client, gvk, meta, rest);
}

}  // namespace reconcile::engine
