// Go's regexp semantics over RE2. The matching itself is the same engine family; what differs is
// done here: spelling of the pattern (`(?<n>)`, `\C`), the text of errors, stepping over empty
// matches, expansion of `$1`, and bytes that are not UTF-8, which Go matches as U+FFFD of width 1.
// Tests: test/model/regex_test.cpp.
#include "reconcile/model/regex.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/model/regex_text.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t pattern_bytes_max = 64U << 10U;
constexpr std::int64_t program_bytes_max = 64 << 20;
constexpr std::size_t cached_patterns_max = 512;

std::string_view go_error_text(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    default:
      return "expression too large";
  }
}

[[noreturn]] void fail_to_parse(std::string_view text, std::string_view fragment) {
  throw Error(ErrorCode::invalid_input,
              "error parsing regexp: " + std::string(text) + ": `" + std::string(fragment) + "`");
}

/// The rest of `pattern` from the first byte on that is no UTF-8.
std::string from_bad_utf8(std::string_view pattern) {
  while (!pattern.empty()) {
    const Rune rune = decode_rune(pattern);
    if (rune.invalid()) break;
    pattern.remove_prefix(rune.size);
  }
  return std::string(pattern);
}

/// The pattern in RE2's spelling: Go also takes (?<n>…) and refuses \C.
std::string to_re2_pattern(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      if (pattern[i + 1] == 'Q' && !in_class) {
        const std::size_t end = std::min(pattern.find("\\E", i), pattern.size());
        out.append(pattern.substr(i, end - i));
        i = end - 1;
        continue;
      }
      if (pattern[i + 1] == 'C') fail_to_parse("invalid escape sequence", "\\C");
      out.append(pattern.substr(i, 2));
      ++i;
      continue;
    }
    out += c;
    if (in_class) {
      if (c == ']') in_class = false;
      if (c == '[' && pattern.substr(i, 2) == "[:") {
        const std::size_t end = pattern.find(":]", i + 2);
        if (end == std::string_view::npos) continue;
        out.append(pattern.substr(i + 1, end + 1 - i));
        i = end + 1;
      }
    } else if (c == '[') {
      in_class = true;
      for (const char first : {'^', ']'}) {
        if (i + 1 < pattern.size() && pattern[i + 1] == first) out += pattern[++i];
      }
    } else if (c == '(' && pattern.substr(i, 3) == "(?<" && i + 3 < pattern.size() &&
               pattern[i + 3] != '=' && pattern[i + 3] != '!') {
      out += "?P<";
      i += 2;
    }
  }
  return out;
}

RE2::Options options() {
  RE2::Options made;
  made.set_log_errors(false);
  made.set_max_mem(program_bytes_max);
  return made;
}

}  // namespace

struct Regex::Compiled {
  explicit Compiled(std::string_view pattern)
      : expression(to_re2_pattern(pattern), options()), is_empty(pattern.empty()) {
    if (!expression.ok()) {
      std::string fragment = expression.error_arg();
      const auto code = expression.error_code();
      if (code == RE2::ErrorMissingParen || code == RE2::ErrorUnexpectedParen) fragment = pattern;
      if (code == RE2::ErrorBadPerlOp && fragment.substr(0, 3) == "(?<") fragment = "(?<";
      fail_to_parse(go_error_text(code),
                    code == RE2::ErrorBadUTF8 ? from_bad_utf8(pattern) : fragment);
    }
    groups = static_cast<std::size_t>(expression.NumberOfCapturingGroups()) + 1;
    for (const auto& [name, index] : expression.NamedCapturingGroups()) names[name] = index;
  }

  /// The leftmost match at or after `position`, as spans of group 0 to `count` - 1.
  bool match(const RegexText& text, std::size_t position, std::vector<RegexSpan>& spans,
             std::size_t count) const {
    std::vector<re2::StringPiece> pieces(count);
    const re2::StringPiece searched(text.matched().data(), text.matched().size());
    if (!expression.Match(searched, text.to_matched(position), searched.size(), RE2::UNANCHORED,
                          pieces.data(), static_cast<int>(count))) {
      return false;
    }
    spans.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (pieces[i].data() == nullptr) {
        spans[i] = {};
        continue;
      }
      const auto begin = static_cast<std::size_t>(pieces[i].data() - searched.data());
      spans[i] = {true, text.to_original(begin), text.to_original(begin + pieces[i].size())};
    }
    return true;
  }

  RE2 expression;
  bool is_empty;
  std::size_t groups = 1;
  std::map<std::string, int, std::less<>> names;
};

Regex::Regex(std::string_view pattern) {
  if (pattern.size() > pattern_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "regexp of " + std::to_string(pattern.size()) +
                                               " bytes exceeds the limit of " +
                                               std::to_string(pattern_bytes_max));
  }
  compiled_ = std::make_unique<Compiled>(pattern);
}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::shared_ptr<const Regex> Regex::cached(std::string_view pattern) {
  using Uses = std::list<std::pair<std::string, std::shared_ptr<const Regex>>>;
  static std::mutex mutex;
  static Uses uses;
  static std::unordered_map<std::string_view, Uses::iterator> index;
  {
    const std::lock_guard lock(mutex);
    if (const auto found = index.find(pattern); found != index.end()) {
      uses.splice(uses.begin(), uses, found->second);
      return found->second->second;
    }
  }
  auto made = std::make_shared<const Regex>(pattern);
  const std::lock_guard lock(mutex);
  if (index.find(pattern) == index.end()) {
    uses.emplace_front(std::string(pattern), made);
    index.emplace(uses.front().first, uses.begin());
    if (uses.size() > cached_patterns_max) {
      index.erase(uses.back().first);
      uses.pop_back();
    }
  }
  return made;
}

