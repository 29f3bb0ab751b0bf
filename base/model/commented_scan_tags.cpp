#include "base/model/commented_scanner.hpp"

namespace reconcile::model {

CommentedToken CommentedScanner::scan_directive() {
  const TextMark start = cursor_.mark();
  CommentedToken token;
  token.start = start;
  cursor_.skip();
  std::string name;
  cursor_.ensure(1);
  while (cursor_.is_word()) {
    cursor_.read(name);
    cursor_.ensure(1);
  }
  if (name.empty()) fail(start, "could not find expected directive name");
  if (!cursor_.is_space_or_end()) fail(start, "found unexpected non-alphabetical character");
  if (name == "YAML") {
    scan_version(start, token);
  } else if (name == "TAG") {
    scan_tag_directive(start, token);
  } else {
    fail(start, "found unknown directive name");
  }
  cursor_.skip_blanks();
  if (cursor_.at() == '#') {
    while (!cursor_.is_break_or_end()) {
      cursor_.skip();
      cursor_.ensure(1);
    }
  }
  if (!cursor_.is_break_or_end()) fail(start, "did not find expected comment or line break");
  cursor_.ensure(2);
  cursor_.skip_line();
  return token;
}

void CommentedScanner::scan_version(const TextMark& start, CommentedToken& token) {
  cursor_.skip_blanks();
  const int major = scan_version_number(start);
  if (cursor_.at() != '.') fail(start, "did not find expected digit or '.' character");
  cursor_.skip();
  const int minor = scan_version_number(start);
  token.kind = TokenKind::version_directive;
  token.is_yaml_1_1 = major == 1 && minor == 1;
}

int CommentedScanner::scan_version_number(const TextMark& start) {
  int value = 0;
  int length = 0;
  cursor_.ensure(1);
  while (cursor_.is_digit()) {
    if (++length > 2) fail(start, "found extremely long version number");
    value = value * 10 + (cursor_.at() - '0');
    cursor_.skip();
    cursor_.ensure(1);
  }
  if (length == 0) fail(start, "did not find expected version number");
  return value;
}

void CommentedScanner::scan_tag_directive(const TextMark& start, CommentedToken& token) {
  token.kind = TokenKind::tag_directive;
  cursor_.skip_blanks();
  token.value = scan_tag_handle(true, start);
  cursor_.ensure(1);
  if (!cursor_.is_blank()) fail(start, "did not find expected whitespace");
  cursor_.skip_blanks();
  token.suffix = scan_tag_uri("", start);
  cursor_.ensure(1);
  if (!cursor_.is_space_or_end()) fail(start, "did not find expected whitespace or line break");
}

CommentedToken CommentedScanner::scan_anchor(TokenKind kind) {
  CommentedToken token;
  token.kind = kind;
  token.start = cursor_.mark();
  cursor_.skip();
  cursor_.ensure(1);
  while (cursor_.is_word()) {
    cursor_.read(token.value);
    cursor_.ensure(1);
  }
  const bool is_ended = cursor_.is_space_or_end() ||
                        std::string_view("?:,]}%@`").find(cursor_.at()) != std::string_view::npos;
  if (token.value.empty() || !is_ended) {
    fail(token.start, "did not find expected alphabetic or numeric character");
  }
  return token;
}

CommentedToken CommentedScanner::scan_tag() {
  CommentedToken token;
  token.kind = TokenKind::tag;
  token.start = cursor_.mark();
  cursor_.ensure(2);
  if (cursor_.at(1) == '<') {
    cursor_.skip();
    cursor_.skip();
    token.suffix = scan_tag_uri("", token.start);
    if (cursor_.at() != '>') fail(token.start, "did not find the expected '>'");
    cursor_.skip();
  } else {
    const std::string handle = scan_tag_handle(false, token.start);
    if (handle.size() > 1 && handle.ends_with('!')) {
      token.value = handle;
      token.suffix = scan_tag_uri("", token.start);
    } else {
      token.suffix = scan_tag_uri(handle, token.start);
      token.value.assign(1, '!');
      if (token.suffix.empty()) token.value.swap(token.suffix);
    }
  }
  cursor_.ensure(1);
  if (!cursor_.is_space_or_end()) {
    fail(token.start, "did not find expected whitespace or line break");
  }
  return token;
}

std::string CommentedScanner::scan_tag_handle(bool is_directive, const TextMark& start) {
  cursor_.ensure(1);
  if (cursor_.at() != '!') fail(start, "did not find expected '!'");
  std::string handle;
  cursor_.read(handle);
  cursor_.ensure(1);
  while (cursor_.is_word()) {
    cursor_.read(handle);
    cursor_.ensure(1);
  }
  if (cursor_.at() == '!') {
    cursor_.read(handle);
  } else if (is_directive && handle != "!") {
    fail(start, "did not find expected '!'");
  }
  return handle;
}

std::string CommentedScanner::scan_tag_uri(std::string_view head, const TextMark& start) {
  std::string uri(head.size() > 1 ? head.substr(1) : std::string_view{});
  bool is_found = !head.empty();
  cursor_.ensure(1);
  while (cursor_.is_word() ||
         (!cursor_.is_end() &&
          std::string_view(";/?:@&=+$,.!~*'()[]%").find(cursor_.at()) != std::string_view::npos)) {
    if (cursor_.at() == '%') {
      scan_uri_escape(start, uri);
    } else {
      cursor_.read(uri);
    }
    cursor_.ensure(1);
    is_found = true;
  }
  if (!is_found) fail(start, "did not find expected tag URI");
  return uri;
}

void CommentedScanner::scan_uri_escape(const TextMark& start, std::string& out) {
  std::size_t left = 0;
  for (bool is_first = true; is_first || left > 0; is_first = false) {
    cursor_.ensure(3);
    const int high = cursor_.hex(1);
    const int low = high < 0 ? -1 : cursor_.hex(2);
    if (cursor_.at() != '%' || low < 0) fail(start, "did not find URI escaped octet");
    const auto octet = static_cast<unsigned char>(high * 16 + low);
    if (is_first) {
      left = octet < 0x80               ? 1
             : (octet & 0xE0U) == 0xC0U ? 2
             : (octet & 0xF0U) == 0xE0U ? 3
             : (octet & 0xF8U) == 0xF0U ? 4
                                        : 0;
      if (left == 0) fail(start, "found an incorrect leading UTF-8 octet");
    } else if ((octet & 0xC0U) != 0x80U) {
      fail(start, "found an incorrect trailing UTF-8 octet");
    }
    out += static_cast<char>(octet);
    for (int i = 0; i < 3; ++i) cursor_.skip();
    --left;
  }
}

}  // namespace reconcile::model
