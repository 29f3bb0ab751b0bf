// Tests: test/engine/webhooks/filter_test.cpp.

#include "engine/controllers/receiver_filter.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t wildcard_objects_max = 10'000;
constexpr std::size_t triggers_max = 10'000;
constexpr std::chrono::milliseconds request_timeout(10'000);

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

/// Whether a Content-Type names JSON, as notification-controller reads it.
bool is_json(std::string_view content_type) {
  while (!content_type.empty()) {
    const std::size_t comma = std::min(content_type.find(','), content_type.size());
    std::string_view type = content_type.substr(0, comma);
    type = type.substr(0, type.find(';'));
    while (type.starts_with(' ')) type.remove_prefix(1);
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type.empty()) return false;
    if (lower(std::string(type)) == "application/json") return true;
    content_type.remove_prefix(std::min(comma + 1, content_type.size()));
  }
  return false;
}

/// The body as `req`: {} where it is no JSON. Throws Error where it says that it is and is not.
model::Document request_of(const io::HttpHeaders& headers, const std::string& body) {
  if (!is_json(io::find_header(headers, "Content-Type").value_or("")))
    return model::parse_json("{}");
  model::Document request = model::parse_json(body);
  if (request.root().is_null()) return model::parse_json("{}");
  if (request.root().is_map()) return request;
  throw model::Error(model::ErrorCode::invalid_input, "expected a JSON object in the body");
}

/// What a filter sees of an object: its kind and its metadata.
model::Document metadata_of(const model::Gvk& gvk, const model::Document& object) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::make_map();
  model::set(*arena, *root, "kind", model::make_string(*arena, gvk.kind));
  model::set(*arena, *root, "apiVersion", model::make_string(*arena, gvk.api_version()));
  model::set(*arena, *root, "metadata", model::copy_node(*arena, object["metadata"]));
  return {arena, model::Value(root)};
}

bool accepts(const std::vector<cel::Expression>& filters, const model::Gvk& gvk,
             const model::Document& object, const model::Document& request) {
  const model::Document resource = metadata_of(gvk, object);
  cel::Variables variables;
  variables.set("res", resource.root(), cel::Numbers::doubles);
  variables.set("req", request.root(), cel::Numbers::doubles);
  for (const cel::Expression& filter : filters) {
    if (!filter.evaluate_boolean(variables)) return false;
  }
  return true;
}

}  // namespace

ReceiverFilter::ReceiverFilter(TriggerServices services, std::string receiver,
                               const ReceiverSpec& spec)
    : services_(std::move(services)), receiver_(std::move(receiver)) {
  for (std::size_t i = 0; i < spec.resources.size(); ++i) {
    Filtered filtered{spec.resources[i], {}};
    if (spec.filter) filtered.filters.push_back(*spec.filter);
    if (spec.resource_filters[i]) filtered.filters.push_back(*spec.resource_filters[i]);
    resources_.push_back(std::move(filtered));
  }
}

void ReceiverFilter::deliver(const io::HttpHeaders& headers, const std::string& body,
                             const std::function<void(bool all)>& done) {
  if (under_way_.fetch_add(1) >= deliveries_max) {
    --under_way_;
    return done(false);
  }
  const std::function<void(bool)> finished = [self = shared_from_this(), done](bool all) {
    --self->under_way_;
    done(all);
  };
  try {
    services_.pool.post([self = shared_from_this(), request = request_of(headers, body), finished] {
      bool all = true;
      const std::vector<ReceiverResource> resources = self->accepted(request, all);
      self->trigger(resources, all, finished);
    });
  } catch (const model::Error& error) {
    io::log().warning("Webhook not filtered", {{"receiver", receiver_}, {"err", error.what()}});
    finished(false);
  }
}

