// Reads TZif files (RFC 8536) as Go 1.26's time package does. The C library's zone functions work
// on process-wide state, and <chrono> of GCC 12 has no zones. Tests:
// test/renderers/sprig/time_test.cpp.
#include "reconcile/model/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include "reconcile/model/civil_time.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t file_bytes_max = 1U << 20U;
constexpr std::size_t cached_zones_max = 1024;
constexpr std::int64_t seconds_per_day = 86400;

std::string read_zone_file(const std::string& name) {
  for (const char* folder : {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/",
                             "/usr/lib/locale/TZ/", "/etc/zoneinfo/"}) {
    std::ifstream file(folder + name, std::ios::binary);
    std::string data(file_bytes_max, '\0');
    if (!file.read(data.data(), static_cast<std::streamsize>(data.size())) && !file.eof()) continue;
    data.resize(static_cast<std::size_t>(file.gcount()));
    if (data.starts_with("TZif")) return data;
  }
  return "";
}

}  // namespace

/// Reads the fields of a TZif file; every read is checked against its end.
class TimeZone::FileReader {
 public:
  explicit FileReader(std::string_view data) : data_(data) {}

  bool read(TimeZone& zone) {
    Header header;
    if (!read_header(header)) return false;
    std::size_t width = 4;
    if (header.version >= '2') {
      next_ += header.body_size(4);
      if (!read_header(header)) return false;
      width = 8;
    }
    if (next_ > data_.size() || data_.size() - next_ < header.body_size(width)) return false;
    read_body(header, width, zone);
    return width == 4 || read_footer(zone);
  }

 private:
  struct Header {
    char version = 0;
    std::uint32_t utc_flags = 0, standard_flags = 0, leaps = 0, times = 0, kinds = 0, letters = 0;
    [[nodiscard]] std::size_t body_size(std::size_t width) const {
      return std::size_t{times} * (width + 1) + std::size_t{kinds} * 6 + letters +
             std::size_t{leaps} * (width + 4) + standard_flags + utc_flags;
    }
  };

  std::uint64_t number(std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value = (value << 8U) | static_cast<unsigned char>(data_[at + i]);
    }
    return value;
  }

  bool read_header(Header& header) {
    if (next_ > data_.size() || data_.size() - next_ < 44) return false;
    if (data_.substr(next_, 4) != "TZif") return false;
    header.version = data_[next_ + 4];
    std::uint32_t* const counts[] = {&header.utc_flags, &header.standard_flags, &header.leaps,
                                     &header.times,     &header.kinds,          &header.letters};
    for (std::size_t i = 0; i < 6; ++i) {
      *counts[i] = static_cast<std::uint32_t>(number(next_ + 20 + 4 * i, 4));
      if (*counts[i] > file_bytes_max) return false;
    }
    next_ += 44;
    return header.kinds > 0;
  }

  void read_body(const Header& header, std::size_t width, TimeZone& zone) {
    const std::size_t kinds_at = next_ + header.times * (width + 1);
    const std::size_t letters_at = kinds_at + std::size_t{header.kinds} * 6;
    const std::string_view letters = data_.substr(letters_at, header.letters);
    for (std::size_t i = 0; i < header.kinds; ++i) {
      const std::size_t at = kinds_at + i * 6;
      const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(number(at, 4)));
      const std::size_t letter = std::min<std::size_t>(number(at + 5, 1), letters.size());
      const std::string_view rest = letters.substr(letter);
      zone.kinds_.push_back(
          {std::string(rest.substr(0, rest.find('\0'))), offset, data_[at + 4] != 0});
    }
    for (std::size_t i = 0; i < header.times; ++i) {
      const std::uint64_t raw = number(next_ + i * width, width);
      const std::int64_t when = width == 8
                                    ? static_cast<std::int64_t>(raw)
                                    : static_cast<std::int32_t>(static_cast<std::uint32_t>(raw));
      const std::size_t kind = number(next_ + header.times * width + i, 1);
      if (kind < zone.kinds_.size()) {
        zone.transitions_.push_back({when, static_cast<std::uint8_t>(kind)});
      }
    }
    next_ += header.body_size(width);
  }

  bool read_footer(TimeZone& zone);

  std::string_view data_;
  std::size_t next_ = 0;
};

/// Reads a POSIX TZ rule.
class TimeZone::RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  std::optional<Rule> read() {
    Rule rule;
    std::int32_t offset = 0;
    if (!read_name(rule.standard.name) || !read_offset(offset)) return std::nullopt;
    rule.standard.seconds = -offset;
    if (rest_.empty() || rest_.front() == ',') return rule;
    rule.has_daylight = true;
    rule.daylight.is_daylight = true;
    rule.daylight.seconds = rule.standard.seconds + 3600;
    if (!read_name(rule.daylight.name)) return std::nullopt;
    if (!rest_.empty() && rest_.front() != ',') {
      if (!read_offset(offset)) return std::nullopt;
      rule.daylight.seconds = -offset;
    }
    if (rest_.empty()) rest_ = ",M3.2.0,M11.1.0";
    if (!take(',') || !read_day(rule.start) || !take(',') || !read_day(rule.end)) {
      return std::nullopt;
    }
    return rule;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_name(std::string& name) {
    if (take('<')) {
      const std::size_t end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      name = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      return true;
    }
    const std::size_t size = std::min(rest_.find_first_of("0123456789,-+"), rest_.size());
    name = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return size >= 3;
  }

  bool read_number(int& number, int least, int most) {
    number = 0;
    std::size_t size = 0;
    while (size < rest_.size() && size < 4 && rest_[size] >= '0' && rest_[size] <= '9') {
      number = number * 10 + (rest_[size++] - '0');
    }
    rest_.remove_prefix(size);
    return size > 0 && number >= least && number <= most;
  }

