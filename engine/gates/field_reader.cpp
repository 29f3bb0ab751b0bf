#include "engine/gates/field_reader.hpp"

#include <algorithm>

#include "engine/gates/evidence.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

std::string shortened(std::string_view text) {
  constexpr std::size_t shown_max = 60;
  std::string quoted = "\"";
  for (const char c : text.substr(0, shown_max)) {
    quoted +=
        static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E ? '?' : c;
  }
  return quoted + (text.size() > shown_max ? "…\"" : "\"");
}

std::string found_in(Value value) {
  if (value.is_null()) return "nothing";
  if (value.is_string()) return value.text().empty() ? "an empty text" : shortened(value.text());
  if (value.is_scalar()) return shortened(value.source());
  return "a " + std::string(to_string(value.kind()));
}

/// Levenshtein's distance, for names of a few dozen bytes.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

void wrong_field(std::string_view field, std::string_view expected, std::string_view found) {
  throw Error(ErrorCode::invalid_input, "expected " + std::string(expected) + " in " +
                                            std::string(field) + ", found " + std::string(found));
}

FieldReader::FieldReader(Value map, std::string path) : map_(map), path_(std::move(path)) {
  if (!map.is_null() && !map.is_map()) {
    wrong_field(path_.empty() ? "the root" : path_, "a map", found_in(map));
  }
}

std::string FieldReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

Value FieldReader::value(std::string_view key) {
  read_.emplace(key);
  return map_[key];
}

std::string FieldReader::text(std::string_view key) {
  const Value found = value(key);
  if (found.is_null()) return {};
  if (!found.is_string()) wrong_field(path_of(key), "a text", found_in(found));
  if (found.text().size() > record_text_bytes_max) {
    wrong_field(path_of(key), "at most " + std::to_string(record_text_bytes_max) + " bytes",
                std::to_string(found.text().size()));
  }
  return std::string(found.text());
}

std::string FieldReader::required_text(std::string_view key) {
  std::string found = text(key);
  if (found.empty()) wrong_field(path_of(key), "a text", found_in(map_[key]));
  return found;
}

std::string FieldReader::word(std::string_view key, const std::vector<std::string_view>& words,
                              std::string_view fallback) {
  const Value found = value(key);
  if (found.is_null()) return std::string(fallback);
  if (found.is_string() && std::find(words.begin(), words.end(), found.text()) != words.end()) {
    return std::string(found.text());
  }
  std::string expected;
  for (std::size_t i = 0; i < words.size(); ++i) {
    expected += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    expected += words[i];
  }
  wrong_field(path_of(key), expected, found_in(found));
}

std::string FieldReader::hex(std::string_view key, std::string_view prefix, std::size_t digits) {
  std::string found = text(key);
  const std::string_view rest =
      std::string_view(found).substr(found.starts_with(prefix) ? prefix.size() : 0);
  if (found.empty()) return found;
  if (!found.starts_with(prefix) || rest.size() != digits || !is_hex(rest)) {
    wrong_field(path_of(key),
                std::string(prefix) + (prefix.empty() ? "" : " and ") + std::to_string(digits) +
                    " hex digits",
                shortened(found));
  }
  return found;
}

std::vector<std::string> FieldReader::texts(std::string_view key, std::size_t count_max) {
  const Value found = list(key, count_max);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string_view item = found.at(i).text();
    if (item.empty() || item.size() > record_text_bytes_max) {
      wrong_field(path_of(key) + "[" + std::to_string(i) + "]", "a text", found_in(found.at(i)));
    }
    result.emplace_back(item);
  }
  return result;
}

std::optional<std::uint64_t> FieldReader::count(std::string_view key, std::uint64_t most) {
  const Value found = value(key);
  if (found.is_null()) return std::nullopt;
  const std::optional<std::uint64_t> number = found.unsigned_integer();
  if (!number || *number > most) {
    wrong_field(path_of(key), "a number from 0 to " + std::to_string(most), found_in(found));
  }
  return number;
}

bool FieldReader::flag(std::string_view key, bool fallback) {
  const Value found = value(key);
  if (found.is_null()) return fallback;
  if (!found.boolean()) wrong_field(path_of(key), "true or false", found_in(found));
  return *found.boolean();
}

std::optional<model::WallTime> FieldReader::time(std::string_view key) {
  const std::string found = text(key);
  if (found.empty()) return std::nullopt;
  try {
    return model::parse_rfc3339(found);
  } catch (const Error&) {
    wrong_field(path_of(key), "a time such as 2026-01-31T08:00:00Z", shortened(found));
  }
}

std::optional<std::chrono::nanoseconds> FieldReader::duration(std::string_view key) {
  const Value found = value(key);
  if (found.is_null()) return std::nullopt;
  try {
    return model::parse_duration(found.is_string() ? found.text() : found.source());
  } catch (const Error&) {
    wrong_field(path_of(key), "a duration such as 30m", found_in(found));
  }
}

Value FieldReader::list(std::string_view key, std::size_t count_max) {
  const Value found = value(key);
  if (!found.is_null() && !found.is_list()) wrong_field(path_of(key), "a list", found_in(found));
  if (found.size() > count_max) {
    wrong_field(path_of(key), "at most " + std::to_string(count_max) + " items",
                std::to_string(found.size()));
  }
  return found;
}

FieldReader FieldReader::map(std::string_view key) {
  return {value(key), path_of(key)};
}

void FieldReader::finish() const {
  for (std::size_t i = 0; i < map_.size(); ++i) {
    const std::string_view key = map_.key_at(i);
    if (read_.contains(key)) continue;
    std::string_view nearest;
    std::size_t least = 4;
    for (const std::string& known : read_) {
      if (key.size() > 100) break;
      const std::size_t away = distance(key, known);
      if (away >= least) continue;
      least = away;
      nearest = known;
    }
    const std::string field = path_.empty() ? "field " : "field " + path_ + ".";
    throw Error(ErrorCode::invalid_input,
                "unknown " + field + shortened(key) +
                    (nearest.empty() ? "" : ", did you mean " + std::string(nearest) + "?"));
  }
}

}  // namespace reconcile::engine::gates
