#include "base/model/json_schema_formats.hpp"

#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "base/model/json_schema_host_formats.hpp"
#include "base/model/yaml_timestamp.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"

namespace reconcile::model {

namespace {

using Problem = std::optional<std::string>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

std::optional<int> two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

Problem json_pointer(std::string_view text) {
  if (text.empty()) return {};
  if (text[0] != '/') return "not starting with /";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 >= text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) {
      return "~ must be followed by 0 or 1";
    }
  }
  return {};
}

Problem relative_json_pointer(std::string_view text) {
  const std::size_t digits = leading_digits(text);
  if (digits == 0) return "must start with non-negative integer";
  if (digits > 1 && text[0] == '0') return "starts with zero";
  const std::string_view rest = text.substr(digits);
  return rest == "#" ? Problem() : json_pointer(rest);
}

Problem uuid(std::string_view text) {
  static constexpr std::array<std::size_t, 5> groups = {8, 4, 4, 4, 12};
  std::size_t at = 0;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const std::size_t end = group + 1 < groups.size() ? text.find('-', at) : text.size();
    if (end == std::string_view::npos) return "must have 5 elements";
    if (end - at != groups[group]) {
      return "element " + std::to_string(group + 1) + " must be " + std::to_string(groups[group]) +
             " characters long";
    }
    for (; at < end; ++at) {
      if (std::isxdigit(static_cast<unsigned char>(text[at])) == 0) {
        return std::string("non-hex character '") + text[at] + "'";
      }
    }
    ++at;
  }
  return {};
}

Problem duration_part(std::string_view part, std::string_view units, std::string_view all) {
  while (!part.empty()) {
    const std::size_t digits = leading_digits(part);
    if (digits == 0) return "missing number";
    part.remove_prefix(digits);
    if (part.empty()) return "missing unit";
    const std::size_t unit = units.find(part[0]);
    if (unit == std::string_view::npos) {
      const bool known = all.find(part[0]) != std::string_view::npos;
      const std::string shown = std::string("'") + part[0] + "'";
      return known ? "unit " + shown + " out of order" : "invalid unit " + shown;
    }
    units.remove_prefix(unit + 1);
    part.remove_prefix(1);
  }
  return {};
}

Problem duration(std::string_view text) {
  if (text.empty() || text[0] != 'P') return "must start with P";
  text.remove_prefix(1);
  if (text.empty()) return "nothing after P";
  if (text.back() == 'W') {
    text.remove_suffix(1);
    if (text.empty()) return "no number in week";
    return leading_digits(text) == text.size() ? Problem() : "invalid week";
  }
  const std::size_t mark = text.find('T');
  if (Problem problem = duration_part(text.substr(0, mark), "YMD", "YMD")) return problem;
  if (mark == std::string_view::npos) return {};
  const std::string_view time = text.substr(mark + 1);
  if (time.empty()) return "no time elements";
  if (time.find('T') != std::string_view::npos) return "more than one T";
  return duration_part(time, "HMS", "HMS");
}

Problem date(std::string_view text) {
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      two_digits(text, 5) && two_digits(text, 8);
  if (shaped && parse_timestamp(text)) return {};
  return "parsing time \"" + std::string(text) + "\" as \"2006-01-02\": cannot parse";
}

// Checks the zone and answers the time of day in minutes UTC.
Problem zone(std::string_view text, int& minutes) {
  if (text == "z" || text == "Z") return {};
  if (text.size() != 6) return "offset must be 6 characters long";
  if (text[0] != '+' && text[0] != '-') return "offset must begin with plus/minus";
  if (text[3] != ':') return "missing colon in offset in correct place";
  const auto hour = two_digits(text, 1);
  const auto minute = two_digits(text, 4);
  if (!hour || !minute) return "invalid hour/min in offset";
  if (*hour > 23 || *minute > 59) return "hour/min in offset out of range";
  minutes += (text[0] == '+' ? -1 : 1) * (*hour * 60 + *minute);
  if (minutes < 0) minutes += 24 * 60;
  return {};
}

Problem time(std::string_view text) {
  if (text.size() < 9) return "less than 9 characters long";
  if (text[2] != ':' || text[5] != ':') return "missing colon in correct place";
  const auto hour = two_digits(text, 0);
  const auto minute = two_digits(text, 3);
  const auto second = two_digits(text, 6);
  if (!hour || !minute || !second) return "invalid hour/min/sec";
  if (*hour > 23 || *minute > 59 || *second > 60) return "hour/min/sec out of range";
  text.remove_prefix(8);
  if (text[0] == '.') {
    const std::size_t digits = leading_digits(text.substr(1));
    if (digits == 0) return "no digits in second fraction";
    text.remove_prefix(1 + digits);
  }
  int minutes = *hour * 60 + *minute;
  if (Problem problem = zone(text, minutes)) return problem;
  if (*second >= 60 && minutes != 23 * 60 + 59) return "invalid leap second";
  return {};
}

Problem date_time(std::string_view text) {
  if (text.size() < 20) return "less than 20 characters long";
  if (text[10] != 't' && text[10] != 'T') return "11th character must be t or T";
  if (Problem problem = date(text.substr(0, 10))) return "invalid date element: " + *problem;
  if (Problem problem = time(text.substr(11))) return "invalid time element: " + *problem;
  return {};
}

Problem period(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return "missing slash";
  const std::string_view start = text.substr(0, slash);
  const std::string_view end = text.substr(slash + 1);
  const bool starts_long = !start.empty() && start[0] == 'P';
  const bool ends_long = !starts_long && !end.empty() && end[0] == 'P';
  if (Problem problem = starts_long ? duration(start) : date_time(start)) {
    return (starts_long ? "invalid start duration: " : "invalid start date-time: ") + *problem;
  }
  if (Problem problem = ends_long ? duration(end) : date_time(end)) {
    return (ends_long ? "invalid end duration: " : "invalid end date-time: ") + *problem;
  }
  return {};
}

Problem regex(std::string_view text) {
  try {
    Regex::cached(text);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

Problem semver(std::string_view text) {
  static const Regex form(
      R"(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*))"
      R"((-((0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?)"
      R"((\+([0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*))?$)");
  return form.matches(text) ? Problem() : "versionCore must have 3 numbers separated by dot";
}

constexpr std::pair<std::string_view, FormatTest> formats[] = {
    {"json-pointer", json_pointer},
    {"relative-json-pointer", relative_json_pointer},
    {"uuid", uuid},
    {"duration", duration},
    {"period", period},
    {"ipv4", ipv4_problem},
    {"ipv6", ipv6_problem},
    {"hostname", hostname_problem},
    {"email", email_problem},
    {"date", date},
    {"time", time},
    {"date-time", date_time},
    {"uri", uri_problem},
    {"iri", uri_problem},
    {"uri-reference", uri_reference_problem},
    {"iri-reference", uri_reference_problem},
    {"uri-template", uri_template_problem},
    {"semver", semver},
    {"regex", regex},
};

}  // namespace

FormatTest find_format(std::string_view name) {
  for (const auto& [known, test] : formats) {
    if (known == name) return test;
  }
  return nullptr;
}

}  // namespace reconcile::model
