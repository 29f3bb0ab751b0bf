#include <algorithm>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/rune_class.hpp"
#include "renderers/sprig/tables.hpp"
#include "renderers/sprig/text_layout.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::decode_rune;
using gotemplate::FunctionError;
using gotemplate::GoValue;
using gotemplate::Rune;

GoValue hello(Call&) {
  return GoValue::string("Hello!");
}
GoValue trim(Call& call) {
  return GoValue::string(trim_space(call.text(0)));
}

bool contains_rune(std::string_view set, std::uint32_t rune) {
  while (!set.empty()) {
    const Rune member = decode_rune(set);
    if (member.value == rune) return true;
    set.remove_prefix(member.bytes);
  }
  return false;
}

/// trimAll(cutset, text): strings.Trim by runes.
GoValue trim_all(Call& call) {
  const std::string_view set = call.text(0);
  std::string_view text = call.text(1);
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    if (!contains_rune(set, rune.value)) break;
    text.remove_prefix(rune.bytes);
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text.substr(i));
    i += rune.bytes;
    if (!contains_rune(set, rune.value)) end = i;
  }
  return GoValue::string(text.substr(0, end));
}

GoValue trim_suffix(Call& call) {
  std::string_view text = call.text(1);
  if (text.ends_with(call.text(0))) text.remove_suffix(call.text(0).size());
  return GoValue::string(text);
}

GoValue trim_prefix(Call& call) {
  std::string_view text = call.text(1);
  if (text.starts_with(call.text(0))) text.remove_prefix(call.text(0).size());
  return GoValue::string(text);
}

GoValue contains(Call& call) {
  return GoValue::boolean(call.text(1).find(call.text(0)) != std::string_view::npos);
}
GoValue has_prefix(Call& call) {
  return GoValue::boolean(call.text(1).starts_with(call.text(0)));
}
GoValue has_suffix(Call& call) {
  return GoValue::boolean(call.text(1).ends_with(call.text(0)));
}

GoValue truncate(Call& call) {
  const std::int64_t count = call.integer(0);
  const std::string_view text = call.text(1);
  const auto size = static_cast<std::int64_t>(text.size());
  if (count < 0 && size + count > 0) {
    return GoValue::string(text.substr(static_cast<std::size_t>(size + count)));
  }
  if (count >= 0 && size > count) {
    return GoValue::string(text.substr(0, static_cast<std::size_t>(count)));
  }
  return GoValue::string(text);
}

[[noreturn]] void fail_bounds(const std::string& bounds) {
  throw FunctionError("runtime error: slice bounds out of range [" + bounds);
}

GoValue substring(Call& call) {
  const std::int64_t start = call.integer(0);
  const std::int64_t end = call.integer(1);
  const std::string_view text = call.text(2);
  const auto size = static_cast<std::int64_t>(text.size());
  const auto slice = [&](std::int64_t from, std::int64_t to) {
    return GoValue::string(
        text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  };
  if (start < 0) {
    if (end < 0) fail_bounds(":" + std::to_string(end) + "]");
    if (end > size) {
      fail_bounds(":" + std::to_string(end) + "] with length " + std::to_string(size));
    }
    return slice(0, end);
  }
  const std::int64_t stop = end < 0 || end > size ? size : end;
  if (start > stop) fail_bounds(std::to_string(start) + ":" + std::to_string(stop) + "]");
  return slice(start, stop);
}

void append_repeated(std::string& out, std::string_view text, std::int64_t count) {
  out.reserve(out.size() + text.size() * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) out += text;
}

void check_repeat(std::string_view function, std::int64_t count, std::size_t size) {
  if (count < 0) throw FunctionError("strings: negative Repeat count");
  check_result_bytes(function, static_cast<std::uint64_t>(count), size);
}

GoValue repeat(Call& call) {
  const std::string_view text = call.text(1);
  check_repeat("repeat", call.integer(0), text.size());
  std::string out;
  if (!text.empty()) append_repeated(out, text, call.integer(0));
  return call.heap().string(out);
}

std::string indented(std::string_view function, std::int64_t spaces, std::string_view text) {
  check_repeat(function, spaces, 1);
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  check_result_bytes(function, lines, static_cast<std::uint64_t>(spaces));
  const std::string pad(static_cast<std::size_t>(spaces), ' ');
  std::string out;
  out.reserve(text.size() + lines * pad.size() + 1);
  if (function == "nindent") out += '\n';
  out += pad;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += pad;
  }
  return out;
}

