#include "renderers/substitute/scanner.hpp"

#include "renderers/gotemplate/rune.hpp"

namespace reconcile::substitute {

std::uint32_t Scanner::read() {
  if (position_ >= input_.size()) {
    width_ = 0;
    return 0;
  }
  const gotemplate::Rune rune = gotemplate::decode_rune(input_.substr(position_));
  width_ = rune.bytes;
  position_ += width_;
  return rune.value;
}

std::uint32_t Scanner::peek() {
  const std::uint32_t rune = read();
  unread();
  return rune;
}

std::uint32_t Scanner::peek_second() {
  const std::size_t position = position_;
  read();
  const std::uint32_t rune = peek();
  position_ = position;
  return rune;
}

std::string Scanner::text() const {
  return resolved_ + std::string(input_.substr(segment_, position_ - segment_));
}

Token Scanner::scan(ScanMode mode, Accept accept) {
  mode_ = mode;
  accept_ = accept;
  resolved_.clear();
  segment_ = position_;
  const std::uint32_t rune = read();
  if (rune == 0) return Token::end;
  if (reads_opening(rune)) return Token::opening;
  if (mode_.closing && rune == '}') return Token::closing;
  return mode_.text && reads_text(rune) ? Token::text : Token::illegal;
}

bool Scanner::reads_opening(std::uint32_t rune) {
  if (!mode_.opening || rune != '$') return false;
  if (read() == '{') return true;
  unread();
  width_ = 1;
  return false;
}

bool Scanner::reads_text(std::uint32_t rune) {
  if (!skips_escape(rune) && !accept_(rune, token_bytes())) return false;
  for (;;) {
    rune = read();
    if (rune == 0) {
      unread();
      return true;
    }
    if (reads_opening(rune)) {
      position_ -= 2;
      return true;
    }
    if (skips_escape(rune)) continue;
    if (!accept_(rune, token_bytes())) {
      unread();
      return true;
    }
  }
}

bool Scanner::skips_escape(std::uint32_t rune) {
  if (!mode_.escapes) return false;
  const std::size_t width = width_;
  const std::uint32_t next = peek();
  width_ = width;
  const bool escaped =
      (rune == '$' && next == '$') ||
      (rune == '\\' && escapes_ == Escapes::dollar_and_backslash && (next == '/' || next == '\\'));
  if (!escaped) return false;
  resolved_ += input_.substr(segment_, position_ - 1 - segment_);
  segment_ = position_;
  ++position_;
  return true;
}

}  // namespace reconcile::substitute
