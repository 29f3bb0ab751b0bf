// Tests: test/engine/webhooks/trigger_test.cpp.

#include "engine/controllers/receiver_trigger.hpp"

#include <utility>

#include "engine/api/resource.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t requests_in_flight_max = 16;
constexpr std::size_t wildcard_objects_max = 10'000;
constexpr std::size_t attempts_max = 5;
constexpr std::chrono::milliseconds request_timeout(10'000);
constexpr std::chrono::seconds retry_longest(60);

bool may_pass(int code) {
  return code == 0 || code == 409 || code == 429 || code >= 500;
}

kube::Request annotation(const ReceiverResource& resource, const std::string& request) {
  kube::Request patch = kube::Request::patch(
      kube::Verb::merge_patch, resource.gvk, resource.namespace_name, resource.name,
      R"({"metadata":{"annotations":{")" + std::string(requested_at) + "\":\"" + request + "\"}}}",
      "reconcile-receiver");
  patch.timeout = request_timeout;
  patch.retries_max = 1;
  return patch;
}

}  // namespace

ReceiverTrigger::ReceiverTrigger(TriggerServices services, std::string receiver,
                                 std::vector<ReceiverResource> resources)
    : services_(std::move(services)),
      receiver_(std::move(receiver)),
      resources_(std::move(resources)) {
}

void ReceiverTrigger::deliver(const std::function<void(bool all)>& done) {
  bool joins = false;
  bool all = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return done(false);
    joins = std::exchange(window_open_, true);
    all = last_all_;
    if (joins) pending_ = true;
  }
  if (joins) return done(all);
  begin(done);
}

void ReceiverTrigger::begin(const std::function<void(bool all)>& done) {
  std::uint64_t trigger = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return done(false);
    trigger = ++triggers_;
    running_ = true;
    retry_timer_.cancel();
    window_timer_ = services_.executor.schedule_after(window, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->end_window();
    });
  }
  const std::string request = model::format_rfc3339_nano(services_.executor.clock().wall_now());
  // What this process drives begins before any answer of the API server.
  std::vector<Target> targets;
  for (const ReceiverResource& resource : resources_) {
    const bool named = resource.problem.empty() && resource.name != "*";
    targets.push_back(
        {resource, named ? services_.trigger_here(resource, request) : TriggeredHere::no});
  }
  services_.pool.post(
      [self = shared_from_this(), targets = std::move(targets), request, trigger, done]() mutable {
        bool all = true;
        std::vector<Target> failed = self->annotate(std::move(targets), request, all);
        self->count(all ? "done" : "partial");
        // Who hears the answer and delivers again is to hear the same.
        self->finish(all);
        done(all);
        if (!failed.empty()) self->retry_later(std::move(failed), 1, trigger);
      });
}

void ReceiverTrigger::end_window() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    // Triggers do not pile up before an API server that is slow.
    window_over_ = running_;
    if (running_) return;
    if (!std::exchange(pending_, false)) {
      window_open_ = false;
      return;
    }
  }
  begin([](bool) {});
}

void ReceiverTrigger::finish(bool all) {
  bool over = false;
  {
    const std::lock_guard lock(mutex_);
    last_all_ = all;
    running_ = false;
    over = std::exchange(window_over_, false);
  }
  if (over) end_window();
}

std::vector<ReceiverTrigger::Target> ReceiverTrigger::annotate(std::vector<Target> targets,
                                                               const std::string& request,
                                                               bool& all) {
  std::vector<Target> named;
  for (Target& target : targets) {
    const ReceiverResource& resource = target.resource;
    if (!resource.problem.empty()) {
      all = false;
      io::log().warning(
          "Object not triggered",
          {{"receiver", receiver_}, {"object", resource.display()}, {"err", resource.problem}});
    } else if (resource.name == "*") {
      all = expand(resource, request, named) && all;
    } else if (target.here != TriggeredHere::fully) {
      named.push_back(std::move(target));
    }
  }
  std::vector<kube::Request> requests;
  requests.reserve(named.size());
  for (const Target& target : named) requests.push_back(annotation(target.resource, request));
  const std::vector<kube::Response> responses =
      services_.client.send_all(std::move(requests), requests_in_flight_max);
  std::vector<Target> failed;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const std::string object = named[i].resource.display();
    if (responses[i].ok()) {
      io::log().debug("Object triggered", {{"receiver", receiver_}, {"object", object}});
      continue;
    }
    all = false;
    io::log().warning(
        "Object not triggered",
        {{"receiver", receiver_}, {"object", object}, {"err", responses[i].status.display()}});
    if (may_pass(responses[i].status.code)) failed.push_back(std::move(named[i]));
  }
  return failed;
}

bool ReceiverTrigger::expand(const ReceiverResource& wildcard, const std::string& request,
                             std::vector<Target>& into) {
  kube::ListOptions options;
  options.content = kube::ListContent::metadata;
  std::size_t found = 0;
  const kube::ListResult listed = services_.client.list(
      {wildcard.gvk, wildcard.namespace_name, wildcard.label_selector, ""},
      [&](const model::Document& object, std::string_view) {
        if (++found > wildcard_objects_max) return;
        ReceiverResource resource = wildcard;
        resource.name = object["metadata"]["name"].text();
        resource.label_selector.clear();
        const TriggeredHere here = services_.trigger_here(resource, request);
        if (here != TriggeredHere::fully) into.push_back({std::move(resource), here});
      },
      options);
  const bool good = listed.ok() && found <= wildcard_objects_max;
  if (good && found > 0) return true;
  // As in Flux, finding nothing is said, but no failure.
  io::log().warning("Objects not triggered", {{"receiver", receiver_},
                                              {"object", wildcard.display()},
                                              {"labels", wildcard.label_selector},
                                              {"found", found},
                                              {"err", listed.ok() ? "" : listed.status.display()}});
  return good;
}

void ReceiverTrigger::retry_later(std::vector<Target> targets, std::size_t attempt,
                                  std::uint64_t trigger) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || triggers_ != trigger || attempt > attempts_max) return;
  retry_timer_ = services_.executor.schedule_after(
      retry_delay(attempt, retry_longest),
      [weak = weak_from_this(), targets = std::move(targets), attempt, trigger]() mutable {
        const auto self = weak.lock();
        if (!self) return;
        self->services_.pool.post([self, targets = std::move(targets), attempt, trigger]() mutable {
          bool all = true;
          const std::string request =
              model::format_rfc3339_nano(self->services_.executor.clock().wall_now());
          std::vector<Target> failed = self->annotate(std::move(targets), request, all);
          if (!failed.empty()) self->retry_later(std::move(failed), attempt + 1, trigger);
        });
      });
}

void ReceiverTrigger::count(const char* result) const {
  services_.metrics
      .counter("reconcile_webhook_triggers_total", "Triggers that webhooks led to, by their end",
               {{"result", result}})
      .add();
}

void ReceiverTrigger::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  window_timer_.cancel();
  retry_timer_.cancel();
}

}  // namespace reconcile::engine
