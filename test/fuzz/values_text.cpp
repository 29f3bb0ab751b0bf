#include "test/fuzz/values_text.hpp"

#include <cstdint>
#include <cstdio>
#include <set>

namespace reconcile::fuzz {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// Reads one code point of valid UTF-8.
std::uint32_t next_rune(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  std::uint32_t rune = more == 0 ? lead : lead & (0x3fU >> static_cast<unsigned>(more));
  for (int i = 0; i < more; ++i)
    rune = rune << 6U | (static_cast<unsigned char>(text[at++]) & 0x3fU);
  return rune;
}

/// Words with a meaning for some reader or writer, one a line.
constexpr std::string_view word_lines =
    "y\nY\nyes\nYes\nYES\nyEs\nn\nN\nno\nNo\nNO\non\nOn\nON\noN\noff\nOff\nOFF\noFF\n"
    "true\nTrue\nTRUE\ntRUE\nfalse\nFalse\nFALSE\nnull\nNull\nNULL\nnULL\n~\n\n \n=\n<<\n"
    "-\n?\n:\n---\n...\n--- a\n0\n-0\n+0\n1\n-1\n+1\n42\n007\n08\n09\n010\n0755\n0o17\n"
    "0O17\n0x1F\n0X1f\n0x\n0b11\n-0b11\n0b2\n1_000\n1__0\n_1\n1_\n1.\n.5\n-.5\n+.5\n1.5\n"
    "1e3\n1E3\n1e+3\n1e-3\n1.e3\n1.5e3\n1e\n1e400\n-1e400\n.inf\n.Inf\n.INF\n-.inf\n"
    "+.inf\n.iNf\n.nan\n.NaN\n.NAN\n.nAn\ninf\nnan\nNaN\nInfinity\n1:20\n1:2\n190:20:30\n"
    "1:60\n-1:20\n1:20.5\n0:0\n12:30:45\n2001-01-01\n2001-1-1\n"
    "2001-12-14t21:59:43.10-05:00\n2001-12-14T21:59:43Z\n2001-12-14 21:59:43.10 -5\n"
    "2001-12-15 2:59:43.10\n2001-12-14 21:59:43\n2001-13-01\n2001-01-32\n20010101\n"
    "12345678901234567890\n9223372036854775807\n9223372036854775808\n"
    "18446744073709551616\n-9223372036854775808\n-9223372036854775809\n1000000\n1e6\n"
    "0.1\n0.30000000000000004\n1e21\n1e-7\n0x7fffffffffffffff\n0xffffffffffffffff\n01\n"
    "0_1\n0.0\n1.0\n!!str\n!a\n&a\n*a\n@a\n`a\n%a\n|\n>\n|-\n[]\n{}\n[\n]\n{\n}\n,\n#\n"
    "a#b\na #b\na: b\na:b\na:\n:a\n- a\n-a\n? a\n?a\n'\n''\n\"\n\"\"\n'a'\n\"a\"\na'b\n"
    "a\"b\na,b\na, b\n[a\na]\n{a\na}\na&b\na*b\n\\\n\\n\na\\b\nhttp://a.b/c?d=e#f\n1Mi\n"
    "100m\n1.2.3\nv1.2.3\n1.2\napp/v1\n10.0.0.0/8\nnull \n null\ntrue \n1 \na b\n"
    "sha256:abc\n{{ a }}\n$(A)\n*\n!\n&\n%\n@\n";

// clang-format off
constexpr std::string_view pieces[] = {
    "a", "b", "Z", "word", "another", " ", " ", "  ", "\n", "\n", "\n\n", "\t", "\r", "\r\n", ":",
    ": ", "- ", "#", " #", "'", "\"", "\\", "\xC3\xA9", "\xF0\x9F\x98\x80", "\xC2\x85",
    "\xEF\xBB\xBF", "\xE2\x80\xA8", "\xE2\x80\xA9", "\x7f", "\x01", "\x1b", "\xC2\xA0",
    "\xE4\xB8\xAD", "{", "}", "[", "]", "&", "*", "!", "|", ">", "%", "@", "`", "0", "1", "12",
    "-", "?", "=", "<", "~", ".", ",", "---", "...", "\xEF\xBF\xBD", "\xED\x9F\xBF",
    "\xEE\x80\x80", "\xC2\x80", "\xEF\xBF\xBE", "$", "_"};
// clang-format on

std::string word(Random& random) {
  static const std::vector<std::string_view> words = lines_of(word_lines);
  return std::string(words[random.below(words.size())]);
}

std::string text_of_pieces(Random& random, std::size_t count_max) {
  std::string text;
  const std::size_t count = 1 + random.below(count_max);
  for (std::size_t i = 0; i < count; ++i) text += random.one_of(pieces);
  return text;
}

/// Long enough to be folded at column 80, with few odd places.
std::string long_text(Random& random) {
  std::string text;
  const std::size_t length = 60 + random.below(140);
  const std::size_t odd_percent = random.below(3) * 6;
  while (text.size() < length) {
    if (random.chance(odd_percent)) text += random.one_of(pieces);
    text.append(1 + random.below(random.chance(10) ? 60 : 9),
                static_cast<char>('a' + random.below(26)));
    text.append(random.chance(7) ? 2 : 1, ' ');
  }
  if (random.chance(80)) text.pop_back();
  return text;
}

std::string lines_of_text(Random& random) {
  std::string text;
  const std::size_t lines = 1 + random.below(5);
  for (std::size_t i = 0; i < lines; ++i) {
    text.append(random.chance(30) ? random.below(4) : 0, ' ');
    if (random.chance(10)) text += "\t";
    if (random.chance(75))
      text += random.one_of({"a", "a: b", "- a", "# c", "key: |", "x y", "\xC3\xA9"});
    if (random.chance(8)) text += " ";
    if (i + 1 < lines || random.chance(60)) text += "\n";
  }
  if (random.chance(20)) text += "\n";
  return text;
}

std::string random_key(Random& random, const TreeShape& shape, bool odd) {
  if (odd) return random_text(random);
  return std::string(shape.keys[random.below(shape.keys.size())]);
}

std::string tree(Random& random, const TreeShape& shape, std::size_t depth);

std::string map(Random& random, const TreeShape& shape, std::size_t depth) {
  // The natural order of odd keys is not transitive: with two there is but one order.
  const bool odd = shape.odd_texts && random.chance(35);
  const std::size_t count = random.below((odd ? 2 : shape.width) + 1);
  std::string text = "{";
  std::set<std::string> used;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key = random_key(random, shape, odd);
    if (!used.insert(key).second) continue;
    text += (text.size() > 1 ? ", " : "") + quoted(key) + ": " + tree(random, shape, depth);
  }
  return text + "}";
}

