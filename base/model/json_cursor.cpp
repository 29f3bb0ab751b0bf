// Tests: test/model/json_cursor_test.cpp.
#include "reconcile/model/json_cursor.hpp"

#include "base/model/byte_search.hpp"

namespace reconcile::model {

namespace {

constexpr std::size_t none = std::string_view::npos;

/// Where a string ends, behind its quote; `at` is behind the opening one.
std::size_t string_end(std::string_view text, std::size_t at) {
  while (true) {
    at = find_byte<'"', '\\'>(text, at);
    if (at >= text.size()) return none;
    if (text[at] == '"') return at + 1;
    at += 2;
  }
}

/// Where the value ends that begins at `at`.
std::size_t value_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = string_end(text, at + 1);
      if (at == none || depth == 0) return at;
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      ++at;
      if (--depth == 0) return at;
    } else if (c == ',' && depth == 0) {
      return at;
    } else {
      ++at;
    }
  }
  return depth == 0 ? at : none;
}

}  // namespace

bool JsonCursor::refuse() noexcept {
  valid_ = false;
  return false;
}

bool JsonCursor::enter() {
  if (!valid_ || at_ >= text_.size() || (text_[at_] != '{' && text_[at_] != '[')) return refuse();
  ++at_;
  begun_ = true;
  return true;
}

bool JsonCursor::next() {
  if (!valid_ || at_ >= text_.size()) return refuse();
  if (text_[at_] == '}' || text_[at_] == ']') {
    ++at_;
    begun_ = false;
    return false;
  }
  if (!begun_ && text_[at_++] != ',') return refuse();
  begun_ = false;
  key_ = {};
  if (at_ >= text_.size()) return refuse();
  if (text_[at_] != '"') return true;
  // A member's name, or an item of a list.
  const std::size_t end = string_end(text_, at_ + 1);
  if (end == none) return refuse();
  if (end == text_.size() || text_[end] != ':') return true;
  key_ = text_.substr(at_ + 1, end - at_ - 2);
  at_ = end + 1;
  return true;
}

std::string_view JsonCursor::value() {
  const std::size_t end = valid_ ? value_end(text_, at_) : none;
  if (end == none || end == at_) {
    refuse();
    return {};
  }
  const std::string_view value = text_.substr(at_, end - at_);
  at_ = end;
  return value;
}

std::size_t find_quote_or_escape(std::string_view text, std::size_t from) noexcept {
  return find_byte<'"', '\\'>(text, from);
}

}  // namespace reconcile::model
