#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/model/byte_search.hpp"
#include "base/model/map_builder.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

// A recursive-descent reader over one text; error texts as Go's encoding/json 1.26.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonLimits& limits, Arena& arena)
      : text_(text), limits_(limits), arena_(arena) {}

  Node read() {
    skip_space();
    const Node node = read_value("looking for beginning of value");
    skip_space();
    if (next_ < text_.size()) fail_character("after top-level value");
    return node;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    SourcePosition position{1, 1};
    for (const char c : text_.substr(0, std::min(next_, text_.size()))) {
      ++position.column;
      if (c == '\n') {
        ++position.line;
        position.column = 1;
      }
    }
    throw Error(ErrorCode::invalid_input, "json: line " + std::to_string(position.line) +
                                              " column " + std::to_string(position.column) + ": " +
                                              message);
  }

  [[noreturn]] void fail_character(const char* where) const {
    if (next_ >= text_.size()) fail("unexpected end of JSON input");
    fail("invalid character " + shown(text_[next_]) + " " + where);
  }

  // Inside of a token: at the end of the text Go lets a space follow.
  [[noreturn]] void fail_inside(const char* where) const {
    if (next_ >= text_.size()) fail(std::string("invalid character ' ' ") + where);
    fail_character(where);
  }

  // Go's quoteChar: a byte as the character of its number, in single quotes.
  static std::string shown(char c) {
    static constexpr std::string_view letters = "abtnvfr";  // from 7 on
    const auto byte = static_cast<unsigned char>(c);
    std::string text = "'";
    if (c == '\'' || c == '\\') {
      text.append("\\") += c;
    } else if (byte >= 7 && byte <= 13) {
      text.append("\\") += letters[byte - 7U];
    } else if (byte < 0x20 || (byte >= 0x7F && byte <= 0xA0) || byte == 0xAD) {
      constexpr std::string_view digits = "0123456789abcdef";
      text.append(byte < 0x80 ? "\\x" : "\\u00") += digits[byte >> 4U];
      text += digits[byte & 15U];
    } else {
      append_rune(byte, text);
    }
    return text + "'";
  }

  void skip_space() {
    while (next_ < text_.size()) {
      const char c = text_[next_];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
      ++next_;
    }
  }

  Node read_value(const char* where) {
    if (next_ >= text_.size()) fail_character(where);
    switch (text_[next_]) {
      case '{':
        return read_map();
      case '[':
        return read_list();
      case '"':
        return make_string_view(read_string());
      case 't':
        read_word("true");
        return make_boolean(true);
      case 'f':
        read_word("false");
        return make_boolean(false);
      case 'n':
        read_word("null");
        return make_null();
      default:
        return read_number(where);
    }
  }

  void read_word(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i, ++next_) {
      if (next_ < text_.size() && text_[next_] == word[i]) continue;
      const std::string where =
          "in literal " + std::string(word) + " (expecting '" + word[i] + "')";
      fail_inside(where.c_str());
    }
  }

  void enter() {
    ++next_;
    if (++depth_ > limits_.depth_max) {
      throw Error(
          ErrorCode::limit_exceeded,
          "json: nesting deeper than " + std::to_string(limits_.depth_max) + " levels was found");
    }
    skip_space();
  }

  Node read_list() {
    enter();
    const std::size_t mark = items_.size();
    if (next_ < text_.size() && text_[next_] == ']') {
      ++next_;
    } else {
      while (true) {
        const Node item = read_value("looking for beginning of value");
        items_.push_back(item);
        skip_space();
        if (next_ >= text_.size()) fail_character("");
        const char c = text_[next_];
        if (c != ',' && c != ']') fail_character("after array element");
        ++next_;
        if (c == ']') break;
        skip_space();
      }
    }
    --depth_;
    const Node list = make_list(arena_, items_.data() + mark, items_.size() - mark);
    items_.resize(mark);
    return list;
  }

  Node read_map() {
    enter();
    const std::size_t mark = entries_.begin_map();
    if (next_ < text_.size() && text_[next_] == '}') {
      ++next_;
    } else {
      while (read_entry(mark)) skip_space();
    }
    --depth_;
    return entries_.end_map(arena_, mark);
  }

  // Reads one entry and the comma or brace after it; false after the brace.
  bool read_entry(std::size_t mark) {
    if (next_ >= text_.size() || text_[next_] != '"') {
      fail_character("looking for beginning of object key string");
    }
    const std::string_view key = read_string();
    skip_space();
    if (next_ >= text_.size() || text_[next_] != ':') fail_character("after object key");
    ++next_;
    skip_space();
    const Node value = read_value("looking for beginning of value");
    entries_.set(mark, key, 0, value);
    skip_space();
    if (next_ >= text_.size()) fail_character("");
    const char c = text_[next_];
    if (c != ',' && c != '}') fail_character("after object key:value pair");
    ++next_;
    return c == ',';
  }

  // The text of the string at the quote; a view of the source where nothing is escaped.
  std::string_view read_string() {
    const std::size_t from = ++next_;
    bool copied = false;
    while ((next_ = find_json_mark<>(text_, next_)) < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[next_]);
      if (c == '"') {
        const std::string_view raw = text_.substr(from, next_ - from);
        ++next_;
        return copied ? decode_string(raw) : raw;
      }
      if (c < 0x20) fail_character("in string literal");
      if (c == '\\') {
        copied = true;
        check_escape();
        ++next_;
      } else {
        const Rune rune = decode_rune(text_.substr(next_));
        if (rune.invalid()) copied = true;
        next_ += rune.size;
      }
    }
    fail("unexpected end of JSON input");
  }

  void check_escape() {
    ++next_;
    if (next_ >= text_.size()) fail_inside("in string escape code");
    if (std::strchr("\"\\/bfnrt", text_[next_]) != nullptr && text_[next_] != 0) return;
    if (text_[next_] != 'u') fail_character("in string escape code");
    for (int i = 0; i < 4; ++i) {
      ++next_;
      if (next_ >= text_.size() || hex_value(text_[next_]) < 0) {
        fail_inside("in \\u hexadecimal character escape");
      }
    }
  }

  static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  static std::uint32_t unit_at(std::string_view raw, std::size_t at) {
    std::uint32_t unit = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      unit = unit * 16 + static_cast<std::uint32_t>(hex_value(raw[i]));
    }
    return unit;
  }

  std::string_view decode_string(std::string_view raw) {
    scratch_.clear();
    for (std::size_t i = 0; i < raw.size();) {
      const std::size_t mark = find_json_mark<>(raw, i);
      scratch_.append(raw.substr(i, mark - i));
      i = mark;
      if (i == raw.size()) break;
      if (raw[i] == '\\') {
        i = decode_escape(raw, i + 1);
        continue;
      }
      const Rune rune = decode_rune(raw.substr(i));
      append_rune(rune.value, scratch_);
      i += rune.size;
    }
    return arena_.copy(scratch_);
  }

  // Decodes the escape whose letter is at `i`; answers the position after it.
  std::size_t decode_escape(std::string_view raw, std::size_t i) {
    static constexpr std::string_view letters = "bfnrt";
    static constexpr std::string_view meanings = "\b\f\n\r\t";
    if (raw[i] != 'u') {
      const std::size_t letter = letters.find(raw[i]);
      scratch_ += letter == std::string_view::npos ? raw[i] : meanings[letter];
      return i + 1;
    }
    std::uint32_t rune = unit_at(raw, i + 1);
    i += 5;
    if (rune >= 0xD800 && rune <= 0xDFFF) {
      // A pair gives one character; half a pair is replaced.
      const bool pair = rune < 0xDC00 && raw.substr(i, 2) == "\\u";
      const std::uint32_t low = pair ? unit_at(raw, i + 2) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        rune = 0x10000 + ((rune - 0xD800) << 10U) + (low - 0xDC00);
        i += 6;
      } else {
        rune = 0xFFFD;
      }
    }
    append_rune(rune, scratch_);
    return i;
  }

  void read_digits(const char* where) {
    if (next_ >= text_.size() || !is_digit(text_[next_])) fail_inside(where);
    while (next_ < text_.size() && is_digit(text_[next_])) ++next_;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  Node read_number(const char* where) {
    const std::size_t from = next_;
    const char first = text_[next_];
    if (first == '-') {
      ++next_;
      where = "in numeric literal";
    }
    bool whole = true;
    if (next_ < text_.size() && text_[next_] == '0') {
      ++next_;
    } else {
      read_digits(where);
    }
    if (next_ < text_.size() && text_[next_] == '.') {
      ++next_;
      whole = false;
      read_digits("after decimal point in numeric literal");
    }
    if (next_ < text_.size() && (text_[next_] | 0x20) == 'e') {
      ++next_;
      whole = false;
      if (next_ < text_.size() && (text_[next_] == '+' || text_[next_] == '-')) ++next_;
      read_digits("in exponent of numeric literal");
    }
    return number_node(text_.substr(from, next_ - from), whole);
  }

  Node number_node(std::string_view source, bool whole) {
    Node node;
    const char* const end = source.data() + source.size();
    node.kind = Kind::integer;
    // "-0" is a float in Go: as an integer it would lose its sign.
    if (whole && source != "-0") {
      if (std::from_chars(source.data(), end, node.integer).ec == std::errc()) {
        return with_source(node, source);
      }
      if (std::from_chars(source.data(), end, node.unsigned_integer).ec == std::errc() &&
          source[0] != '-') {
        node.is_unsigned = true;
        return with_source(node, source);
      }
    }
    node.kind = Kind::floating;
    node.floating = std::strtod(std::string(source).c_str(), nullptr);
    if (node.floating > 1.7976931348623157e308 || node.floating < -1.7976931348623157e308) {
      fail("cannot unmarshal number " + std::string(source) + " into Go value of type float64");
    }
    return with_source(node, source);
  }

  static Node with_source(Node node, std::string_view source) {
    node.source = source.data();
    node.source_size = static_cast<std::uint32_t>(source.size());
    return node;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  Arena& arena_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::string scratch_;
  std::vector<Node> items_;
  MapBuilder entries_;
};

}  // namespace

Document parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "json: text of " + std::to_string(text.size()) +
                                               " bytes was found, expected at most " +
                                               std::to_string(limits.bytes_max));
  }
  auto arena = std::make_shared<Arena>();
  // Strings without escapes and the sources of numbers point into this copy.
  const std::string_view kept = arena->copy(text);
  Node* const root = arena->new_node();
  *root = JsonReader(kept, limits, *arena).read();
  return {std::move(arena), Value(root)};
}

}  // namespace reconcile::model