std::vector<ReceiverResource> ReceiverFilter::accepted(const model::Document& request, bool& all) {
  std::vector<ReceiverResource> resources;
  for (const Filtered& filtered : resources_) {
    const ReceiverResource& resource = filtered.resource;
    if (filtered.filters.empty() || !resource.problem.empty()) {
      resources.push_back(resource);
      continue;
    }
    try {
      const bool good = resource.name == "*" ? read_wildcard(filtered, request, resources)
                                             : read_named(filtered, request, resources);
      all = all && good;
    } catch (const model::Error& error) {
      all = false;
      warn(resource, error.what());
    }
  }
  return resources;
}

bool ReceiverFilter::read_named(const Filtered& filtered, const model::Document& request,
                                std::vector<ReceiverResource>& into) {
  const ReceiverResource& resource = filtered.resource;
  kube::Request get = kube::Request::get(resource.gvk, resource.namespace_name, resource.name);
  get.timeout = request_timeout;
  get.retries_max = 1;
  const kube::Response response = services_.client.send(std::move(get));
  if (!response.ok()) {
    warn(resource, response.status.display());
    return false;
  }
  if (accepts(filtered.filters, resource.gvk, response.document(), request)) {
    into.push_back(resource);
  }
  return true;
}

bool ReceiverFilter::read_wildcard(const Filtered& filtered, const model::Document& request,
                                   std::vector<ReceiverResource>& into) {
  const ReceiverResource& wildcard = filtered.resource;
  kube::ListOptions options;
  options.content = kube::ListContent::metadata;
  std::vector<model::Document> objects;
  std::size_t found = 0;
  const kube::ListResult listed = services_.client.list(
      {wildcard.gvk, wildcard.namespace_name, wildcard.label_selector, ""},
      [&](const model::Document& object, std::string_view) {
        if (++found <= wildcard_objects_max) objects.push_back(object);
      },
      options);
  if (!listed.ok() || found > wildcard_objects_max) {
    warn(wildcard, listed.ok() ? "more objects than a wildcard may name" : listed.status.display());
    return false;
  }
  for (const model::Document& object : objects) {
    if (!accepts(filtered.filters, wildcard.gvk, object, request)) continue;
    ReceiverResource resource = wildcard;
    resource.name = object["metadata"]["name"].text();
    resource.label_selector.clear();
    into.push_back(std::move(resource));
  }
  return true;
}

void ReceiverFilter::trigger(const std::vector<ReceiverResource>& resources, bool all,
                             const std::function<void(bool all)>& done) {
  struct Pending {
    std::atomic<std::size_t> left;
    std::atomic<bool> all;
  };
  if (resources.empty()) return done(all);
  auto pending = std::make_shared<Pending>();
  pending->left = resources.size();
  pending->all = all;
  for (const ReceiverResource& resource : resources) {
    const auto ended = [pending, done](bool triggered) {
      if (!triggered) pending->all = false;
      if (--pending->left == 0) done(pending->all);
    };
    const std::shared_ptr<ReceiverTrigger> trigger = trigger_of(resource);
    if (trigger == nullptr) {
      ended(false);
    } else {
      trigger->deliver(ended);
    }
  }
}

std::shared_ptr<ReceiverTrigger> ReceiverFilter::trigger_of(const ReceiverResource& resource) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return nullptr;
  if (triggers_.size() >= triggers_max) triggers_.clear();
  std::shared_ptr<ReceiverTrigger>& trigger =
      triggers_[resource.display() + '?' + resource.label_selector];
  if (trigger == nullptr) {
    trigger = std::make_shared<ReceiverTrigger>(services_, receiver_,
                                                std::vector<ReceiverResource>{resource});
  }
  return trigger;
}

void ReceiverFilter::warn(const ReceiverResource& resource, const std::string& problem) const {
  io::log().warning("Object not triggered",
                    {{"receiver", receiver_}, {"object", resource.display()}, {"err", problem}});
}

void ReceiverFilter::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& [name, trigger] : triggers_) trigger->stop();
}

}  // namespace reconcile::engine
