#include "engine/pipeline/failure_text.hpp"

#include <utility>

namespace reconcile::engine {
namespace {

constexpr std::size_t failures_named_max = 10;
constexpr std::string_view value_mark = "Invalid value: ";

}  // namespace

std::string shown_message(const model::ObjectId& id, std::string message,
                          const std::vector<std::string>& secret_values) {
  const bool is_secret = id.kind == "Secret" && id.group.empty();
  const std::size_t at = message.find(value_mark);
  if ((is_secret || !secret_values.empty()) && at != std::string::npos) {
    message = message.substr(0, at + value_mark.size()) + "***";
  }
  return diff::mask_text(std::move(message), secret_values);
}

void mask_messages(appliers::PassResult& result, const std::vector<std::string>& secret_values) {
  for (diff::ObjectChange& change : result.changes.objects) {
    if (change.message.empty()) continue;
    change.message = shown_message(change.id, std::move(change.message), secret_values);
  }
  for (appliers::ObjectFailure& failure : result.failures) {
    failure.message = shown_message(failure.id, std::move(failure.message), secret_values);
  }
  for (appliers::Warning& warning : result.warnings) {
    warning.message = shown_message(warning.id, std::move(warning.message), secret_values);
  }
}

std::string describe(const std::vector<appliers::ObjectFailure>& failures) {
  std::string text;
  for (std::size_t i = 0; i < failures.size() && i < failures_named_max; ++i) {
    if (i > 0) text += "\n";
    text += failures[i].id.display() + ": " + failures[i].message;
  }
  if (failures.size() > failures_named_max) {
    text += "\nand " + std::to_string(failures.size() - failures_named_max) + " more";
  }
  return text;
}

}  // namespace reconcile::engine
