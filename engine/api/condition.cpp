#include "engine/api/condition.hpp"

#include <algorithm>
#include <utility>

namespace reconcile::engine {
namespace {

constexpr std::size_t message_bytes_max = 8U << 10U;

ConditionStatus read_status(std::string_view text) {
  if (text == "True") return ConditionStatus::yes;
  return text == "False" ? ConditionStatus::no : ConditionStatus::unknown;
}

}  // namespace

std::string_view to_string(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::yes:
      return "True";
    case ConditionStatus::no:
      return "False";
    case ConditionStatus::unknown:
      break;
  }
  return "Unknown";
}

std::string bounded_message(std::string message) {
  if (message.size() <= message_bytes_max) return message;
  std::size_t end = message_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) --end;
  message.resize(end);
  return message + " …";
}

Conditions Conditions::read(model::Value conditions) {
  Conditions read;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const model::Value item = conditions.at(i);
    if (item["type"].text().empty()) continue;
    read.conditions_.push_back(
        {std::string(item["type"].text()), read_status(item["status"].text()),
         std::string(item["reason"].text()), std::string(item["message"].text()),
         item["observedGeneration"].integer().value_or(0),
         std::string(item["lastTransitionTime"].text())});
  }
  return read;
}

void Conditions::set(std::string type, ConditionStatus status, std::string reason,
                     std::string message, std::int64_t generation, model::WallTime now) {
  Condition next{std::move(type),   status,
                 std::move(reason), bounded_message(std::move(message)),
                 generation,        model::format_rfc3339(now)};
  for (Condition& condition : conditions_) {
    if (condition.type != next.type) continue;
    if (condition.status == next.status && !condition.last_transition_time.empty()) {
      next.last_transition_time = condition.last_transition_time;
    }
    condition = std::move(next);
    return;
  }
  conditions_.push_back(std::move(next));
}

void Conditions::remove(std::string_view type) {
  std::erase_if(conditions_, [type](const Condition& condition) { return condition.type == type; });
}

const Condition* Conditions::find(std::string_view type) const noexcept {
  for (const Condition& condition : conditions_) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

bool Conditions::is_true(std::string_view type) const noexcept {
  const Condition* condition = find(type);
  return condition != nullptr && condition->status == ConditionStatus::yes;
}

model::Node Conditions::to_node(model::Arena& arena) const {
  model::Node list = model::make_list();
  for (const Condition& condition : conditions_) {
    model::Node item = model::make_map();
    model::set(arena, item, "type", model::make_string(arena, condition.type));
    model::set(arena, item, "status", model::make_string(arena, to_string(condition.status)));
    model::set(arena, item, "reason", model::make_string(arena, condition.reason));
    model::set(arena, item, "message", model::make_string(arena, condition.message));
    model::set(arena, item, "observedGeneration",
               model::make_integer(condition.observed_generation));
    model::set(arena, item, "lastTransitionTime",
               model::make_string(arena, condition.last_transition_time));
    model::append(arena, list, item);
  }
  return list;
}

}  // namespace reconcile::engine
