#include "reconcile/io/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "base/io/masking.hpp"

namespace reconcile::io {
namespace {

constexpr std::array<std::string_view, 5> level_names = {"debug", "info", "warning", "error",
                                                         "off"};
constexpr std::size_t value_bytes_max = 16U << 10U;

std::string_view name_of(LogLevel level) {
  return level_names.at(static_cast<std::size_t>(level));
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '=' || c == 0x7f) return true;
  }
  return false;
}

std::string text_of(const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (text->size() <= value_bytes_max) return std::string(*text);
    return std::string(text->substr(0, value_bytes_max)) + "...";
  }
  if (const auto* whole = std::get_if<std::int64_t>(&field.value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&field.value)) return fmt::format("{}", *number);
  return std::get<bool>(field.value) ? "true" : "false";
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (text == "warn") return LogLevel::warning;
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names.at(i) == text) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

struct Logger::Impl {
  explicit Impl(LogOptions o) : options(std::move(o)), level(options.level) {
    if (options.sink) return;
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    out = std::make_unique<spdlog::logger>("reconcile", std::move(sink));
    out->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%v", spdlog::pattern_time_type::utc, std::string()));  // Lines bring their own end.
    out->flush_on(spdlog::level::trace);
  }

  void emit(std::string_view line) {
    if (out) {
      out->log(spdlog::level::critical, spdlog::string_view_t(line.data(), line.size()));
      return;
    }
    const std::lock_guard lock(sink_mutex);
    options.sink(line);
  }

  std::string value_text(const LogField& field) const {
    if (names_secret(field.key)) return "***";
    return mask(text_of(field));
  }

  std::string mask(std::string text) const {
    const std::shared_lock lock(secrets_mutex);
    return mask_secrets(std::move(text), secrets);
  }

  std::string json_line(LogLevel at, std::string_view message, LogFields fields) const {
    std::string line = "{\"ts\":\"" + model::format_rfc3339_nano(options.clock->wall_now());
    line += "\",\"level\":\"";
    line += name_of(at);
    line += "\",\"msg\":";
    append_json_string(message, line);
    for (const LogField& field : fields) {
      line += ',';
      append_json_string(field.key, line);
      line += ':';
      const bool quoted = std::holds_alternative<std::string_view>(field.value);
      if (quoted || names_secret(field.key)) {
        append_json_string(value_text(field), line);
      } else {
        line += text_of(field);
      }
    }
    line += "}\n";
    return line;
  }

  std::string text_line(LogLevel at, std::string_view message, LogFields fields) const {
    std::string line = model::format_rfc3339(options.clock->wall_now());
    fmt::format_to(std::back_inserter(line), " {:<7} {}", name_of(at), message);
    for (const LogField& field : fields) {
      line += ' ';
      line += field.key;
      line += '=';
      const std::string value = value_text(field);
      if (needs_quotes(value)) {
        append_json_string(value, line);
      } else {
        line += value;
      }
    }
    line += '\n';
    return line;
  }

  LogOptions options;
  std::atomic<LogLevel> level;
  std::unique_ptr<spdlog::logger> out;
  std::mutex sink_mutex;
  mutable std::shared_mutex secrets_mutex;
  std::vector<std::string> secrets;
};

Logger::Logger(LogOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
}
Logger::~Logger() = default;

bool Logger::enabled(LogLevel level) const noexcept {
  return level != LogLevel::off && level >= impl_->level.load(std::memory_order_relaxed);
}

void Logger::set_level(LogLevel level) noexcept {
  impl_->level = level;
}

void Logger::write(LogLevel level, std::string_view message, LogFields fields) {
  if (!enabled(level)) return;
  impl_->emit(impl_->options.format == LogFormat::json ? impl_->json_line(level, message, fields)
                                                       : impl_->text_line(level, message, fields));
}

void Logger::add_secret(std::string secret) {
  if (secret.size() < secret_bytes_min) return;
  const std::lock_guard lock(impl_->secrets_mutex);
  if (impl_->secrets.size() >= secrets_max) impl_->secrets.erase(impl_->secrets.begin());
  impl_->secrets.push_back(std::move(secret));
}

std::string Logger::masked(std::string_view text) const {
  return impl_->mask(std::string(text));
}

namespace {

std::unique_ptr<Logger>& process_log() {
  static std::unique_ptr<Logger> logger =
      std::make_unique<Logger>(LogOptions{.format = LogFormat::text, .sink = {}});
  return logger;
}

}  // namespace

Logger& log() {
  return *process_log();
}

void configure_log(LogOptions options) {
  process_log() = std::make_unique<Logger>(std::move(options));
}

}  // namespace reconcile::io
