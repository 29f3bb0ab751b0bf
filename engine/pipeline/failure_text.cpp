#include "engine/pipeline/failure_text.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t failures_named_max = 10;
/// A shorter text stands in every message by chance.
constexpr std::size_t secret_bytes_min = 4;
constexpr std::string_view value_mark = "Invalid value: ";

void mask(std::string& message, const std::string& secret) {
  if (secret.size() < secret_bytes_min) return;
  for (std::size_t at = message.find(secret); at != std::string::npos;
       at = message.find(secret, at + 3)) {
    message.replace(at, secret.size(), "***");
  }
}

}  // namespace

std::string shown_message(const model::ObjectId& id, std::string message,
                          const std::vector<std::string>& secret_values) {
  const bool is_secret = id.kind == "Secret" && id.group.empty();
  const std::size_t at = message.find(value_mark);
  if ((is_secret || !secret_values.empty()) && at != std::string::npos) {
    message = message.substr(0, at + value_mark.size()) + "***";
  }
  for (const std::string& secret : secret_values) mask(message, secret);
  return message;
}

std::string describe(const std::vector<appliers::ObjectFailure>& failures,
                     const std::vector<std::string>& secret_values) {
  std::string text;
  for (std::size_t i = 0; i < failures.size() && i < failures_named_max; ++i) {
    if (i > 0) text += "\n";
    text += failures[i].id.display() + ": " +
            shown_message(failures[i].id, failures[i].message, secret_values);
  }
  if (failures.size() > failures_named_max) {
    text += "\nand " + std::to_string(failures.size() - failures_named_max) + " more";
  }
  return text;
}

}  // namespace reconcile::engine
