#include <cstdio>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/builtins.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {
namespace {

// The operands as one text: a single string as it is, else as print joins them; nil is "<no
// value>".
std::string joined(const Call& call) {
  if (call.size() == 1 && call[0].is_string()) return std::string(call.text(0));
  std::vector<GoValue> printable(call.arguments.begin(), call.arguments.end());
  for (GoValue& value : printable) {
    if (value.is_nil()) value = GoValue::string("<no value>");
  }
  return print(printable);
}

void append_js_rune(std::string& out, std::string_view rest, Rune rune) {
  if (is_print(rune.value)) {
    // The bytes as they stand: an invalid one stays invalid only if U+FFFD were not printable.
    out += rest.substr(0, rune.bytes);
    return;
  }
  char code[16];
  std::snprintf(code, sizeof code, "\\u%04X", static_cast<unsigned>(rune.value));
  out += code;
}

void append_js_ascii(std::string& out, char c) {
  switch (c) {
    case '\\':
      out += "\\\\";
      return;
    case '\'':
      out += "\\'";
      return;
    case '"':
      out += "\\\"";
      return;
    case '<':
      out += "\\u003C";
      return;
    case '>':
      out += "\\u003E";
      return;
    case '&':
      out += "\\u0026";
      return;
    case '=':
      out += "\\u003D";
      return;
    default:
      break;
  }
  if (c >= ' ') {
    out += c;
    return;
  }
  char code[16];
  std::snprintf(code, sizeof code, "\\u00%02X", static_cast<unsigned>(c));
  out += code;
}

}  // namespace

GoValue builtin_html(Call& call) {
  const std::string text = joined(call);
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\0':
        out += "\xEF\xBF\xBD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return call.heap().string(out);
}

GoValue builtin_js(Call& call) {
  const std::string text = joined(call);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    const Rune rune = decode_rune(rest);
    if (rune.value < 0x80) {
      append_js_ascii(out, rest[0]);
    } else {
      append_js_rune(out, rest, rune);
    }
    i += rune.bytes;
  }
  return call.heap().string(out);
}

GoValue builtin_urlquery(Call& call) {
  const std::string text = joined(call);
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 0xFU];
    }
  }
  return call.heap().string(out);
}

}  // namespace reconcile::gotemplate
