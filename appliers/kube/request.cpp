#include "reconcile/kube/request.hpp"

#include "appliers/kube/request_http.hpp"
#include "reconcile/io/http_message.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

Request write_of(Verb verb, const model::Object& object, std::string field_manager) {
  Request request;
  request.verb = verb;
  request.gvk = object.gvk();
  request.namespace_name = object.id().namespace_name;
  request.name = object.id().name;
  request.body = model::write_json(object.root(), model::canonical_json);
  request.field_manager = std::move(field_manager);
  return request;
}

std::string_view propagation_name(Propagation propagation) {
  switch (propagation) {
    case Propagation::background:
      return "Background";
    case Propagation::foreground:
      return "Foreground";
    case Propagation::orphan:
      return "Orphan";
    case Propagation::server_default:
      break;
  }
  return "";
}

std::string delete_options(const Request& request) {
  std::string out = R"({"kind":"DeleteOptions","apiVersion":"v1")";
  const auto member = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (out.back() != '{') out += ',';
    out += '"';
    out += key;
    out += "\":";
    model::write_json_string(value, out);
  };
  member("propagationPolicy", propagation_name(request.propagation));
  if (!request.precondition_uid.empty() || !request.precondition_resource_version.empty()) {
    out += R"(,"preconditions":{)";
    member("uid", request.precondition_uid);
    member("resourceVersion", request.precondition_resource_version);
    out += '}';
  }
  if (request.dry_run == DryRun::all) out += R"(,"dryRun":["All"])";
  return out + "}";
}

}  // namespace

std::string_view to_string(RequestPurpose purpose) {
  switch (purpose) {
    case RequestPurpose::pass:
      return "pass";
    case RequestPurpose::drift:
      return "drift";
    case RequestPurpose::watch:
      return "watch";
    case RequestPurpose::renewal:
      return "renewal";
    case RequestPurpose::audit:
      return "audit";
    case RequestPurpose::discovery:
      return "discovery";
    case RequestPurpose::lease:
      return "lease";
    case RequestPurpose::status:
      return "status";
    case RequestPurpose::command:
      return "command";
  }
  return "unknown";
}

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::get:
      return "get";
    case Verb::list:
      return "list";
    case Verb::watch:
      return "watch";
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::apply:
      return "apply";
    case Verb::merge_patch:
      return "merge_patch";
    case Verb::json_patch:
      return "json_patch";
    case Verb::remove:
      return "delete";
  }
  return "unknown";
}

Request Request::get(model::Gvk gvk, std::string namespace_name, std::string name) {
  Request request;
  request.gvk = std::move(gvk);
  request.namespace_name = std::move(namespace_name);
  request.name = std::move(name);
  return request;
}

Request Request::apply(const model::Object& object, std::string field_manager, Conflicts conflicts,
                       DryRun dry_run) {
  Request request = write_of(Verb::apply, object, std::move(field_manager));
  request.conflicts = conflicts;
  request.dry_run = dry_run;
  return request;
}

Request Request::create(const model::Object& object, std::string field_manager) {
  Request request = write_of(Verb::create, object, std::move(field_manager));
  request.name.clear();
  return request;
}

Request Request::update(const model::Object& object, std::string field_manager) {
  return write_of(Verb::update, object, std::move(field_manager));
}

Request Request::patch(Verb verb, model::Gvk gvk, std::string namespace_name, std::string name,
                       std::string json, std::string field_manager) {
  Request request = get(std::move(gvk), std::move(namespace_name), std::move(name));
  request.verb = verb;
  request.body = std::move(json);
  request.field_manager = std::move(field_manager);
  return request;
}

Request Request::remove(model::Gvk gvk, std::string namespace_name, std::string name,
                        std::string uid, Propagation propagation) {
  Request request = get(std::move(gvk), std::move(namespace_name), std::move(name));
  request.verb = Verb::remove;
  request.precondition_uid = std::move(uid);
  request.propagation = propagation;
  return request;
}

model::Document Response::document() const {
  return model::parse_json(body);
}

model::Object Response::object() const {
  return model::Object(document());
}

const Response& Response::require_ok(std::string_view what) const {
  if (ok()) return *this;
  throw model::Error(status.error_code(), std::string(what) + ": " + status.display());
}

void fill_http(const Request& request, const ApiResource& resource, io::HttpRequest& http) {
  std::string query;
  const auto parameter = [&query](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    query += query.empty() ? '?' : '&';
    query += name;
    query += '=';
    query += io::url_encode(value);
  };
  const bool writes = request.verb != Verb::get && request.verb != Verb::remove;
  if (writes) {
    parameter("fieldManager", request.field_manager);
    if (request.dry_run == DryRun::all) parameter("dryRun", "All");
    // What the server would warn of, a key given twice or a field it does not know, an apply
    // refuses or our writer cannot write; to look for it the server reads every body a second time.
    parameter("fieldValidation", "Ignore");
  }
  std::string_view type = "application/json";
  switch (request.verb) {
    case Verb::create:
      http.method = "POST";
      break;
    case Verb::update:
      http.method = "PUT";
      break;
    case Verb::apply:
      http.method = "PATCH";
      type = "application/apply-patch+yaml";
      if (request.conflicts == Conflicts::force) parameter("force", "true");
      break;
    case Verb::merge_patch:
      http.method = "PATCH";
      type = "application/merge-patch+json";
      break;
    case Verb::json_patch:
      http.method = "PATCH";
      type = "application/json-patch+json";
      break;
    case Verb::remove:
      http.method = "DELETE";
      http.body = delete_options(request);
      break;
    case Verb::get:
    case Verb::list:
    case Verb::watch:
      http.method = "GET";
      break;
  }
  if (writes) http.body = request.body;
  if (!http.body.empty()) http.headers.push_back({"Content-Type", std::string(type)});
  http.url += resource.path(request.namespace_name, request.name, request.subresource) + query;
  http.timeouts.total = request.timeout;
}

}  // namespace reconcile::kube
