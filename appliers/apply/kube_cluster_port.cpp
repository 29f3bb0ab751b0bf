// ClusterPort over kube::Client. Answers are parsed on the client's pool and judged on the calling
// thread; follow-ups with a delay wait there too.
#include "reconcile/appliers/kube_cluster_port.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "appliers/apply/request_window.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::appliers {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Of the exchanges of all units together. More would wait in the server's queue for this client,
/// and with them what cannot wait: the Lease, statuses, reverts.
constexpr std::size_t requests_in_flight_max = 16;

kube::Request kube_request(ClusterRequest request, kube::RequestPurpose purpose) {
  kube::Request result;
  switch (request.verb) {
    case Verb::get:
    case Verb::list:
    case Verb::list_metadata:
      result.verb = kube::Verb::get;
      break;
    case Verb::apply:
      result.verb = kube::Verb::apply;
      break;
    case Verb::json_patch:
      result.verb = kube::Verb::json_patch;
      break;
    case Verb::create:
      result.verb = kube::Verb::create;
      break;
    case Verb::replace:
      result.verb = kube::Verb::update;
      break;
    case Verb::remove:
      result.verb = kube::Verb::remove;
      break;
  }
  result.gvk = std::move(request.gvk);
  result.namespace_name = std::move(request.namespace_name);
  if (request.verb != Verb::create) result.name = std::move(request.name);
  result.body = std::move(request.body);
  result.field_manager = std::move(request.field_manager);
  result.conflicts = request.force ? kube::Conflicts::force : kube::Conflicts::report;
  result.dry_run = request.dry_run ? kube::DryRun::all : kube::DryRun::none;
  if (request.verb == Verb::remove) result.propagation = kube::Propagation::background;
  result.precondition_uid = std::move(request.uid);
  result.purpose = purpose;
  return result;
}

void take_status(const kube::ApiStatus& status, ClusterAnswer& answer) {
  answer.code = status.code;
  answer.reason = status.reason;
  answer.message = status.message;
  for (const kube::ApiCause& cause : status.causes) answer.causes.push_back(cause.reason);
  if (status.retry_after) answer.retry_after = *status.retry_after;
}

ClusterAnswer answer_of(const kube::Response& response) {
  ClusterAnswer answer;
  take_status(response.status, answer);
  if (!response.ok()) return answer;
  try {
    answer.object = response.document();
  } catch (const model::Error& error) {
    answer.code = 0;
    answer.message = error.what();
  }
  return answer;
}

/// The answers that arrived, handed from the client's threads to the calling one. Shared with
/// callbacks that may outlive an exchange that was broken off.
class Mailbox {
 public:
  void put(std::size_t index, ClusterAnswer answer) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(index, std::move(answer));
    ready_.notify_one();
  }

  /// Ends the wait for an answer.
  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    ready_.notify_one();
  }

  /// The next answer; absent where none came until `limit` or `wake`.
  std::optional<std::pair<std::size_t, ClusterAnswer>> take(SteadyClock::time_point limit) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, limit, [&] { return woken_ || !answers_.empty(); });
    woken_ = false;
    if (answers_.empty()) return std::nullopt;
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::pair<std::size_t, ClusterAnswer>> answers_;
  bool woken_ = false;
};

/// Given back when the last copy goes.
using Place = std::shared_ptr<RequestWindow>;

/// One exchange: requests not begun yet, those in flight, those that wait for their delay.
class Exchange {
 public:
  /// `window` is null for a single request, which does not wait for others.
  Exchange(kube::Client& client, std::shared_ptr<RequestWindow> window,
           kube::RequestPurpose purpose, std::size_t count, std::size_t in_flight_max,
           const ClusterPort::MakeRequest& make, const ClusterPort::OnAnswer& on_answer)
      : client_(client),
        window_(std::move(window)),
        purpose_(purpose),
        count_(count),
        in_flight_max_(in_flight_max),
        make_(make),
        on_answer_(on_answer) {
    if (window_ != nullptr) guest_.emplace(window_, [mailbox = mailbox_] { mailbox->wake(); });
  }

  void run() {
    while (done_ < count_) {
      if (client_.closed())
        throw model::Error(model::ErrorCode::cancelled, "the program is stopping");
      const bool waits_for_place = !begin_due();
      const auto limit = waits_for_place || delayed_.empty() || in_flight_ >= in_flight_max_
                             ? SteadyClock::now() + std::chrono::seconds(1)
                             : delayed_.begin()->first;
      auto answer = mailbox_->take(limit);
      if (!answer) continue;
      --in_flight_;
      auto next = on_answer_(answer->first, std::move(answer->second));
      if (!next)
        ++done_;
      else
        delayed_.emplace(SteadyClock::now() + next->delay,
                         std::make_pair(answer->first, std::move(next->request)));
    }
  }

