#include "base/model/yaml_go_text.hpp"

#include <algorithm>

#include "base/model/utf8.hpp"

namespace reconcile::model {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::uint32_t private_use_first = 0xE000;
constexpr std::uint32_t private_use_last = 0xF8FF;

void replace_all(std::string& text, std::size_t from, std::string_view old, std::string_view with) {
  while ((from = text.find(old, from)) != std::string::npos) {
    text.replace(from, old.size(), with);
    from += with.size();
  }
}

}  // namespace

YamlGoText::YamlGoText(std::string_view text)
    : prepared_(text), has_slashes_(text.find("\\/") != std::string_view::npos) {
  // go-yaml skips a mark at the very start only; libyaml at the start of any line.
  if (text.find(byte_order_mark, 1) == std::string_view::npos) return;
  if (!choose_placeholders()) return;
  own();
  replace_all(owned_, 1, byte_order_mark, mark_);
  prepared_ = owned_;
}

bool YamlGoText::choose_placeholders() {
  if (exchanged_) return true;
  std::string* const wanted[] = {&mark_, &quote_, &none_};
  std::size_t found = 0;
  for (std::uint32_t rune = private_use_first; rune <= private_use_last && found < 3; ++rune) {
    std::string character;
    append_rune(rune, character);
    if (prepared_.find(character) == std::string_view::npos) *wanted[found++] = character;
  }
  exchanged_ = found == 3;
  return exchanged_;
}

void YamlGoText::own() {
  if (prepared_.data() != owned_.data()) owned_ = std::string(prepared_);
}

bool YamlGoText::accept_escape(std::size_t index) {
  cursor_byte_ = cursor_character_ = 0;
  const std::size_t letter = byte_of(index);
  if (letter == 0 || letter >= prepared_.size() || prepared_[letter] != '\'') return false;
  if (prepared_[letter - 1] != '\\' || rounds_left_ == 0 || !choose_placeholders()) return false;
  --rounds_left_;
  own();
  // All of this scalar at once, up to its closing quote.
  std::string rest;
  std::size_t at = letter - 1;
  while (at < owned_.size() && owned_[at] != '"') {
    if (owned_[at] != '\\' || at + 1 >= owned_.size()) {
      rest += owned_[at++];
      continue;
    }
    rest += owned_[at + 1] == '\'' ? quote_ + none_ : owned_.substr(at, 2);
    at += 2;
  }
  owned_.replace(letter - 1, at - (letter - 1), rest);
  prepared_ = owned_;
  cursor_byte_ = cursor_character_ = 0;
  return true;
}

bool YamlGoText::accept_in_tag(std::size_t index) {
  if (rounds_left_ == 0) return false;
  --rounds_left_;
  cursor_byte_ = cursor_character_ = 0;
  const std::size_t at = byte_of(index);
  cursor_byte_ = cursor_character_ = 0;
  if (at >= prepared_.size()) return false;
  const char c = prepared_[at];
  const char* const escape = c == ',' ? "%2C" : c == '[' ? "%5B" : c == ']' ? "%5D" : nullptr;
  if (escape == nullptr) return false;
  own();
  owned_.replace(at, 1, escape);
  prepared_ = owned_;
  return true;
}

std::string_view YamlGoText::restored(std::string_view text, std::string& scratch) const {
  if (!exchanged_) return text;
  scratch = text;
  replace_all(scratch, 0, mark_, byte_order_mark);
  replace_all(scratch, 0, quote_, "'");
  replace_all(scratch, 0, none_, "");
  return scratch;
}

std::size_t YamlGoText::byte_of(std::size_t character) {
  const auto skips = [&] {
    return cursor_byte_ < prepared_.size() &&
           (static_cast<unsigned char>(prepared_[cursor_byte_]) & 0xC0U) == 0x80;
  };
  if (cursor_byte_ == 0 && prepared_.substr(0, 3) == byte_order_mark) cursor_byte_ = 3;
  while (cursor_character_ < character && cursor_byte_ < prepared_.size()) {
    ++cursor_byte_;
    while (skips()) ++cursor_byte_;
    ++cursor_character_;
  }
  return cursor_byte_;
}

std::size_t YamlGoText::breaks_before_question_mark(std::size_t from, std::size_t to) {
  const std::size_t first = byte_of(from);
  const std::string_view text = prepared_.substr(first, byte_of(to) - first);
  const std::string_view before = text.substr(0, text.find('?', 1));
  return static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::optional<std::size_t> YamlGoText::breaks_before_slash_escape(std::size_t from,
                                                                  std::size_t to) {
  if (!has_slashes_) return std::nullopt;
  const std::size_t first = byte_of(from);
  const std::size_t last = byte_of(to);
  std::size_t breaks = 0;
  for (std::size_t i = first; i + 1 < last; ++i) {
    if (prepared_[i] == '\n') ++breaks;
    if (prepared_[i] != '\\') continue;
    if (prepared_[i + 1] == '/') return breaks;
    if (prepared_[++i] == '\n') ++breaks;
  }
  return std::nullopt;
}

}  // namespace reconcile::model
