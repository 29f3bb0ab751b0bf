#include "base/model/commented_cursor.hpp"

#include <algorithm>

#include "base/model/utf8.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

// go-yaml decodes its input in pieces of this size; a refused byte counts once its piece is read.
constexpr std::size_t block_bytes = 512;
constexpr std::size_t padding = CommentedCursor::lookahead_max + 16;

[[noreturn]] void refuse(const char* problem) {
  throw Error(ErrorCode::invalid_input, std::string("yaml: ") + problem);
}

bool is_allowed(char32_t value) {
  return value == 0x09 || value == 0x0A || value == 0x0D || (value >= 0x20 && value <= 0x7E) ||
         value == 0x85 || (value >= 0xA0 && value <= 0xD7FF) ||
         (value >= 0xE000 && value <= 0xFFFD) || (value >= 0x10000 && value <= 0x10FFFF);
}

std::size_t width_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if ((lead & 0xE0U) == 0xC0) return 2;
  if ((lead & 0xF0U) == 0xE0) return 3;
  return (lead & 0xF8U) == 0xF0 ? 4 : 0;
}

}  // namespace

CommentedCursor::CommentedCursor(std::string_view input) : input_(input) {
  if (input.starts_with("\xFF\xFE")) {
    encoding_ = Encoding::utf16_little;
    raw_ = 2;
  } else if (input.starts_with("\xFE\xFF")) {
    encoding_ = Encoding::utf16_big;
    raw_ = 2;
  } else if (input.starts_with("\xEF\xBB\xBF")) {
    raw_ = 3;
  }
  buffer_.assign(padding, '\0');
}

void CommentedCursor::fill(std::size_t characters) {
  origin_ = position_;
  while (unread_ < characters && !ended_) decode_block();
}

void CommentedCursor::decode_block() {
  if (raw_ == input_.size()) {
    ended_ = true;
    return;
  }
  const std::size_t limit = std::min(input_.size(), (raw_ <= 3 ? 0 : raw_) + block_bytes);
  buffer_.resize(buffer_.size() - padding);
  while (raw_ < limit) {
    std::size_t width = 0;
    const char32_t value =
        encoding_ == Encoding::utf8 ? decode_utf8(limit, width) : decode_utf16(limit, width);
    if (width == 0) break;
    if (!is_allowed(value)) refuse("control characters are not allowed");
    raw_ += width;
    append_rune(value, buffer_);
    ++unread_;
  }
  buffer_.append(padding, '\0');
}

char32_t CommentedCursor::decode_utf8(std::size_t limit, std::size_t& width) const {
  width = width_of(static_cast<unsigned char>(raw(0)));
  if (width == 0) refuse("invalid leading UTF-8 octet");
  if (raw_ + width > limit) {
    if (limit == input_.size()) refuse("incomplete UTF-8 octet sequence");
    width = 0;
    return 0;
  }
  if (width == 1) return raw(0);
  char32_t value = raw(0) & (0xFFU >> (width + 1));
  for (std::size_t k = 1; k < width; ++k) {
    if ((raw(k) & 0xC0U) != 0x80) refuse("invalid trailing UTF-8 octet");
    value = (value << 6U) + (raw(k) & 0x3FU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[width]) refuse("invalid length of a UTF-8 sequence");
  if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) refuse("invalid Unicode character");
  return value;
}

char32_t CommentedCursor::decode_utf16(std::size_t limit, std::size_t& width) const {
  const std::size_t low = encoding_ == Encoding::utf16_little ? 0 : 1;
  const auto unit = [&](std::size_t at) { return raw(at + low) + (raw(at + 1 - low) << 8U); };
  const bool is_last = limit == input_.size();
  if (raw_ + 2 > limit) {
    if (is_last) refuse("incomplete UTF-16 character");
    return 0;
  }
  const char32_t value = unit(0);
  if ((value & 0xFC00U) == 0xDC00) refuse("unexpected low surrogate area");
  if ((value & 0xFC00U) != 0xD800) {
    width = 2;
    return value;
  }
  if (raw_ + 4 > limit) {
    if (is_last) refuse("incomplete UTF-16 surrogate pair");
    return 0;
  }
  const char32_t second = unit(2);
  if ((second & 0xFC00U) != 0xDC00) refuse("expected low surrogate area");
  width = 4;
  return 0x10000 + ((value & 0x3FFU) << 10U) + (second & 0x3FFU);
}

bool CommentedCursor::is_break(std::size_t offset) const {
  const char c = at(offset);
  if (c == '\r' || c == '\n') return true;
  if (c == '\xC2') return at(offset + 1) == '\x85';
  return c == '\xE2' && at(offset + 1) == '\x80' &&
         (at(offset + 2) == '\xA8' || at(offset + 2) == '\xA9');
}

bool CommentedCursor::is_word(std::size_t offset) const {
  const char c = at(offset);
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         c == '-';
}

int CommentedCursor::hex(std::size_t offset) const {
  const char c = at(offset);
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool CommentedCursor::is_document_indicator() const {
  if (mark_.column != 0 || (at() != '-' && at() != '.')) return false;
  return at(1) == at() && at(2) == at() && is_space_or_end(3);
}

bool CommentedCursor::is_byte_order_mark() const {
  // Asked of the start of the buffer, not of the place of reading.
  return buffer_.compare(origin_, 3, "\xEF\xBB\xBF") == 0;
}

std::size_t CommentedCursor::width_here() const {
  return width_of(static_cast<unsigned char>(at()));
}

void CommentedCursor::skip() {
  if (!is_blank()) newlines_ = 0;
  ++mark_.index;
  ++mark_.column;
  position_ += width_here();
  if (unread_ > 0) --unread_;
}

void CommentedCursor::skip_line() {
  std::string ignored;
  read_line(ignored);
}

void CommentedCursor::read(std::string& out) {
  if (!is_blank()) newlines_ = 0;
  const std::size_t width = width_here();
  out.append(buffer_, position_, width);
  position_ += width;
  ++mark_.index;
  ++mark_.column;
  if (unread_ > 0) --unread_;
}

void CommentedCursor::read_line(std::string& out) {
  if (!is_break()) return;
  const bool is_pair = at() == '\r' && at(1) == '\n';
  if (at() == '\xE2') {
    out.append(buffer_, position_, 3);
  } else {
    out += '\n';
  }
  const std::size_t characters = is_pair ? 2 : 1;
  position_ += is_pair ? 2 : width_here();
  mark_.index += static_cast<std::ptrdiff_t>(characters);
  mark_.column = 0;
  ++mark_.line;
  unread_ -= std::min(unread_, characters);
  ++newlines_;
}

void CommentedCursor::skip_blanks() {
  ensure(1);
  while (is_blank()) {
    skip();
    ensure(1);
  }
}

void CommentedCursor::read_rest_of_line(std::ptrdiff_t index, std::string& out, TextMark& start) {
  while (true) {
    ensure(1);
    if (is_break_or_end()) {
      if (mark_.index >= index) return;
      ensure(2);
      skip_line();
    } else if (mark_.index >= index) {
      if (out.empty()) start = mark_;
      read(out);
    } else {
      skip();
    }
  }
}

}  // namespace reconcile::model