  bool read_offset(std::int32_t& seconds) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0;
    int minutes = 0;
    int rest = 0;
    if (!read_number(hours, 0, 24 * 7)) return false;
    if (take(':') && !read_number(minutes, 0, 59)) return false;
    if (minutes >= 0 && take(':') && !read_number(rest, 0, 59)) return false;
    seconds = hours * 3600 + minutes * 60 + rest;
    if (negative) seconds = -seconds;
    return true;
  }

  bool read_day(Rule::Day& day) {
    if (take('J')) {
      day.form = 'J';
      if (!read_number(day.day, 1, 365)) return false;
    } else if (take('M')) {
      day.form = 'M';
      if (!read_number(day.month, 1, 12) || !take('.') || !read_number(day.week, 1, 5) ||
          !take('.') || !read_number(day.day, 0, 6)) {
        return false;
      }
    } else {
      day.form = 'N';
      if (!read_number(day.day, 0, 365)) return false;
    }
    return !take('/') || read_offset(day.seconds);
  }

  std::string_view rest_;
};

bool TimeZone::FileReader::read_footer(TimeZone& zone) {
  std::string_view footer = data_.substr(next_);
  if (footer.size() > 2 && footer.front() == '\n' && footer.back() == '\n') {
    zone.rule_ = RuleReader(footer.substr(1, footer.size() - 2)).read();
  }
  return true;
}

std::shared_ptr<const TimeZone> TimeZone::utc() {
  static const std::shared_ptr<const TimeZone> zone = fixed("UTC", 0);
  return zone;
}

std::shared_ptr<const TimeZone> TimeZone::fixed(std::string name, std::int32_t offset_seconds) {
  auto zone = std::make_shared<TimeZone>();
  zone->kinds_.push_back({name, offset_seconds, false});
  zone->name_ = std::move(name);
  return zone;
}

std::shared_ptr<const TimeZone> TimeZone::load(std::string_view name) {
  if (name.empty() || name == "UTC") return utc();
  const bool leaves_folder = name.find("..") != std::string_view::npos || name.front() == '/' ||
                             name.front() == '\\' || name.find('\0') != std::string_view::npos;
  if (leaves_folder || name.size() > 255) return nullptr;
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> loaded;
  const std::lock_guard lock(mutex);
  if (const auto found = loaded.find(name); found != loaded.end()) return found->second;
  auto zone = std::make_shared<TimeZone>();
  zone->name_ = name;
  const std::string data = read_zone_file(zone->name_);
  if (data.empty() || !FileReader(data).read(*zone)) return nullptr;
  const bool first_is_used =
      std::any_of(zone->transitions_.begin(), zone->transitions_.end(),
                  [](const Transition& transition) { return transition.kind == 0; });
  for (std::size_t i = 0; first_is_used && i < zone->kinds_.size(); ++i) {
    if (zone->kinds_[i].is_daylight) continue;
    zone->first_kind_ = i;
    break;
  }
  if (loaded.size() < cached_zones_max) loaded.emplace(zone->name_, zone);
  return zone;
}

namespace {

/// Seconds from the start of `year` to the day a rule means.
template <class Day>
std::int64_t seconds_into_year(const Day& day, std::int64_t year) {
  std::int64_t days = day.day;
  if (day.form == 'J') {
    days = day.day - 1 + (is_leap_year(year) && day.day >= 60 ? 1 : 0);
  } else if (day.form == 'M') {
    const std::int64_t first = days_from_civil(year, day.month, 1);
    const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;
    std::int64_t date = (day.day - weekday + 7) % 7 + (day.week - 1) * 7;
    if (date >= days_in_month(day.month, year)) date -= 7;
    days = first + date - days_from_civil(year, 1, 1);
  }
  return days * seconds_per_day + day.seconds;
}

}  // namespace

const TimeZone::Kind& TimeZone::kind_by_rule(std::int64_t unix_seconds) const {
  const Rule& rule = *rule_;
  if (!rule.has_daylight) return rule.standard;
  const std::int64_t year = civil_from_seconds(unix_seconds).year;
  const std::int64_t in_year = unix_seconds - days_from_civil(year, 1, 1) * seconds_per_day;
  const std::int64_t start = seconds_into_year(rule.start, year) - rule.standard.seconds;
  const std::int64_t end = seconds_into_year(rule.end, year) - rule.daylight.seconds;
  const bool is_daylight =
      start < end ? in_year >= start && in_year < end : in_year >= start || in_year < end;
  return is_daylight ? rule.daylight : rule.standard;
}

const TimeZone::Kind& TimeZone::kind_at(std::int64_t unix_seconds) const {
  const auto after = std::upper_bound(
      transitions_.begin(), transitions_.end(), unix_seconds,
      [](std::int64_t when, const Transition& transition) { return when < transition.when; });
  if (after == transitions_.end() && rule_) return kind_by_rule(unix_seconds);
  if (after == transitions_.begin()) return kinds_[first_kind_];
  return kinds_[std::prev(after)->kind];
}

TimeZone::Offset TimeZone::at(std::int64_t unix_seconds) const {
  const Kind& kind = kind_at(unix_seconds);
  return {kind.name, kind.seconds};
}

std::optional<std::int32_t> TimeZone::offset_named(std::string_view name,
                                                   std::int64_t local_seconds) const {
  for (const Kind& kind : kinds_) {
    if (kind.name == name && kind_at(local_seconds - kind.seconds).name == name) {
      return kind_at(local_seconds - kind.seconds).seconds;
    }
  }
  for (const Kind& kind : kinds_) {
    if (kind.name == name) return kind.seconds;
  }
  return std::nullopt;
}

}  // namespace reconcile::model
