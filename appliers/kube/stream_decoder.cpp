#include "appliers/kube/stream_decoder.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/json_cursor.hpp"

namespace reconcile::kube {
namespace {

constexpr std::size_t envelope_bytes_max = 1U << 20U;
constexpr std::size_t key_bytes_max = 16;

[[noreturn]] void too_large(std::string_view what, std::size_t limit) {
  throw model::Error(model::ErrorCode::limit_exceeded,
                     std::string(what) + " is larger than " + std::to_string(limit) + " bytes");
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void require_space(char c, std::string_view what) {
  if (is_space(c)) return;
  throw model::Error(model::ErrorCode::invalid_input,
                     "expected " + std::string(what) + " as JSON, found byte " +
                         std::to_string(static_cast<unsigned char>(c)));
}

}  // namespace

std::size_t JsonDepth::skip(std::string_view bytes) const noexcept {
  return in_string_ && !escaped_ ? model::find_quote_or_escape(bytes, 0) : 0;
}

void ListDecoder::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(in_items_ ? feed_items(bytes) : feed_envelope(bytes));
  }
}

std::size_t ListDecoder::feed_envelope(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool was_text = scan_.in_string();
    const bool top = scan_.depth() == 1;
    scan_.take(c);
    if (scan_.depth() > 0) begun_ = true;
    if (!begun_ || scan_.depth() < 0) require_space(c, "a list");
    if (envelope_.size() >= envelope_bytes_max)
      too_large("the list without its items", envelope_bytes_max);
    envelope_ += c;
    if (!top) continue;
    if (was_text && scan_.in_string()) {
      if (last_text_.size() < key_bytes_max) last_text_ += c;
    } else if (scan_.in_string()) {
      last_text_.clear();
    } else if (!was_text && !is_space(c)) {
      if (c == '[' && last_mark_ == ':' && last_text_ == "items") {
        in_items_ = true;
        return i + 1;
      }
      last_mark_ = c;
    }
  }
  return bytes.size();
}

// Items stand at depth 2, and their own bytes at depth 3 and more.
std::size_t ListDecoder::feed_items(std::string_view bytes) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    i += scan_.skip(bytes.substr(i));
    if (i == bytes.size()) break;
    const int before = scan_.depth();
    scan_.take(bytes[i]);
    const int after = scan_.depth();
    if (before == 2 && after == 3) {
      start = i;
      current_.clear();
    } else if (before == 3 && after == 2) {
      const std::string_view part = bytes.substr(start, i + 1 - start);
      if (current_.size() + part.size() > item_bytes_max_) too_large("an item", item_bytes_max_);
      if (current_.empty()) {
        item_(part);
      } else {
        current_.append(part);
        item_(current_);
        current_.clear();
      }
    } else if (before == 2 && after == 1) {
      in_items_ = false;
      envelope_ += ']';
      last_mark_ = ']';
      return i + 1;
    }
  }
  if (scan_.depth() > 2) {
    current_.append(bytes.substr(start));
    if (current_.size() > item_bytes_max_) too_large("an item", item_bytes_max_);
  }
  return bytes.size();
}

void EventDecoder::feed(std::string_view bytes) {
  std::size_t start = 0;
  JsonDepth scan = scan_;  // in registers
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    i += scan.skip(bytes.substr(i));
    if (i == bytes.size()) break;
    const int before = scan.depth();
    scan.take(bytes[i]);
    const int after = scan.depth();
    if (before == 0 && after != 1) {
      require_space(bytes[i], "a watch event");
    } else if (before == 0) {
      start = i;
      current_.clear();
    } else if (before == 1 && after == 0) {
      const std::string_view part = bytes.substr(start, i + 1 - start);
      scan_ = scan;
      if (current_.size() + part.size() > event_bytes_max_) too_large("an event", event_bytes_max_);
      if (current_.empty()) {
        event_(part);
      } else {
        current_.append(part);
        event_(current_);
        current_.clear();
      }
    }
  }
  scan_ = scan;
  if (scan.depth() > 0) {
    current_.append(bytes.substr(start));
    if (current_.size() > event_bytes_max_) too_large("an event", event_bytes_max_);
  }
}

EventText split_event(std::string_view raw) {
  constexpr std::string_view before_type = "{\"type\":\"";
  constexpr std::string_view before_object = "\",\"object\":";
  if (!raw.starts_with(before_type) || !raw.ends_with('}')) return {};
  const std::size_t type_end = raw.find('"', before_type.size());
  if (type_end == std::string_view::npos ||
      raw.substr(type_end, before_object.size()) != before_object) {
    return {};
  }
  const std::size_t object = type_end + before_object.size();
  return {raw.substr(before_type.size(), type_end - before_type.size()),
          raw.substr(object, raw.size() - 1 - object)};
}

}  // namespace reconcile::kube
