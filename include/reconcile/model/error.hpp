#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

/// What an error is about, so that callers can decide without reading its text.
enum class ErrorCode {
  invalid_input,   ///< a file, a value or an argument breaks its format
  not_found,       ///< the named thing does not exist
  limit_exceeded,  ///< a named bound on size, depth, count or time was reached
  outside_root,    ///< a path or link leaves the root it must stay in
  unauthorized,    ///< credentials are missing, wrong or not allowed
  unavailable,     ///< the other side cannot be reached or asks to come back later
  conflict,        ///< the state of the other side forbids the operation
  unsupported,     ///< well-formed, but not built in this version
  cancelled,       ///< the caller asked to stop
  internal,        ///< a bug
};

/// The stable lower-case name of `code`, e.g. "limit_exceeded".
std::string_view to_string(ErrorCode code);

/// Where in a text file an error stands; both count from 1, 0 means unknown.
struct SourcePosition {
  int line = 0;
  int column = 0;
};

/// The one exception family. It holds data and gains context while it unwinds; the text is made
/// once, at the edge, by `what()`: "context: context: message (file:line:column)".
class Error : public std::exception {
 public:
  /// `message` is lower case, without full stop, and says what was expected and what was found.
  Error(ErrorCode code, std::string message);

  /// Names the file the error is about; `path` is relative to the source's root.
  Error& in_file(std::string path, SourcePosition position = {}) &;
  Error&& in_file(std::string path, SourcePosition position = {}) &&;
  /// Adds an outer context such as "kustomize build apps/podinfo".
  Error& with_context(std::string context) &;
  Error&& with_context(std::string context) &&;

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// The message alone, without context and file.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  /// The file the error is about; absent where it is about none.
  [[nodiscard]] const std::optional<std::string>& file() const noexcept { return file_; }
  [[nodiscard]] SourcePosition position() const noexcept { return position_; }
  /// The contexts, outermost first.
  [[nodiscard]] const std::vector<std::string>& contexts() const noexcept { return contexts_; }
  /// The whole text. Valid as long as the error is not changed.
  [[nodiscard]] const char* what() const noexcept override;

 private:
  void compose();

  ErrorCode code_;
  std::string message_;
  std::optional<std::string> file_;
  SourcePosition position_;
  std::vector<std::string> contexts_;
  std::string text_;
};

}  // namespace reconcile::model
