// How deliveries prove themselves. The behaviour is that of notification-controller 1.9.3
// (internal/server/receiver_handlers.go) and the signature check of go-github 64 that it calls.
// Tests: test/engine/webhooks/validation_test.cpp, corpus_test.cpp.

#include "engine/server/webhook_validation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/server/webhook_payload.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

using model::HashAlgorithm;

constexpr std::array<std::pair<std::string_view, WebhookType>, 11> types{{
    {"generic", WebhookType::generic},
    {"generic-hmac", WebhookType::generic_hmac},
    {"github", WebhookType::github},
    {"gitlab", WebhookType::gitlab},
    {"bitbucket", WebhookType::bitbucket},
    {"harbor", WebhookType::harbor},
    {"dockerhub", WebhookType::dockerhub},
    {"quay", WebhookType::quay},
    {"acr", WebhookType::acr},
    {"nexus", WebhookType::nexus},
    {"cdevents", WebhookType::cdevents},
}};

/// A signature as it was sent. One that cannot be read is compared all the same, with nothing.
struct Signature {
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  std::string bytes;
  bool readable = false;
};

std::string_view header(const io::HttpHeaders& headers, std::string_view name) {
  return io::find_header(headers, name).value_or(std::string_view());
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

Signature read_hex(HashAlgorithm algorithm, std::string_view text) {
  const std::optional<std::string> bytes = hex_decode(text);
  return {algorithm, bytes.value_or(""), bytes.has_value()};
}

/// "sha256=<hex>".
Signature read_prefixed(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string_view prefix = text.substr(0, equals);
  const std::string_view digits = text.substr(equals + 1);
  if (prefix == "sha1") return read_hex(HashAlgorithm::sha1, digits);
  if (prefix == "sha256") return read_hex(HashAlgorithm::sha256, digits);
  if (prefix == "sha512") return read_hex(HashAlgorithm::sha512, digits);
  return {};
}

/// The signature of GitHub's form, the strongest that was sent. Gogs has its own header, with bare
/// digits, and sends no other.
Signature read_hub_signature(const io::HttpHeaders& headers) {
  for (const char* name : {"X-Hub-Signature-256", "X-Hub-Signature"}) {
    const std::string_view text = header(headers, name);
    if (!text.empty()) return read_prefixed(text);
  }
  return read_hex(HashAlgorithm::sha256, header(headers, "X-Gogs-Signature"));
}

bool proves(const Signature& signature, const std::string& token, std::string_view body) {
  const std::string expected = model::hmac(signature.algorithm, token, body);
  const bool equal = model::constant_time_equal(expected, signature.bytes);
  return equal && signature.readable && !token.empty();
}

bool equal_fold(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

WebhookVerdict refused(std::string reason) {
  return {false, std::move(reason), {}};
}

WebhookVerdict judge_event(const WebhookPolicy& policy, std::string_view event) {
  const bool allowed =
      policy.events.empty() ||
      std::any_of(policy.events.begin(), policy.events.end(),
                  [event](const std::string& one) { return equal_fold(one, event); });
  return {allowed, allowed ? "" : "the event is not among spec.events", std::string(event)};
}

WebhookVerdict judge_token(const WebhookPolicy& policy, const io::HttpHeaders& headers,
                           std::string_view name) {
  const bool equal = model::constant_time_equal(policy.token, header(headers, name));
  if (!equal || policy.token.empty()) return refused(std::string(name) + " is not the token");
  return {true, {}, {}};
}

WebhookVerdict judge_hub(const WebhookPolicy& policy, const io::HttpHeaders& headers,
                         std::string_view body, std::string_view event_header) {
  if (!proves(read_hub_signature(headers), policy.token, body))
    return refused("the signature is missing or wrong");
  if (const std::string problem = hub_payload_problem(header(headers, "Content-Type"), body);
      !problem.empty())
    return refused(problem);
  return judge_event(policy, header(headers, event_header));
}

WebhookVerdict judge_payload(std::string problem) {
  return {problem.empty(), std::move(problem), {}};
}

}  // namespace

std::optional<WebhookType> parse_webhook_type(std::string_view name) {
  for (const auto& [known, type] : types) {
    if (known == name) return type;
  }
  return std::nullopt;
}

std::string webhook_type_names() {
  std::string names;
  for (const auto& [name, type] : types) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

WebhookVerdict validate_webhook(const WebhookPolicy& policy, const io::HttpHeaders& headers,
                                std::string_view body) {
  switch (policy.type) {
    case WebhookType::generic:
      return {true, {}, {}};
    case WebhookType::generic_hmac:
      return proves(read_prefixed(header(headers, "X-Signature")), policy.token, body)
                 ? WebhookVerdict{true, {}, {}}
                 : refused("the signature is missing or wrong");
    case WebhookType::github:
      return judge_hub(policy, headers, body, "X-GitHub-Event");
    case WebhookType::bitbucket:
      return judge_hub(policy, headers, body, "X-Event-Key");
    case WebhookType::gitlab: {
      const WebhookVerdict verdict = judge_token(policy, headers, "X-Gitlab-Token");
      return verdict.accepted ? judge_event(policy, header(headers, "X-Gitlab-Event")) : verdict;
    }
    case WebhookType::harbor:
      return judge_token(policy, headers, "Authorization");
    case WebhookType::dockerhub:
      return judge_payload(dockerhub_payload_problem(body));
    case WebhookType::quay:
      return judge_payload(quay_payload_problem(body));
    case WebhookType::acr:
      return judge_payload(acr_payload_problem(body));
    case WebhookType::nexus:
      return proves(read_hex(HashAlgorithm::sha1, header(headers, "X-Nexus-Webhook-Signature")),
                    policy.token, body)
                 ? judge_payload(nexus_payload_problem(body))
                 : refused("the signature is missing or wrong");
    case WebhookType::cdevents: {
      std::string problem = cdevent_problem(body);
      return problem.empty() ? judge_event(policy, header(headers, "Ce-Type"))
                             : refused(std::move(problem));
    }
  }
  return refused("the type is unknown");
}

std::string webhook_path(std::string_view token, std::string_view name,
                         std::string_view namespace_name) {
  std::string text(token);
  text += name;
  text += namespace_name;
  return "/hook/" + model::sha256_hex(text);
}

}  // namespace reconcile::engine
