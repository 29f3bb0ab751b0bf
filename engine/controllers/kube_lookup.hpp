#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reconcile/helm/ports.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// `lookup` of charts, answered by a cluster as Helm 4.3.1 does: what is not there is an empty
/// map, a group or version that the server does not serve and everything else is an error. Safe
/// from any thread.
class KubeLookup : public helm::ClusterLookup {
 public:
  /// `client` must outlive the lookup; requests are counted under `purpose`. Where `namespaces` is
  /// given, objects of others are refused with Error(unauthorized), lists over all of them too;
  /// cluster-scoped objects are not affected.
  KubeLookup(kube::Client& client, kube::RequestPurpose purpose,
             std::optional<std::vector<std::string>> namespaces = std::nullopt)
      : client_(client), purpose_(purpose), namespaces_(std::move(namespaces)) {}
  model::Document lookup(std::string_view api_version, std::string_view kind,
                         std::string_view namespace_name, std::string_view name) override;

 private:
  void check_namespace(const model::Gvk& gvk, std::string_view namespace_name,
                       std::string_view name) const;
  model::Document read_object(const model::Gvk& gvk, std::string_view namespace_name,
                              std::string_view name);
  model::Document read_list(const model::Gvk& gvk, std::string_view namespace_name);

  kube::Client& client_;
  kube::RequestPurpose purpose_;
  std::optional<std::vector<std::string>> namespaces_;
};

}  // namespace reconcile::engine
