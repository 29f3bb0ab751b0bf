#include "appliers/health/conditions.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::size_t message_bytes_max = 300;

/// The entry with this type, believed or not.
model::Value entry_of(model::Value object, std::string_view type) {
  const model::Value list = object["status"]["conditions"];
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list.at(i)["type"].text() == type) return list.at(i);
  return {};
}

bool is_behind(model::Value object, model::Value condition) {
  const std::int64_t generation = object["metadata"]["generation"].integer().value_or(0);
  // 0 is Go's way to say nothing.
  const std::int64_t observed = condition["observedGeneration"].integer().value_or(0);
  return observed > 0 && observed < generation;
}

}  // namespace

model::Value find_condition(model::Value object, std::string_view type) {
  const model::Value entry = entry_of(object, type);
  return is_behind(object, entry) ? model::Value() : entry;
}

bool is_outdated(model::Value object, std::string_view type) {
  return is_behind(object, entry_of(object, type));
}

std::string_view condition_status(model::Value object, std::string_view type) {
  return find_condition(object, type)["status"].text();
}

std::string short_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= message_bytes_max && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      out += "…";
      break;
    }
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string condition_text(model::Value condition) {
  const std::string_view reason = condition["reason"].text();
  const std::string_view message = condition["message"].text();
  std::string out(reason);
  if (!reason.empty() && !message.empty()) out += ": ";
  out += message;
  return short_text(out);
}

std::int64_t number_at(model::Value object, std::string_view first, std::string_view second,
                       std::int64_t fallback) {
  return object[first][second].integer().value_or(fallback);
}

Health current() {
  return {HealthState::current, {}};
}
Health in_progress(std::string message) {
  return {HealthState::in_progress, std::move(message)};
}
Health awaits_condition(std::string_view type) {
  return in_progress("condition " + std::string(type) + " is of an older generation");
}
Health failed(std::string message) {
  return {HealthState::failed, std::move(message)};
}

}  // namespace reconcile::appliers
