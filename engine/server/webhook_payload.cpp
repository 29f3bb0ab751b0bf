#include "engine/server/webhook_payload.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::Document;
using model::Value;

constexpr model::JsonLimits limits{.bytes_max = 3U << 20U, .depth_max = 100};

/// Subjects and predicates of CDEvents 0.4, as cdevents/sdk-go 0.5.0 has them (pkg/api/v04).
constexpr std::array<std::string_view, 45> cdevent_types{
    "artifact.deleted",    "artifact.downloaded",  "artifact.packaged",    "artifact.published",
    "artifact.signed",     "branch.created",       "branch.deleted",       "build.finished",
    "build.queued",        "build.started",        "change.abandoned",     "change.created",
    "change.merged",       "change.reviewed",      "change.updated",       "environment.created",
    "environment.deleted", "environment.modified", "incident.detected",    "incident.reported",
    "incident.resolved",   "pipelinerun.finished", "pipelinerun.queued",   "pipelinerun.started",
    "repository.created",  "repository.deleted",   "repository.modified",  "service.deployed",
    "service.published",   "service.removed",      "service.rolledback",   "service.upgraded",
    "taskrun.finished",    "taskrun.started",      "testcaserun.finished", "testcaserun.queued",
    "testcaserun.skipped", "testcaserun.started",  "testoutput.published", "testsuiterun.finished",
    "testsuiterun.queued", "testsuiterun.started", "ticket.closed",        "ticket.created",
    "ticket.updated",
};

/// The payload as a JSON map; absent with `problem` set where it is none.
std::optional<Document> read_map(std::string_view body, std::string& problem) {
  try {
    Document document = model::parse_json(body, limits);
    if (document.root().is_map()) return document;
    problem = "expected a JSON object as payload";
  } catch (const model::Error&) {
    problem = "the payload is no JSON";
  }
  return std::nullopt;
}

/// Whether `value` is absent or a string, as Go's decoder takes it.
bool is_text_or_absent(Value value) {
  return value.is_null() || value.is_string();
}

bool is_map_or_absent(Value value) {
  return value.is_null() || value.is_map();
}

bool all_texts(Value list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!is_text_or_absent(list.at(i))) return false;
  }
  return true;
}

/// The media type without its parameters, in lower case.
std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(0, type.find_first_not_of(" \t"));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether a form has a field `payload` and only well-formed escapes.
bool is_payload_form(std::string_view body) {
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == ';') return false;
    if (body[i] != '%') continue;
    if (i + 2 >= body.size() || !is_hex(body[i + 1]) || !is_hex(body[i + 2])) return false;
  }
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('&'), body.size());
    if (body.substr(0, end).starts_with("payload=")) return true;
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return false;
}

bool is_lower_word(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// "0.2.0", maybe with "-draft" behind it.
bool is_version_0(std::string_view text) {
  int dots = 0;
  bool digit_before = false;
  for (const char c : text.substr(0, text.find_first_of("-+"))) {
    if (c == '.' && digit_before) {
      ++dots;
      digit_before = false;
    } else if (c >= '0' && c <= '9') {
      digit_before = true;
    } else {
      return false;
    }
  }
  return dots <= 2 && digit_before && text.starts_with("0.");
}

/// "dev.cdevents.branch.created.0.2.0" or "dev.cdeventsx.<tool>-<subject>.<predicate>.<version>".
bool is_cdevent_type(std::string_view type) {
  constexpr std::string_view custom_root = "dev.cdeventsx.";
  constexpr std::string_view root = "dev.cdevents.";
  const bool custom = type.starts_with(custom_root);
  if (!custom && !type.starts_with(root)) return false;
  type.remove_prefix(custom ? custom_root.size() : root.size());
  const std::size_t first = type.find('.');
  if (first == std::string_view::npos) return false;
  const std::size_t second = type.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view name = type.substr(0, second);
  const std::string_view version = type.substr(second + 1);
  if (!custom) {
    return is_version_0(version) &&
           std::find(cdevent_types.begin(), cdevent_types.end(), name) != cdevent_types.end();
  }
  const std::string_view subject = type.substr(0, first);
  const std::size_t dash = subject.find('-');
  return dash != std::string_view::npos && is_lower_word(subject.substr(0, dash)) &&
         is_lower_word(subject.substr(dash + 1)) &&
         is_lower_word(type.substr(first + 1, second - first - 1)) && !version.empty();
}

bool is_time(std::string_view text) {
  try {
    model::parse_rfc3339(text);
    return true;
  } catch (const model::Error&) {
    return false;
  }
}

}  // namespace

std::string hub_payload_problem(std::string_view content_type, std::string_view body) {
  const std::string type = media_type(content_type);
  if (type == "application/json") return {};
  if (type != "application/x-www-form-urlencoded")
    return "expected application/json or application/x-www-form-urlencoded as Content-Type";
  return is_payload_form(body) ? "" : "expected a form with a field \"payload\"";
}

std::string dockerhub_payload_problem(std::string_view body) {
  std::string problem;
  const std::optional<Document> payload = read_map(body, problem);
  if (!payload) return problem;
  const Value push = (*payload)["push_data"];
  const Value repository = (*payload)["repository"];
  const bool good = is_map_or_absent(push) && is_map_or_absent(repository) &&
                    is_text_or_absent(push["tag"]) && is_text_or_absent(repository["repo_url"]);
  return good ? "" : "expected push_data.tag and repository.repo_url as strings";
}

std::string quay_payload_problem(std::string_view body) {
  std::string problem;
  const std::optional<Document> payload = read_map(body, problem);
  if (!payload) return problem;
  const Value tags = (*payload)["updated_tags"];
  const bool good = is_text_or_absent((*payload)["docker_url"]) &&
                    (tags.is_null() || (tags.is_list() && all_texts(tags)));
  return good ? "" : "expected docker_url as a string and updated_tags as a list of strings";
}

std::string acr_payload_problem(std::string_view body) {
  std::string problem;
  const std::optional<Document> payload = read_map(body, problem);
  if (!payload) return problem;
  const Value target = (*payload)["target"];
  const bool good = is_text_or_absent((*payload)["action"]) && is_map_or_absent(target) &&
                    is_text_or_absent(target["repository"]) && is_text_or_absent(target["tag"]);
  return good ? "" : "expected action, target.repository and target.tag as strings";
}

std::string nexus_payload_problem(std::string_view body) {
  std::string problem;
  const std::optional<Document> payload = read_map(body, problem);
  if (!payload) return problem;
  const bool good =
      is_text_or_absent((*payload)["action"]) && is_text_or_absent((*payload)["repositoryName"]);
  return good ? "" : "expected action and repositoryName as strings";
}

std::string cdevent_problem(std::string_view body) {
  std::string problem;
  const std::optional<Document> payload = read_map(body, problem);
  if (!payload) return problem;
  const Value context = (*payload)["context"];
  for (const char* key : {"version", "id", "source", "type", "timestamp"}) {
    if (context[key].text().empty()) return "expected context." + std::string(key) + " as a string";
  }
  if (!context["version"].text().starts_with("0.4.")) return "expected context.version of 0.4";
  if (!is_cdevent_type(context["type"].text())) return "context.type is no type of CDEvents 0.4";
  if (!is_time(context["timestamp"].text())) return "expected a time in context.timestamp";
  const Value subject = (*payload)["subject"];
  if (subject["id"].text().empty()) return "expected subject.id as a string";
  if (!subject["content"].is_map()) return "expected subject.content as an object";
  return {};
}

}  // namespace reconcile::engine
