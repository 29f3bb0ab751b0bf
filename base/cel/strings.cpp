// Functions of strings: the standard ones and the extension library `strings` in its newest
// version, as in cel-go 0.27 (ext/strings.go). Places in strings count characters. Tests:
// test/cel/strings_test.cpp.
#include <algorithm>
#include <cstring>
#include <string>

#include "base/cel/functions.hpp"
#include "base/model/utf8.hpp"

namespace reconcile::cel {
namespace {

bool are_strings(Arguments arguments) {
  return arguments[0].is(ValueKind::string) && arguments[1].is(ValueKind::string);
}

void charge_texts(Heap& heap, Arguments arguments) {
  heap.charge(1 + (std::uint64_t{arguments[0].size} + arguments[1].size) / 16);
}

/// Where `part` first stands in `text` from byte `from` on; linear in the size of the texts.
std::size_t find(std::string_view text, std::string_view part, std::size_t from = 0) {
  if (from > text.size()) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t count_runes(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(model::decode_rune(text).size);
  return count;
}

/// The byte at which character `index` begins; `index` is at most the count of characters.
std::size_t byte_of(std::string_view text, std::size_t index) {
  std::size_t byte = 0;
  for (; index > 0 && byte < text.size(); --index) {
    byte += model::decode_rune(text.substr(byte)).size;
  }
  return byte;
}

Value out_of_range(Heap& heap, std::int64_t index) {
  return heap.error("index out of range: " + std::to_string(index));
}

bool inside(std::int64_t index, std::size_t limit) {
  return index >= 0 && static_cast<std::uint64_t>(index) <= limit;
}

Value slice(Heap& heap, std::string_view text, std::size_t begin, std::size_t end) {
  heap.charge(1 + text.size() / 16);
  const std::size_t first = byte_of(text, begin);
  const std::size_t last = first + byte_of(text.substr(first), end - begin);
  return make_text(ValueKind::string, text.substr(first, last - first));
}

Value search(Heap& heap, Arguments arguments, std::int64_t offset) {
  const std::string_view text = arguments[0].view();
  const std::string_view part = arguments[1].view();
  charge_texts(heap, arguments);
  if (part.empty()) return make_integer(offset);
  if (offset < 0) return out_of_range(heap, offset);
  if (!inside(offset, count_runes(text))) return make_integer(-1);
  const std::size_t found = find(text, part, byte_of(text, static_cast<std::size_t>(offset)));
  if (found == std::string_view::npos) return make_integer(-1);
  return make_integer(static_cast<std::int64_t>(count_runes(text.substr(0, found))));
}

Value search_backwards(Heap& heap, Arguments arguments, std::int64_t offset) {
  const std::string_view text = arguments[0].view();
  const std::string_view part = arguments[1].view();
  charge_texts(heap, arguments);
  if (part.empty()) return make_integer(offset);
  if (offset < 0) return out_of_range(heap, offset);
  if (!inside(offset, count_runes(text)) || part.size() > text.size()) return make_integer(-1);
  if (static_cast<std::size_t>(offset) == count_runes(text)) return make_integer(-1);
  heap.charge(std::uint64_t{text.size()} * part.size() / 256);
  const std::size_t found = text.rfind(part, byte_of(text, static_cast<std::size_t>(offset)));
  if (found == std::string_view::npos) return make_integer(-1);
  return make_integer(static_cast<std::int64_t>(count_runes(text.substr(0, found))));
}

Value change_ascii(Heap& heap, const Value& text, char first, char last, int change) {
  std::string changed(text.view());
  for (char& c : changed) {
    if (c >= first && c <= last) c = static_cast<char>(c + change);
  }
  return heap.string(changed);
}

/// Calls `take` with each piece between separators, at most `pieces_max`.
template <class Take>
void each_piece(std::string_view text, std::string_view separator, std::size_t pieces_max,
                Take take) {
  for (std::size_t count = 1; count < pieces_max; ++count) {
    std::size_t end = 0;
    if (separator.empty()) {
      if (text.empty()) break;
      end = model::decode_rune(text).size;
      if (end == text.size()) break;
    } else {
      end = find(text, separator);
    }
    if (end == std::string_view::npos) break;
    take(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  take(text);
}

Value split(Heap& heap, Arguments arguments, std::int64_t count_max) {
  charge_texts(heap, arguments);
  const Value list = heap.growing_list();
  list.list->growing = false;
  const std::string_view text = arguments[0].view();
  const std::string_view separator = arguments[1].view();
  if (count_max == 0 || (separator.empty() && text.empty())) return list;
  const std::size_t limit =
      count_max < 0 ? std::string_view::npos : static_cast<std::size_t>(count_max);
  each_piece(text, separator, limit, [&](std::string_view piece) {
    heap.append(*list.list, make_text(ValueKind::string, piece));
  });
  return list;
}

Value replace(Heap& heap, Arguments arguments, std::int64_t count_max) {
  charge_texts(heap, arguments);
  const std::string_view text = arguments[0].view();
  const std::string_view old = arguments[1].view();
  const std::string_view fresh = arguments[2].view();
  if (old == fresh || count_max == 0) return arguments[0];
  std::string out;
  std::uint64_t left = count_max < 0 ? UINT64_MAX : static_cast<std::uint64_t>(count_max);
  const auto put = [&](std::string_view piece) {
    heap.charge(1 + piece.size() / 16);
    out += piece;
  };
  std::size_t at = 0;
  if (old.empty()) {
    // An empty text stands before each character and at the end.
    for (; left > 0; --left) {
      put(fresh);
      if (at >= text.size()) return heap.string(out);
      const std::size_t size = model::decode_rune(text.substr(at)).size;
      put(text.substr(at, size));
      at += size;
    }
  }
  for (; left > 0 && !old.empty(); --left) {
    const std::size_t found = find(text, old, at);
    if (found == std::string_view::npos) break;
    put(text.substr(at, found - at));
    put(fresh);
    at = found + old.size();
  }
  put(text.substr(at));
  return heap.string(out);
}

bool is_space(std::uint32_t rune) {
  switch (rune) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return true;
    default:
      return rune >= 0x2000 && rune <= 0x200A;
  }
}

Value joined(Heap& heap, const Value& list, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < list_size(list); ++i) {
    const Value item = list_item(heap, list, i);
    if (!item.is(ValueKind::string)) {
      return heap.error("join: invalid input: " + go_text(heap, item));
    }
    heap.charge(1 + (item.size + separator.size()) / 16);
    if (i > 0) out += separator;
    out += item.view();
  }
  return heap.string(out);
}

}  // namespace

Value size(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  std::size_t count = 0;
  switch (value.kind) {
    case ValueKind::string:
      heap.charge(1 + value.size / 16);
      count = count_runes(value.view());
      break;
    case ValueKind::bytes:
      count = value.size;
      break;
    case ValueKind::list:
      count = list_size(value);
      break;
    case ValueKind::map:
      count = map_size(value);
      break;
    default:
      return no_such_overload();
  }
  return make_integer(static_cast<std::int64_t>(count));
}

Value string_contains(Heap& heap, Arguments arguments) {
  if (!are_strings(arguments)) return no_such_overload();
  charge_texts(heap, arguments);
  return make_boolean(find(arguments[0].view(), arguments[1].view()) != std::string_view::npos);
}

Value string_ends_with(Heap& heap, Arguments arguments) {
  if (!are_strings(arguments)) return no_such_overload();
  charge_texts(heap, arguments);
  return make_boolean(arguments[0].view().ends_with(arguments[1].view()));
}

Value string_starts_with(Heap& heap, Arguments arguments) {
  if (!are_strings(arguments)) return no_such_overload();
  charge_texts(heap, arguments);
  return make_boolean(arguments[0].view().starts_with(arguments[1].view()));
}

Value char_at(Heap& heap, Arguments arguments) {
  const std::size_t count = count_runes(arguments[0].view());
  const std::int64_t index = arguments[1].integer;
  if (!inside(index, count)) return out_of_range(heap, index);
  const auto begin = static_cast<std::size_t>(index);
  return slice(heap, arguments[0].view(), begin, std::min(begin + 1, count));
}

Value index_of(Heap& heap, Arguments arguments) {
  return search(heap, arguments, 0);
}

Value index_of_from(Heap& heap, Arguments arguments) {
  return search(heap, arguments, arguments[2].integer);
}

Value last_index_of(Heap& heap, Arguments arguments) {
  const auto count = static_cast<std::int64_t>(count_runes(arguments[0].view()));
  if (arguments[1].size == 0) return make_integer(count);
  if (arguments[0].size < arguments[1].size) return make_integer(-1);
  return search_backwards(heap, arguments, count - 1);
}

Value last_index_of_from(Heap& heap, Arguments arguments) {
  return search_backwards(heap, arguments, arguments[2].integer);
}

Value lower_ascii(Heap& heap, Arguments arguments) {
  return change_ascii(heap, arguments[0], 'A', 'Z', 'a' - 'A');
}

Value upper_ascii(Heap& heap, Arguments arguments) {
  return change_ascii(heap, arguments[0], 'a', 'z', 'A' - 'a');
}

Value replace_all(Heap& heap, Arguments arguments) {
  return replace(heap, arguments, -1);
}

Value replace_count(Heap& heap, Arguments arguments) {
  return replace(heap, arguments, arguments[3].integer);
}

Value split_all(Heap& heap, Arguments arguments) {
  return split(heap, arguments, -1);
}

Value split_count(Heap& heap, Arguments arguments) {
  return split(heap, arguments, arguments[2].integer);
}

Value substring_from(Heap& heap, Arguments arguments) {
  const std::size_t count = count_runes(arguments[0].view());
  const std::int64_t start = arguments[1].integer;
  if (!inside(start, count)) return out_of_range(heap, start);
  return slice(heap, arguments[0].view(), static_cast<std::size_t>(start), count);
}

Value substring_range(Heap& heap, Arguments arguments) {
  const std::size_t count = count_runes(arguments[0].view());
  const std::int64_t start = arguments[1].integer;
  const std::int64_t end = arguments[2].integer;
  if (start > end) {
    return heap.error("invalid substring range. start: " + std::to_string(start) +
                      ", end: " + std::to_string(end));
  }
  if (!inside(start, count)) return out_of_range(heap, start);
  if (!inside(end, count)) return out_of_range(heap, end);
  return slice(heap, arguments[0].view(), static_cast<std::size_t>(start),
               static_cast<std::size_t>(end));
}

Value trim(Heap& heap, Arguments arguments) {
  std::string_view text = arguments[0].view();
  heap.charge(1 + text.size() / 16);
  while (!text.empty() && is_space(model::decode_rune(text).value)) {
    text.remove_prefix(model::decode_rune(text).size);
  }
  while (!text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
    if (!is_space(model::decode_rune(text.substr(begin)).value)) break;
    text = text.substr(0, begin);
  }
  return make_text(ValueKind::string, text);
}

Value reverse(Heap& heap, Arguments arguments) {
  const std::string_view text = arguments[0].view();
  std::string out(text.size(), '\0');
  std::size_t end = out.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = model::decode_rune(text.substr(at)).size;
    end -= size;
    std::copy_n(text.data() + at, size, out.data() + end);
    at += size;
  }
  return heap.string(out);
}

Value quote(Heap& heap, Arguments arguments) {
  static constexpr std::string_view plain = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view letters = "abfnrtv\\\"";
  std::string out = "\"";
  for (const char c : arguments[0].view()) {
    const std::size_t found = plain.find(c);
    if (found != std::string_view::npos) out += '\\';
    out += found == std::string_view::npos ? c : letters[found];
  }
  out += '"';
  return heap.string(out);
}

Value join(Heap& heap, Arguments arguments) {
  return joined(heap, arguments[0], "");
}

Value join_with(Heap& heap, Arguments arguments) {
  return joined(heap, arguments[0], arguments[1].view());
}

}  // namespace reconcile::cel
