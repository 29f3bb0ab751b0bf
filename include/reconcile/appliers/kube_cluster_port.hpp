#pragma once

#include <memory>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/kube/request.hpp"

namespace reconcile::kube {
class Client;
}

namespace reconcile::appliers {

class RequestWindow;

/// The API server behind a kube::Client. Safe from any thread but the client's loop. All exchanges
/// of more than one request together have at most 16 of them under way.
class KubeClusterPort final : public ClusterPort {
 public:
  /// `client` must outlive the port; requests are counted for `purpose`.
  explicit KubeClusterPort(kube::Client& client,
                           kube::RequestPurpose purpose = kube::RequestPurpose::pass);

  void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                const OnAnswer& on_answer) override;
  std::optional<KindInfo> find_kind(const model::Gvk& gvk) override;
  std::optional<KindInfo> find_kind(std::string_view group, std::string_view kind) override;
  bool may_be_served(std::string_view group) override;
  void forget_kinds() override;

 private:
  kube::Client& client_;
  kube::RequestPurpose purpose_;
  std::shared_ptr<RequestWindow> window_;
};

}  // namespace reconcile::appliers
