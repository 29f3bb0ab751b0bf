#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reconcile/appliers/health.hpp"

namespace reconcile::appliers {

/// The entry of `status.conditions` with this type; absent where there is none or where its own
/// observedGeneration is behind the object's generation.
model::Value find_condition(model::Value object, std::string_view type);
/// Whether there is an entry of this type that is not believed, being of an older generation.
bool is_outdated(model::Value object, std::string_view type);
/// "True", "False", "Unknown"; empty where absent.
std::string_view condition_status(model::Value object, std::string_view type);
/// "reason: message" of a condition, cut to one short line.
std::string condition_text(model::Value condition);
/// A text cut to one short line for a status.
std::string short_text(std::string_view text);

/// An integer at a path below the object; `fallback` where absent.
std::int64_t number_at(model::Value object, std::string_view first, std::string_view second,
                       std::int64_t fallback);

Health current();
Health in_progress(std::string message);
/// In progress, for a condition that `is_outdated`.
Health awaits_condition(std::string_view type);
Health failed(std::string message);

/// What holds for every kind, before its rule: being deleted, a status that is behind, Reconciling,
/// Stalled; absent where none of it does. `object` must be a map.
std::optional<Health> general_health(model::Value object);

/// A rule for a built-in kind, called after the generic checks.
using HealthRule = Health (*)(model::Value object);
/// The rule of a built-in kind; null where kstatus has none.
HealthRule find_built_in_rule(std::string_view group, std::string_view kind) noexcept;

Health deployment_health(model::Value object);
Health stateful_set_health(model::Value object);
Health daemon_set_health(model::Value object);
Health replica_set_health(model::Value object);

/// The table of custom resources.
std::span<const ConditionRule> condition_rules() noexcept;
/// The rule for a resource of Crossplane, else the first row that matches; null where none does.
const ConditionRule* find_condition_rule(const model::Gvk& gvk, model::Value object) noexcept;
Health by_condition_rule(const ConditionRule& rule, model::Value object);

}  // namespace reconcile::appliers
