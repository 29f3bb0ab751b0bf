#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

// Formats of hosts and addresses; absent means valid.
std::optional<std::string> ipv4_problem(std::string_view text);
std::optional<std::string> ipv6_problem(std::string_view text);
std::optional<std::string> hostname_problem(std::string_view text);
std::optional<std::string> email_problem(std::string_view text);
std::optional<std::string> uri_problem(std::string_view text);
std::optional<std::string> uri_reference_problem(std::string_view text);
std::optional<std::string> uri_template_problem(std::string_view text);

}  // namespace reconcile::model