GoValue indent(Call& call) {
  return call.heap().string(indented("indent", call.integer(0), call.text(1)));
}
GoValue nindent(Call& call) {
  return call.heap().string(indented("nindent", call.integer(0), call.text(1)));
}

/// replace(old, new, text): an empty `old` stands before every rune and at the end.
GoValue replace(Call& call) {
  const std::string_view old = call.text(0);
  const std::string_view replacement = call.text(1);
  std::string_view text = call.text(2);
  std::string out;
  if (old.empty()) {
    check_result_bytes("replace", text.size() + 1, replacement.size() + 1);
    while (!text.empty()) {
      const Rune rune = decode_rune(text);
      out += replacement;
      out += text.substr(0, rune.bytes);
      text.remove_prefix(rune.bytes);
    }
    out += replacement;
    return call.heap().string(out);
  }
  std::size_t found = text.find(old);
  if (found == std::string_view::npos) return GoValue::string(text);
  while (found != std::string_view::npos) {
    out += text.substr(0, found);
    out += replacement;
    check_result_bytes("replace", out.size());
    text.remove_prefix(found + old.size());
    found = text.find(old);
  }
  out += text;
  return call.heap().string(out);
}

GoValue plural(Call& call) {
  return call.integer(2) == 1 ? call[0] : call[1];
}

GoValue quote(Call& call) {
  std::string out;
  for (const GoValue& value : call.arguments) {
    if (value.is_nil()) continue;
    if (!out.empty()) out += ' ';
    gotemplate::append_quoted(out, to_text(value));
  }
  return call.heap().string(out);
}

GoValue single_quote(Call& call) {
  std::string out;
  for (const GoValue& value : call.arguments) {
    if (value.is_nil()) continue;
    if (!out.empty()) out += ' ';
    out += '\'';
    gotemplate::append_printed(out, value);
    out += '\'';
  }
  return call.heap().string(out);
}

GoValue cat(Call& call) {
  std::string out;
  bool first = true;
  for (const GoValue& value : call.arguments) {
    if (value.is_nil()) continue;
    if (!first) out += ' ';
    first = false;
    gotemplate::append_printed(out, value);
  }
  return call.heap().string(out);
}

GoValue to_string(Call& call) {
  return call.heap().string(to_text(call[0]));
}

GoValue abbreviate_end(Call& call) {
  if (call.integer(0) < 4) return call[1];
  return call.heap().string(abbreviated(call.text(1), 0, call.integer(0)));
}

GoValue abbreviate_both(Call& call) {
  const std::int64_t left = call.integer(0);
  const std::int64_t right = call.integer(1);
  if (right < 4 || (left > 0 && right < 7)) return call[2];
  return call.heap().string(abbreviated(call.text(2), left, right));
}

GoValue wrap(Call& call) {
  return call.heap().string(wrapped(call.text(1), call.integer(0), "", LongWords::kept));
}
GoValue wrap_with(Call& call) {
  return call.heap().string(
      wrapped(call.text(2), call.integer(0), call.text(1), LongWords::broken));
}

constexpr Function functions[] = {
    {"hello", "", hello},
    {"trim", "s", trim},
    {"trimall", "ss", trim_all},
    {"trimAll", "ss", trim_all},
    {"trimSuffix", "ss", trim_suffix},
    {"trimPrefix", "ss", trim_prefix},
    {"contains", "ss", contains},
    {"hasPrefix", "ss", has_prefix},
    {"hasSuffix", "ss", has_suffix},
    {"trunc", "is", truncate},
    {"substr", "iis", substring},
    {"repeat", "is", repeat},
    {"indent", "is", indent},
    {"nindent", "is", nindent},
    {"replace", "sss", replace},
    {"plural", "ssi", plural},
    {"quote", "a*", quote},
    {"squote", "a*", single_quote},
    {"cat", "a*", cat},
    {"toString", "a", to_string},
    {"abbrev", "is", abbreviate_end},
    {"abbrevboth", "iis", abbreviate_both},
    {"wrap", "is", wrap},
    {"wrapWith", "iss", wrap_with},
};

}  // namespace

std::span<const Function> string_functions() {
  return functions;
}

}  // namespace reconcile::sprig
