// Expectations were taken from Go 1.26.8.
#include <catch2/catch.hpp>
#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/go_time.hpp"

namespace reconcile::sprig {
namespace {

TEST_CASE("zones of the tz database apply their rules", "[renderers][sprig][time]") {
  struct Row {
    const char* zone;
    std::int64_t seconds;
    const char* expected;
  };
  const Row rows[] = {
      {"UTC", 0, "1970-01-01 00:00:00 +0000 UTC"},
      {"Europe/Berlin", 1711846799, "2024-03-31 01:59:59 +0100 CET"},
      {"Europe/Berlin", 1711846800, "2024-03-31 03:00:00 +0200 CEST"},
      {"America/New_York", 4133980799, "2100-12-31 18:59:59 -0500 EST"},
      {"Australia/Sydney", 1704067200, "2024-01-01 11:00:00 +1100 AEDT"},
      {"Asia/Kathmandu", 1704067200, "2024-01-01 05:45:00 +0545 +0545"},
      {"America/Sao_Paulo", 4102444800, "2099-12-31 21:00:00 -0300 -03"},
  };
  for (const Row& row : rows) {
    const auto zone = TimeZone::load(row.zone);
    REQUIRE(zone);
    INFO(row.zone);
    GoTime time;
    time.seconds = row.seconds;
    CHECK(time.in(zone).format(printed_layout) == row.expected);
  }
  CHECK_FALSE(TimeZone::load("Mars/Phobos"));
  CHECK_FALSE(TimeZone::load("../../etc/passwd"));
  CHECK_FALSE(TimeZone::load("/etc/localtime"));
}

TEST_CASE("civil dates survive the round trip", "[renderers][sprig][time]") {
  for (std::int64_t day = -800000; day < 800000; day += 37) {
    const CivilTime civil = civil_from_seconds(day * 86400 + 3661);
    REQUIRE(seconds_from_civil(civil) == day * 86400 + 3661);
  }
  CHECK(civil_from_seconds(-62135596800).year == 1);
  CHECK(civil_from_seconds(1709164800).year_day == 60);
}

std::string parsed(const char* layout, const char* text) {
  try {
    return GoTime::parse(layout, text, TimeZone::load("Europe/Berlin")).format(printed_layout);
  } catch (const gotemplate::FunctionError& error) {
    return error.what();
  }
}

TEST_CASE("layouts read what Go reads", "[renderers][sprig][time]") {
  CHECK(parsed("2006-01-02 15:04:05", "2024-07-01 10:00:00.25") ==
        "2024-07-01 10:00:00.25 +0200 CEST");
  CHECK(parsed("Jan _2 2006 3:04pm", "feb  3 2020 1:02pm") == "2020-02-03 13:02:00 +0100 CET");
  CHECK(parsed("02 Jan 06 15:04 MST", "02 Jan 06 15:04 CET") == "2006-01-02 15:04:00 +0100 CET");
  CHECK(parsed("02 Jan 06 15:04 MST", "02 Jan 06 15:04 PDT") == "2006-01-02 15:04:00 +0000 PDT");
  CHECK(parsed("2006-01-02T15:04:05Z07:00", "2024-07-01T10:00:00+02:00") ==
        "2024-07-01 10:00:00 +0200 CEST");
  CHECK(parsed("2006-002", "2024-366") == "2024-12-31 00:00:00 +0100 CET");
  CHECK(parsed("2006-01-02", "2024-13-01") == "parsing time \"2024-13-01\": month out of range");
  CHECK(parsed("2006-01-02", "x") ==
        "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\"");
  CHECK(parsed("15:04", "10:30x") == "parsing time \"10:30x\": extra text: \"x\"");
}

std::string duration_failure(const char* text) {
  try {
    return duration_text(parse_go_duration(text));
  } catch (const gotemplate::FunctionError& error) {
    return error.what();
  }
}

TEST_CASE("durations parse and round as Go's", "[renderers][sprig][time]") {
  CHECK(parse_go_duration("-1.5h") == -5400 * nanoseconds_per_second);
  CHECK(parse_go_duration("1us2\xC2\xB5s") == 3000);
  CHECK(duration_failure("1d") == "time: unknown unit \"d\" in duration \"1d\"");
  CHECK(duration_failure("") == "time: invalid duration \"\"");
  CHECK(duration_failure("9999999999h") == "time: invalid duration \"9999999999h\"");
  CHECK(rounded_duration(90, 60) == 120);
  CHECK(rounded_duration(-90, 60) == -120);
  CHECK(rounded_duration(89, 60) == 60);
  CHECK(truncated_duration(119, 60) == 60);
  CHECK(duration_text(-1500000000) == "-1.5s");
}

}  // namespace
}  // namespace reconcile::sprig
