#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

/// A zone of the system's tz database, or one with a fixed offset. Immutable, safe to share.
class TimeZone {
 public:
  /// What holds at some instant.
  struct Offset {
    std::string_view name;  ///< abbreviation such as "CET"; may be empty
    std::int32_t seconds = 0;
  };

  static std::shared_ptr<const TimeZone> utc();
  static std::shared_ptr<const TimeZone> fixed(std::string name, std::int32_t offset_seconds);
  /// The zone `name` as Go's time.LoadLocation finds it ("" is UTC), or null where there is none.
  static std::shared_ptr<const TimeZone> load(std::string_view name);

  /// The name it was loaded or made by.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] Offset at(std::int64_t unix_seconds) const;
  /// The offset that the abbreviation `name` means here, preferably at the local time
  /// `local_seconds`.
  [[nodiscard]] std::optional<std::int32_t> offset_named(std::string_view name,
                                                         std::int64_t local_seconds) const;

 private:
  struct Kind {
    std::string name;
    std::int32_t seconds = 0;
    bool is_daylight = false;
  };
  struct Transition {
    std::int64_t when = 0;
    std::uint8_t kind = 0;
  };
  /// The rule for instants after the last transition, e.g. "CET-1CEST,M3.5.0,M10.5.0/3".
  struct Rule {
    struct Day {
      char form = 'M';  ///< J, N (zero-based day) or M
      int month = 0, week = 0, day = 0;
      std::int32_t seconds = 7200;
    };
    Kind standard, daylight;
    bool has_daylight = false;
    Day start, end;
  };
  class FileReader;
  class RuleReader;

  [[nodiscard]] const Kind& kind_at(std::int64_t unix_seconds) const;
  [[nodiscard]] const Kind& kind_by_rule(std::int64_t unix_seconds) const;

  std::string name_;
  std::vector<Kind> kinds_;
  std::vector<Transition> transitions_;
  std::optional<Rule> rule_;
  std::size_t first_kind_ = 0;
};

}  // namespace reconcile::model