std::string tree(Random& random, const TreeShape& shape, std::size_t depth) {
  if (random.chance(shape.null_percent)) return "null";
  const std::size_t kind = random.below(10);
  if (depth == 0 || kind < 4) {
    if (shape.odd_texts && random.chance(75)) return quoted(random_text(random));
    return random_scalar(random);
  }
  if (kind < 8) return map(random, shape, depth - 1);
  std::string text = "[";
  const std::size_t count = random.below(shape.width);
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "" : ", ") + tree(random, shape, depth - 1);
  }
  return text + "]";
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t rune = next_rune(text, at);
    char escaped[16];
    if (rune == '"' || rune == '\\') {
      out += '\\';
      out += static_cast<char>(rune);
    } else if (rune >= 0x20 && rune < 0x7f) {
      out += static_cast<char>(rune);
    } else {
      std::snprintf(escaped, sizeof escaped, rune < 0x10000 ? "\\u%04x" : "\\U%08x", rune);
      out += escaped;
    }
  }
  return out + "\"";
}

std::string random_text(Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return word(random);
    case 3:
      return word(random) + text_of_pieces(random, 2);
    case 4:
      return text_of_pieces(random, 10);
    case 5:
      return long_text(random);
    case 6:
      return lines_of_text(random);
    default:
      return text_of_pieces(random, 3) + word(random);
  }
}

std::string random_scalar(Random& random) {
  static const std::vector<std::string_view> scalars = lines_of(
      "0\n1\n-1\n42\n1.5\n-2.25\n1e3\n1000000\n1234567\n1234567.5\n0.00001\n"
      "12345678901234567890\n0x1F\n0755\n0o17\n1_000\n.5\n1e21\n9007199254740993\n"
      "true\nfalse\nyes\nno\non\nOff\nnull\n~\n\"\"\na\nb\ntext\n\"1\"\n'true'\n1:20\n"
      "2001-01-01\n\"a b\"\n[]\n{}\n\"x\"\n\"null\"\n1e-7\n-0.0\n100m\n");
  return std::string(scalars[random.below(scalars.size())]);
}

std::string random_tree(Random& random, const TreeShape& shape) {
  return tree(random, shape, shape.depth);
}

std::string random_map(Random& random, const TreeShape& shape) {
  return map(random, shape, shape.depth);
}

}  // namespace reconcile::fuzz
