#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

/// A point in time as YAML writes it, with its zone.
struct Timestamp {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanosecond = 0;
  int zone_minutes = 0;
  bool utc = true;
};

/// Reads the four forms that go-yaml 2.4.4 and 3.0.5 accept, as Go's time.Parse does; absent where
/// `text` is none of them.
std::optional<Timestamp> parse_timestamp(std::string_view text);

/// The form of Go's time.RFC3339Nano.
std::string to_rfc3339(const Timestamp& time);

}  // namespace reconcile::model
