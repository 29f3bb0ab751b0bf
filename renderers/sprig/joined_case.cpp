// xstrings 1.5.0 splits a text into words by letter class and joins them again. What it does with
// digits is peculiar (`http2xx` → `http_2xx`, `Bld4Floor` → `bld4_floor`), so the walk follows its
// rules one by one. Tests: test/renderers/sprig/text_test.cpp.
#include <cstdint>
#include <utility>

#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/rune_class.hpp"
#include "renderers/sprig/text_case.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::append_rune;
using gotemplate::decode_rune;
using gotemplate::Rune;
using gotemplate::rune_error;

enum class WordKind : std::uint8_t { invalid, number, upper, alphabet, connector, punct, other };

struct Word {
  WordKind kind = WordKind::invalid;
  std::string_view text;
};

bool is_connector(std::uint32_t rune) {
  return rune == '-' || rune == '_' || is_space(rune);
}

/// A letter of a script that has words; common CJK letters are none.
bool is_alphabet(std::uint32_t rune) {
  if (!gotemplate::is_letter(rune)) return false;
  return !(rune >= 0x4E00 && rune <= 0x9FCC) && !(rune >= 0x3400 && rune <= 0x4D85) &&
         !(rune >= 0x20000 && rune <= 0x2B81D);
}

class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  Word next() {
    if (rest_.empty()) return {};
    const std::string_view start = rest_;
    const Rune first = next_valid(rune_error);
    if (first.value == rune_error) {
      rest_.remove_prefix(first.bytes);
      return {WordKind::invalid, start.substr(0, first.bytes)};
    }
    rest_.remove_prefix(first.bytes);
    const WordKind kind = read_rest(first.value, start);
    return {kind, start.substr(0, start.size() - rest_.size())};
  }

 private:
  /// The next rune that is well formed, with the bytes skipped before it; `previous` at the end.
  [[nodiscard]] Rune next_valid(std::uint32_t previous) const {
    std::string_view text = rest_;
    std::size_t bytes = 0;
    while (!text.empty()) {
      const Rune rune = decode_rune(text);
      bytes += rune.bytes;
      if (rune.value != rune_error) return {rune.value, bytes};
      text.remove_prefix(rune.bytes);
    }
    return {previous, bytes};
  }

  template <class Predicate>
  std::uint32_t take_while(std::uint32_t previous, Predicate predicate) {
    while (!rest_.empty()) {
      const Rune rune = next_valid(previous);
      previous = rune.value;
      if (!predicate(rune.value)) break;
      last_bytes_ = rune.bytes;
      rest_.remove_prefix(rune.bytes);
    }
    return previous;
  }

  static bool is_lower_letter(std::uint32_t rune) { return is_alphabet(rune) && !is_upper(rune); }

  WordKind read_rest(std::uint32_t first, std::string_view start) {
    if (is_connector(first)) return take_while(first, is_connector), WordKind::connector;
    if (is_punctuation(first)) return take_while(first, is_punctuation), WordKind::punct;
    if (is_upper(first)) return read_upper(first, start), WordKind::upper;
    if (is_alphabet(first)) return take_while(first, is_lower_letter), WordKind::alphabet;
    if (is_number(first)) return take_while(first, is_number), WordKind::number;
    take_while(first, [](std::uint32_t rune) {
      return !is_connector(rune) && !is_alphabet(rune) && !is_number(rune) && !is_punctuation(rune);
    });
    return WordKind::other;
  }

  /// "HTTPStatus" is "HTTP" and "Status": the last upper case letter goes to the next word.
  void read_upper(std::uint32_t first, std::string_view start) {
    if (rest_.empty()) return;
    const Rune second = next_valid(first);
    if (is_upper(second.value)) {
      last_bytes_ = second.bytes;
      rest_.remove_prefix(second.bytes);
      const std::uint32_t stopped = take_while(second.value, is_upper);
      if (!rest_.empty() && is_alphabet(stopped)) {
        rest_ = start.substr(start.size() - rest_.size() - last_bytes_);
      }
    } else if (is_alphabet(second.value)) {
      rest_.remove_prefix(second.bytes);
      take_while(second.value, is_lower_letter);
    }
  }

  std::string_view rest_;
  std::size_t last_bytes_ = 0;
};

class CaseJoiner {
 public:
  CaseJoiner(std::string_view text, char connector) : reader_(text), connector_(connector) {}

  std::string run() {
    word_ = reader_.next();
    while (!reader_.at_end()) {
      if (word_.kind != WordKind::connector) append(word_);
      const Word last = word_;
      word_ = reader_.next();
      after(last);
    }
    append(word_);
    return std::move(out_);
  }

 private:
  void after(const Word& last) {
    switch (last.kind) {
      case WordKind::number:
        take_letters_and_numbers();
        if (word_.kind != WordKind::invalid) separate();
        return;
      case WordKind::connector:
        append(last);
        return;
      case WordKind::punct:
        return;
      default:
        after_letters();
    }
  }

  void after_letters() {
    if (word_.kind != WordKind::number) {
      separate();
      return;
    }
    if (reader_.at_end()) return;
    const Word number = word_;
    word_ = reader_.next();
    if (word_.kind != WordKind::alphabet) {
      append(number);
      separate();
      return;
    }
    out_ += connector_;
    append(number);
    take_letters_and_numbers();
    if (word_.kind != WordKind::invalid) separate();
  }

  void take_letters_and_numbers() {
    while (word_.kind == WordKind::alphabet || word_.kind == WordKind::number) {
      append(word_);
      word_ = reader_.next();
    }
  }

  void separate() {
    if (word_.kind != WordKind::connector && word_.kind != WordKind::punct) out_ += connector_;
  }

  void append(const Word& word) {
    if (word.kind != WordKind::upper && word.kind != WordKind::connector) {
      out_ += word.text;
      return;
    }
    std::string_view text = word.text;
    while (!text.empty()) {
      const Rune rune = decode_rune(text);
      text.remove_prefix(rune.bytes);
      if (is_connector(rune.value)) {
        out_ += connector_;
      } else {
        append_rune(out_, is_upper(rune.value) ? to_lower(rune.value) : rune.value);
      }
    }
  }

  WordReader reader_;
  char connector_;
  Word word_;
  std::string out_;
};

}  // namespace

std::string joined_case(std::string_view text, char connector) {
  return CaseJoiner(text, connector).run();
}

std::string pascal_case(std::string_view text) {
  std::string out;
  bool first_upper = false;
  Rune current{0, 0};
  while (!text.empty()) {
    current = decode_rune(text);
    text.remove_prefix(current.bytes);
    if (!is_connector(current.value)) {
      first_upper = is_upper(current.value);
      current.value = to_upper(current.value);
      break;
    }
    append_rune(out, current.value);
  }
  if (text.empty()) {
    // As xstrings does: a text of connectors alone ends with its last connector twice.
    if (current.bytes != 0) append_rune(out, current.value);
    return out;
  }
  while (!text.empty()) {
    const std::uint32_t previous = current.value;
    current = decode_rune(text);
    text.remove_prefix(current.bytes);
    if (is_connector(current.value) && is_connector(previous)) {
      append_rune(out, previous);
    } else if (is_connector(previous)) {
      first_upper = is_upper(current.value);
      current.value = to_upper(current.value);
    } else {
      if (first_upper) {
        if (is_upper(current.value)) {
          current.value = to_lower(current.value);
        } else {
          first_upper = false;
        }
      }
      append_rune(out, previous);
    }
  }
  append_rune(out, current.value);
  return out;
}

}  // namespace reconcile::sprig
