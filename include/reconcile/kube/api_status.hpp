#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::kube {

/// One cause of an answer, e.g. reason "FieldManagerConflict", field ".spec.replicas".
struct ApiCause {
  std::string reason;
  std::string message;
  std::string field;
};

/// A metav1.Status of the API server, or what stands for it where the body is none.
struct ApiStatus {
  int code = 0;                  ///< HTTP status; 0 where nobody answered
  std::string reason;            ///< "NotFound", "Conflict", "Expired", …; empty where unknown
  std::string message;           ///< the server's text, at most 4 KiB
  std::vector<ApiCause> causes;  ///< at most 100
  std::optional<std::chrono::seconds> retry_after;
  std::string uid;  ///< details.uid

  [[nodiscard]] bool is(std::string_view expected) const noexcept { return reason == expected; }
  [[nodiscard]] bool not_found() const noexcept { return code == 404; }
  /// 409 with reason Conflict (not AlreadyExists).
  [[nodiscard]] bool conflict() const noexcept { return code == 409 && reason != "AlreadyExists"; }
  /// The resource version is too old: list again.
  [[nodiscard]] bool expired() const noexcept { return code == 410; }
  [[nodiscard]] bool has_cause(std::string_view cause) const noexcept;
  /// The nearest code of the error family, for callers that only report.
  [[nodiscard]] model::ErrorCode error_code() const noexcept;
  /// "404 NotFound: configmaps \"a\" not found".
  [[nodiscard]] std::string display() const;
};

/// Reads the body of an answer with HTTP status `code`. Never throws: a body that is no Status
/// becomes the message, cut at 4 KiB, with the reason that belongs to the code.
ApiStatus parse_api_status(int code, std::string_view body);
/// From a Status object, such as the object of a watch's ERROR event.
ApiStatus parse_api_status(model::Value status);

}  // namespace reconcile::kube
