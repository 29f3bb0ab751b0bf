#include "reconcile/kube/api_status.hpp"

#include <algorithm>

#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

constexpr std::size_t message_bytes_max = 4096;
constexpr std::size_t causes_max = 100;
constexpr std::size_t status_bytes_max = 1U << 20U;

std::string_view reason_of_code(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 413:
      return "RequestEntityTooLarge";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "";
  }
}

std::string cut(std::string_view text) {
  if (text.size() <= message_bytes_max) return std::string(text);
  std::size_t end = message_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace

bool ApiStatus::has_cause(std::string_view cause) const noexcept {
  return std::any_of(causes.begin(), causes.end(),
                     [cause](const ApiCause& c) { return c.reason == cause; });
}

model::ErrorCode ApiStatus::error_code() const noexcept {
  using model::ErrorCode;
  if (code == 0 && reason == to_string(ErrorCode::unauthorized)) return ErrorCode::unauthorized;
  if (code == 0 && reason == to_string(ErrorCode::cancelled)) return ErrorCode::cancelled;
  if (code == 0 && reason == to_string(ErrorCode::limit_exceeded)) return ErrorCode::limit_exceeded;
  if (code == 0 || code == 429 || code >= 502) return ErrorCode::unavailable;
  if (code == 401 || code == 403) return ErrorCode::unauthorized;
  if (code == 404) return ErrorCode::not_found;
  if (code == 409 || code == 410) return ErrorCode::conflict;
  if (code == 413) return ErrorCode::limit_exceeded;
  if (code == 405 || code == 406 || code == 415) return ErrorCode::unsupported;
  return ErrorCode::invalid_input;
}

std::string ApiStatus::display() const {
  std::string text = code == 0 ? std::string("no answer") : std::to_string(code);
  if (!reason.empty()) text += " " + reason;
  if (!message.empty()) text += ": " + message;
  return text;
}

ApiStatus parse_api_status(model::Value status) {
  ApiStatus out;
  out.code = static_cast<int>(status["code"].integer().value_or(0));
  out.reason = status["reason"].text();
  out.message = cut(status["message"].text());
  const model::Value details = status["details"];
  out.uid = details["uid"].text();
  if (const auto seconds = details["retryAfterSeconds"].integer(); seconds && *seconds > 0) {
    out.retry_after = std::chrono::seconds(std::min<std::int64_t>(*seconds, 3600));
  }
  const model::Value causes = details["causes"];
  for (std::size_t i = 0; i < std::min(causes.size(), causes_max); ++i) {
    const model::Value cause = causes.at(i);
    out.causes.push_back({std::string(cause["reason"].text()), cut(cause["message"].text()),
                          std::string(cause["field"].text())});
  }
  return out;
}

ApiStatus parse_api_status(int code, std::string_view body) {
  ApiStatus out;
  bool is_status = false;
  if (!body.empty() && body.size() <= status_bytes_max && body.front() == '{') {
    try {
      const model::Document document = model::parse_json(body, {.depth_max = 64});
      is_status = document["kind"].text() == "Status";
      if (is_status) out = parse_api_status(document.root());
    } catch (const model::Error&) {  // No JSON: the text itself is the message.
      is_status = false;
    }
  }
  if (!is_status && code >= 300) out.message = cut(body);
  out.code = code;
  if (out.reason.empty() && code >= 300) out.reason = reason_of_code(code);
  return out;
}

}  // namespace reconcile::kube
