#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "reconcile/model/clock.hpp"

namespace reconcile::io {

enum class LogLevel { debug, info, warning, error, off };

/// Reads "debug", "info", "warning" (or "warn"), "error", "off"; absent for anything else.
std::optional<LogLevel> parse_log_level(std::string_view text);

enum class LogFormat {
  json,  ///< one object a line: ts, level, msg, then the keys
  text,  ///< for terminals: time, level, message, key=value
};

/// One key and its value: text, whole number, number or truth value. Views live for the call only.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <typename T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  LogField(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
};
using LogFields = std::initializer_list<LogField>;

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::json;
  const model::Clock* clock = &model::system_clock();
  /// Takes each finished line with its newline instead of standard error; called under a lock.
  std::function<void(std::string_view)> sink;
};

/// A structured log: a constant message (past tense, capital first letter, no full stop) and keys.
/// Safe from any thread. Values of keys that name a secret (token, password, authorization, secret,
/// private_key) and every registered secret text are written as "***".
class Logger {
 public:
  explicit Logger(LogOptions options = {});
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void debug(std::string_view message, LogFields fields = {}) {
    write(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, LogFields fields = {}) {
    write(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, LogFields fields = {}) {
    write(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, LogFields fields = {}) {
    write(LogLevel::error, message, fields);
  }
  void write(LogLevel level, std::string_view message, LogFields fields);

  [[nodiscard]] bool enabled(LogLevel level) const noexcept;
  void set_level(LogLevel level) noexcept;
  /// Masks `secret` wherever it turns up from now on. Texts under 6 bytes are ignored.
  void add_secret(std::string secret);
  /// Replaces registered secrets and URL credentials in `text`; what `write` does with every value.
  [[nodiscard]] std::string masked(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The process's log: `engine/cli` sets it up once with `configure_log`; before that, info as text.
Logger& log();
/// Replaces the process's log. Not while other threads log.
void configure_log(LogOptions options);

}  // namespace reconcile::io
