#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/model/error.hpp"

namespace reconcile::gotemplate {

/// A template that cannot be parsed or executed. `message()` is the whole text in Go's form:
/// "template: FILE:LINE:COLUMN: executing "NAME" at <NODE>: TEXT".
class TemplateError : public model::Error {
 public:
  enum class Phase : std::uint8_t { parse, execute };
  TemplateError(Phase phase, const std::string& message, std::vector<std::size_t> causes = {})
      : Error(model::ErrorCode::invalid_input, message),
        phase_(phase),
        causes_(std::move(causes)) {}
  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  /// The errors that this one wraps, as Go's errors.Unwrap would go through them: the called
  /// function's error and, where that is a template's (include), its causes in turn. Each is the
  /// end of the message, of this many bytes.
  [[nodiscard]] const std::vector<std::size_t>& causes() const noexcept { return causes_; }

 private:
  Phase phase_;
  std::vector<std::size_t> causes_;
};

}  // namespace reconcile::gotemplate
