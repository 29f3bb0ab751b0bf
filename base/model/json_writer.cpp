#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/model/byte_search.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

// The first place at or behind `from` of a byte that is written otherwise, or that is not ASCII.
std::size_t find_unplain(std::string_view text, std::size_t from, bool escape_html) {
  return escape_html ? find_json_mark<'<', '>', '&'>(text, from) : find_json_mark<>(text, from);
}

void append_escape(unsigned char byte, std::string& out) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex_digits[byte >> 4U];
      out += hex_digits[byte & 15U];
  }
}

// Appends the character at the start of `text`, which is not ASCII; answers its size.
std::size_t append_wide(std::string_view text, std::string& out) {
  const Rune rune = decode_rune(text);
  if (rune.invalid()) {
    out += "\\ufffd";
  } else if (rune.value == 0x2028 || rune.value == 0x2029) {
    out += rune.value == 0x2028 ? "\\u2028" : "\\u2029";
  } else {
    out.append(text.substr(0, rune.size));
  }
  return rune.size;
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonFormat& format) : out_(out), format_(format) {}

  void write(Value value) {
    if (format_.source_numbers && value.is_number() && !value.source().empty()) {
      out_ += value.source();
      return;
    }
    switch (value.kind()) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += value.node()->boolean ? "true" : "false";
        return;
      case Kind::integer:
        write_integer(value);
        return;
      case Kind::floating:
        write_json_number(value.node()->floating, out_);
        return;
      case Kind::string:
        write_json_string(value.text(), out_, format_.escape_html);
        return;
      case Kind::list:
        write_list(value);
        return;
      case Kind::map:
        write_map(value);
        return;
    }
  }

 private:
  void write_integer(Value value) {
    char buffer[24];
    const auto end = value.is_unsigned()
                         ? std::to_chars(buffer, buffer + 24, value.node()->unsigned_integer).ptr
                         : std::to_chars(buffer, buffer + 24, value.node()->integer).ptr;
    out_.append(buffer, end);
  }

  void write_list(Value list) {
    if (list.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    ++level_;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ',';
      new_line();
      write(list.at(i));
    }
    --level_;
    new_line();
    out_ += ']';
  }

  void write_map(Value map) {
    if (map.empty()) {
      out_ += "{}";
      return;
    }
    out_ += '{';
    ++level_;
    if (format_.sorted_keys && !is_sorted(map)) {
      write_sorted(map);
    } else {
      for (std::size_t i = 0; i < map.size(); ++i) write_entry(map, i, i == 0);
    }
    --level_;
    new_line();
    out_ += '}';
  }

  static bool is_sorted(Value map) {
    for (std::size_t i = 1; i < map.size(); ++i) {
      if (map.key_at(i) < map.key_at(i - 1)) return false;
    }
    return true;
  }

  void write_sorted(Value map) {
    std::vector<std::uint32_t> order(map.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
      return map.key_at(left) < map.key_at(right);
    });
    for (std::size_t i = 0; i < order.size(); ++i) write_entry(map, order[i], i == 0);
  }

  void write_entry(Value map, std::size_t index, bool first) {
    if (!first) out_ += ',';
    new_line();
    write_json_string(map.key_at(index), out_, format_.escape_html);
    out_ += format_.indent > 0 ? ": " : ":";
    write(map.value_at(index));
  }

  void new_line() {
    if (format_.indent == 0) return;
    out_ += '\n';
    out_.append(level_ * format_.indent, ' ');
  }

  std::string& out_;
  const JsonFormat& format_;
  std::size_t level_ = 0;
};

}  // namespace

void write_json_string(std::string_view text, std::string& out, bool escape_html) {
  constexpr std::size_t short_bytes = 62;
  std::size_t mark = find_unplain(text, 0, escape_html);
  if (mark == text.size() && mark <= short_bytes) {
    // Most are keys and names: one step instead of three.
    std::array<char, short_bytes + 2> quoted;
    quoted[0] = '"';
    text.copy(quoted.data() + 1, mark);
    quoted[mark + 1] = '"';
    out.append(quoted.data(), mark + 2);
    return;
  }
  out += '"';
  for (std::size_t from = 0;; mark = find_unplain(text, from, escape_html)) {
    out.append(text.substr(from, mark - from));
    if (mark == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[mark]);
    from = mark + 1;
    if (byte >= 0x80) {
      from = mark + append_wide(text.substr(mark), out);
    } else {
      append_escape(byte, out);
    }
  }
  out += '"';
}

void write_json_number(double value, std::string& out) {
  if (!std::isfinite(value)) {
    std::string text;
    append_go_float(value, text);
    throw Error(ErrorCode::invalid_input, "json: unsupported value: " + text);
  }
  append_json_float(value, out);
}

void write_json(Value value, std::string& out, const JsonFormat& format) {
  JsonWriter(out, format).write(value);
}

std::string write_json(Value value, const JsonFormat& format) {
  std::string out;
  write_json(value, out, format);
  return out;
}

}  // namespace reconcile::model
