// ClusterPort over kube::Client. Answers are parsed on the client's pool and judged on the calling
// thread; follow-ups with a delay wait there too.
#include "reconcile/appliers/kube_cluster_port.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::appliers {

namespace {

using SteadyClock = std::chrono::steady_clock;

kube::Request kube_request(ClusterRequest request, kube::RequestPurpose purpose) {
  kube::Request result;
  switch (request.verb) {
    case Verb::get:
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

  /// The next answer; absent where none came until `limit`.
  std::optional<std::pair<std::size_t, ClusterAnswer>> take(SteadyClock::time_point limit) {
    std::unique_lock lock(mutex_);
    if (!ready_.wait_until(lock, limit, [&] { return !answers_.empty(); })) return std::nullopt;
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::pair<std::size_t, ClusterAnswer>> answers_;
};

/// One exchange: requests not begun yet, those in flight, those that wait for their delay.
class Exchange {
 public:
  Exchange(kube::Client& client, kube::RequestPurpose purpose, std::size_t count,
           std::size_t in_flight_max, const ClusterPort::MakeRequest& make,
           const ClusterPort::OnAnswer& on_answer)
      : client_(client),
        purpose_(purpose),
        count_(count),
        in_flight_max_(in_flight_max),
        make_(make),
        on_answer_(on_answer) {}

  void run() {
    while (done_ < count_) {
      if (client_.closed())
        throw model::Error(model::ErrorCode::cancelled, "the program is stopping");
      begin_due();
      const auto limit = delayed_.empty() || in_flight_ >= in_flight_max_
                             ? SteadyClock::now() + std::chrono::seconds(1)
                             : delayed_.begin()->first;
      auto answer = mailbox_->take(limit);
      if (!answer) continue;
      --in_flight_;
      auto next = on_answer_(answer->first, std::move(answer->second));
      if (!next)
        ++done_;
      else if (next->delay.count() <= 0)
        start(answer->first, std::move(next->request));
      else
        delayed_.emplace(SteadyClock::now() + next->delay,
                         std::make_pair(answer->first, std::move(next->request)));
    }
  }

 private:
  void begin_due() {
    while (in_flight_ < in_flight_max_ && !delayed_.empty() &&
           delayed_.begin()->first <= SteadyClock::now()) {
      auto [index, request] = std::move(delayed_.begin()->second);
      delayed_.erase(delayed_.begin());
      start(index, std::move(request));
    }
    while (in_flight_ < in_flight_max_ && begun_ < count_) {
      const std::size_t index = begun_++;
      start(index, make_(index));
    }
  }

  void start(std::size_t index, ClusterRequest request) {
    ++in_flight_;
    if (request.verb == Verb::list_metadata) return list(index, request);
    client_.start(kube_request(std::move(request), purpose_),
                  [mailbox = mailbox_, index](const kube::Response& response) {
                    mailbox->put(index, answer_of(response));
                  });
  }

  /// Lists wait on the calling thread; their items become one list document.
  void list(std::size_t index, const ClusterRequest& request) {
    kube::Selection selection{request.gvk, request.namespace_name, request.label_selector, {}};
    kube::ListOptions options;
    options.content = kube::ListContent::metadata;
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
    mailbox_->put(index, std::move(answer));
  }

  kube::Client& client_;
  kube::RequestPurpose purpose_;
  std::size_t count_;
  std::size_t in_flight_max_;
  const ClusterPort::MakeRequest& make_;
  const ClusterPort::OnAnswer& on_answer_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
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
    : client_(client), purpose_(purpose) {
}

void KubeClusterPort::exchange(std::size_t count, std::size_t in_flight_max,
                               const MakeRequest& make, const OnAnswer& on_answer) {
  Exchange(client_, purpose_, count, std::max<std::size_t>(in_flight_max, 1), make, on_answer)
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

void KubeClusterPort::forget_kinds() {
  client_.invalidate_discovery();
}

}  // namespace reconcile::appliers