 private:
  /// False where something is due that has no place in the window yet.
  bool begin_due() {
    while (in_flight_ < in_flight_max_ && !delayed_.empty() &&
           delayed_.begin()->first <= SteadyClock::now()) {
      if (!take_place()) return false;
      auto [index, request] = std::move(delayed_.begin()->second);
      delayed_.erase(delayed_.begin());
      start(index, std::move(request));
    }
    while (in_flight_ < in_flight_max_ && begun_ < count_) {
      if (!take_place()) return false;
      const std::size_t index = begun_++;
      start(index, make_(index));
    }
    return true;
  }

  bool take_place() {
    if (!guest_) return true;
    if (!guest_->take()) return false;
    place_ = Place(window_.get(), [window = window_](RequestWindow*) { window->give(); });
    return true;
  }

  /// In the place that was taken last, which it keeps until the answer.
  void start(std::size_t index, ClusterRequest request) {
    ++in_flight_;
    Place place = std::move(place_);
    if (request.verb == Verb::list || request.verb == Verb::list_metadata)
      return mailbox_->put(index, list(request));
    client_.start(kube_request(std::move(request), purpose_),
                  [mailbox = mailbox_, place = std::move(place),
                   index](const kube::Response& response) mutable {
                    place.reset();
                    mailbox->put(index, answer_of(response));
                  });
  }

  /// Lists wait on the calling thread; their items become one list document.
  ClusterAnswer list(const ClusterRequest& request) {
    kube::Selection selection{request.gvk, request.namespace_name, request.label_selector,
                              request.field_selector};
    kube::ListOptions options;
    if (request.verb == Verb::list_metadata) options.content = kube::ListContent::metadata;
    options.purpose = purpose_;
    auto arena = std::make_shared<model::Arena>();
    model::Node* root = arena->new_node();
    *root = model::make_map();
    model::Node items = model::make_list();
    const kube::ListResult result = client_.list(
        selection,
        [&](const model::Document& object, std::string_view) {
          model::append(*arena, items, model::copy_node(*arena, object.root()));
        },
        options);
    model::set(*arena, *root, "items", items);
    ClusterAnswer answer;
    take_status(result.status, answer);
    answer.object = model::Document(arena, model::Value(root));
    return answer;
  }

  kube::Client& client_;
  std::shared_ptr<RequestWindow> window_;
  kube::RequestPurpose purpose_;
  std::size_t count_;
  std::size_t in_flight_max_;
  const ClusterPort::MakeRequest& make_;
  const ClusterPort::OnAnswer& on_answer_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::optional<RequestWindow::Guest> guest_;
  Place place_;  ///< between taking one and starting a request
  std::multimap<SteadyClock::time_point, std::pair<std::size_t, ClusterRequest>> delayed_;
  std::size_t begun_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t done_ = 0;
};

std::optional<KindInfo> info_of(const std::optional<kube::ApiResource>& resource) {
  if (!resource) return std::nullopt;
  return KindInfo{resource->gvk, resource->scope == kube::Scope::namespaced};
}

}  // namespace

KubeClusterPort::KubeClusterPort(kube::Client& client, kube::RequestPurpose purpose)
    : client_(client),
      purpose_(purpose),
      window_(std::make_shared<RequestWindow>(requests_in_flight_max)) {
}

void KubeClusterPort::exchange(std::size_t count, std::size_t in_flight_max,
                               const MakeRequest& make, const OnAnswer& on_answer) {
  Exchange(client_, count > 1 ? window_ : nullptr, purpose_, count,
           std::max<std::size_t>(in_flight_max, 1), make, on_answer)
      .run();
}

std::optional<KindInfo> KubeClusterPort::find_kind(const model::Gvk& gvk) {
  return info_of(client_.resource(gvk));
}

std::optional<KindInfo> KubeClusterPort::find_kind(std::string_view group, std::string_view kind) {
  const auto resources = client_.resources();
  const kube::ApiResource* resource = resources->find_preferred(group, kind);
  return resource == nullptr ? std::nullopt : info_of(*resource);
}

bool KubeClusterPort::may_be_served(std::string_view group) {
  const auto resources = client_.resources();
  const std::vector<std::string>& stale = resources->stale_groups();
  return std::any_of(stale.begin(), stale.end(), [&](std::string_view version) {
    return version.substr(0, version.find('/')) == group;
  });
}

void KubeClusterPort::forget_kinds() {
  client_.invalidate_discovery();
}

}  // namespace reconcile::appliers