bool Regex::matches(std::string_view text) const {
  std::vector<RegexSpan> spans;
  return compiled_->match(RegexText(text), 0, spans, 0);
}

bool Regex::matches_whole(std::string_view text) const {
  const RegexText whole(text);
  const re2::StringPiece piece(whole.matched().data(), whole.matched().size());
  return compiled_->expression.Match(piece, 0, piece.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

std::optional<std::string_view> Regex::find(std::string_view text) const {
  std::vector<RegexSpan> spans;
  if (!compiled_->match(RegexText(text), 0, spans, 1)) return std::nullopt;
  return spans[0].of(text);
}

std::vector<std::string_view> Regex::find_groups(std::string_view text) const {
  std::vector<RegexSpan> spans;
  std::vector<std::string_view> groups;
  if (!compiled_->match(RegexText(text), 0, spans, compiled_->groups)) return groups;
  for (const RegexSpan& span : spans) {
    groups.push_back(span.present ? span.of(text) : std::string_view());
  }
  return groups;
}

namespace {

/// Go's stepping of FindAll: an empty match right after a match does not count.
template <class Match>
std::vector<RegexSpan> all_spans(const RegexText& text, int count_max, Match match) {
  std::vector<RegexSpan> found;
  std::vector<RegexSpan> spans;
  const std::size_t end = text.original().size();
  std::optional<std::size_t> previous_end;
  for (std::size_t position = 0; position <= end;) {
    if (count_max >= 0 && found.size() >= static_cast<std::size_t>(count_max)) break;
    if (!match(position, spans)) break;
    const RegexSpan span = spans[0];
    bool accepted = true;
    if (span.end == position) {
      accepted = previous_end != span.begin;
      position += position < end ? text.width(position) : 1;
    } else {
      position = span.end;
    }
    previous_end = span.end;
    if (accepted) found.push_back(span);
  }
  return found;
}

/// Go's stepping of ReplaceAll; `replace` appends what stands for a match.
template <class Match, class Replace>
std::string replace_spans(const RegexText& text, Match match, Replace replace) {
  const std::string_view source = text.original();
  std::string out;
  std::vector<RegexSpan> spans;
  std::size_t last_end = 0;
  for (std::size_t position = 0; position <= source.size();) {
    if (!match(position, spans)) break;
    const RegexSpan span = spans[0];
    out.append(source.substr(last_end, span.begin - last_end));
    if (span.end > last_end || span.begin == 0) replace(out, spans);
    last_end = span.end;
    const std::size_t width = position < source.size() ? text.width(position) : 0;
    if (position + width > span.end) {
      position += width;
    } else if (position + 1 > span.end) {
      ++position;
    } else {
      position = span.end;
    }
  }
  out.append(source.substr(std::min(last_end, source.size())));
  return out;
}

}  // namespace

std::vector<std::string_view> Regex::find_all(std::string_view text, int count_max) const {
  const RegexText whole(text);
  std::vector<std::string_view> found;
  for (const RegexSpan& span : all_spans(whole, count_max, [&](std::size_t at, auto& spans) {
         return compiled_->match(whole, at, spans, 1);
       })) {
    found.push_back(span.of(text));
  }
  return found;
}

std::string Regex::replace_all_literal(std::string_view text, std::string_view replacement) const {
  const RegexText whole(text);
  return replace_spans(
      whole, [&](std::size_t at, auto& spans) { return compiled_->match(whole, at, spans, 1); },
      [&](std::string& out, const auto&) { out += replacement; });
}

std::string Regex::replace_all(std::string_view text, std::string_view replacement) const {
  if (replacement.find('$') == std::string_view::npos) {
    return replace_all_literal(text, replacement);
  }
  const RegexText whole(text);
  const RegexTemplate parsed(replacement);
  return replace_spans(
      whole,
      [&](std::size_t at, auto& spans) {
        return compiled_->match(whole, at, spans, compiled_->groups);
      },
      [&](std::string& out, const std::vector<RegexSpan>& spans) {
        for (const RegexTemplate::Part& part : parsed.parts()) {
          out += part.literal;
          int index = part.number;
          if (!part.name.empty()) {
            const auto named = compiled_->names.find(part.name);
            index = named == compiled_->names.end() ? -1 : named->second;
          }
          if (index >= 0 && static_cast<std::size_t>(index) < spans.size() &&
              spans[static_cast<std::size_t>(index)].present) {
            out += spans[static_cast<std::size_t>(index)].of(text);
          }
        }
      });
}

std::vector<std::string_view> Regex::split(std::string_view text, int count_max) const {
  std::vector<std::string_view> pieces;
  if (count_max == 0) return pieces;
  if (!compiled_->is_empty && text.empty()) return {text};
  const RegexText whole(text);
  std::size_t begin = 0;
  std::size_t end = 0;
  for (const RegexSpan& span : all_spans(whole, count_max, [&](std::size_t at, auto& spans) {
         return compiled_->match(whole, at, spans, 1);
       })) {
    if (count_max > 0 && pieces.size() == static_cast<std::size_t>(count_max) - 1) break;
    end = span.begin;
    if (span.end != 0) pieces.push_back(text.substr(begin, end - begin));
    begin = span.end;
  }
  if (end != text.size()) pieces.push_back(text.substr(begin));
  return pieces;
}

std::string regex_quote(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace reconcile::model
