#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;
using model::Regex;

/// Whether a bad pattern panics in regexp.MustCompile or is answered as regexp.Compile's error.
enum class BadPattern : bool { panics, is_error };

/// Steps of finding the expression `pattern` in `text`: it is compiled, and where it has too many
/// states for an automaton they are all walked for every byte.
void charge(Call& call, std::string_view pattern, std::string_view text) {
  constexpr std::uint64_t steps_per_pattern_byte = 40;
  constexpr std::uint64_t pairs_per_step = 128;
  call.context.work +=
      pattern.size() * steps_per_pattern_byte + pattern.size() * text.size() / pairs_per_step;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text);
    if (rune.value == 0xFFFD && rune.bytes == 1) return false;
    text.remove_prefix(rune.bytes);
  }
  return true;
}

/// Between backquotes where Go can write it so.
std::string quoted_pattern(std::string_view pattern) {
  const bool is_plain = std::all_of(pattern.begin(), pattern.end(), [](char c) {
    return c != '`' && c != 0x7F && (static_cast<unsigned char>(c) >= 0x20 || c == '\t');
  });
  return is_plain && is_utf8(pattern) ? '`' + std::string(pattern) + '`'
                                      : gotemplate::quote(pattern);
}

template <BadPattern bad>
std::shared_ptr<const Regex> compiled(std::string_view pattern) {
  try {
    return Regex::cached(pattern);
  } catch (const model::Error& error) {
    if constexpr (bad == BadPattern::is_error) throw FunctionError(error.message());
    throw FunctionError("regexp: Compile(" + quoted_pattern(pattern) + "): " + error.message());
  }
}

GoValue match(Call& call) {
  charge(call, call.text(0), call.text(1));
  try {
    return GoValue::boolean(Regex::cached(call.text(0))->matches(call.text(1)));
  } catch (const model::Error&) {
    return GoValue::boolean(false);
  }
}

GoValue must_match(Call& call) {
  charge(call, call.text(0), call.text(1));
  return GoValue::boolean(compiled<BadPattern::is_error>(call.text(0))->matches(call.text(1)));
}

/// Go's counts are 64 bits wide; one more than may be answered stands for "all".
int count_of(std::int64_t count) {
  constexpr auto all = static_cast<int>(result_items_max) + 1;
  return count < 0 || count > std::int64_t{result_items_max} ? all : static_cast<int>(count);
}

/// A nil slice where Go's FindAll and Split answer nil.
GoValue strings_of(Call& call, const std::vector<std::string_view>& texts) {
  if (texts.empty()) return GoValue::typed_nil(GoType::strings);
  check_result_items("regex", texts.size());
  const std::span<GoValue> items = call.heap().elements(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) items[i] = GoValue::string(texts[i]);
  return GoValue::slice(items, GoType::strings);
}

template <BadPattern bad>
GoValue find_all(Call& call) {
  charge(call, call.text(0), call.text(1));
  const auto regex = compiled<bad>(call.text(0));
  return strings_of(call, regex->find_all(call.text(1), count_of(call.integer(2))));
}

template <BadPattern bad>
GoValue find(Call& call) {
  charge(call, call.text(0), call.text(1));
  const auto found = compiled<bad>(call.text(0))->find(call.text(1));
  return GoValue::string(found.value_or(std::string_view()));
}

template <BadPattern bad>
GoValue replace_all(Call& call) {
  charge(call, call.text(0), call.text(1));
  const auto regex = compiled<bad>(call.text(0));
  check_result_bytes("regexReplaceAll", call.text(1).size() + 1, (call.text(2).size() + 3) / 4);
  return call.heap().string(regex->replace_all(call.text(1), call.text(2)));
}

template <BadPattern bad>
GoValue replace_all_literal(Call& call) {
  charge(call, call.text(0), call.text(1));
  const auto regex = compiled<bad>(call.text(0));
  check_result_bytes("regexReplaceAllLiteral", call.text(1).size() + 1,
                     (call.text(2).size() + 3) / 4);
  return call.heap().string(regex->replace_all_literal(call.text(1), call.text(2)));
}

template <BadPattern bad>
GoValue split(Call& call) {
  charge(call, call.text(0), call.text(1));
  const auto regex = compiled<bad>(call.text(0));
  const auto parts = regex->split(call.text(1), count_of(call.integer(2)));
  if (parts.empty() && call.integer(2) != 0) {
    return GoValue::slice(call.heap().elements(0), GoType::strings);
  }
  return strings_of(call, parts);
}

GoValue quote_meta(Call& call) {
  return call.heap().string(model::regex_quote(call.text(0)));
}

constexpr auto panics = BadPattern::panics;
constexpr auto is_error = BadPattern::is_error;
constexpr Function functions[] = {
    {"regexMatch", "ss", match},
    {"mustRegexMatch", "ss", must_match},
    {"regexFindAll", "ssi", find_all<panics>},
    {"mustRegexFindAll", "ssi", find_all<is_error>},
    {"regexFind", "ss", find<panics>},
    {"mustRegexFind", "ss", find<is_error>},
    {"regexReplaceAll", "sss", replace_all<panics>},
    {"mustRegexReplaceAll", "sss", replace_all<is_error>},
    {"regexReplaceAllLiteral", "sss", replace_all_literal<panics>},
    {"mustRegexReplaceAllLiteral", "sss", replace_all_literal<is_error>},
    {"regexSplit", "ssi", split<panics>},
    {"mustRegexSplit", "ssi", split<is_error>},
    {"regexQuoteMeta", "s", quote_meta},
};

}  // namespace

std::span<const Function> regex_functions() {
  return functions;
}

}  // namespace reconcile::sprig
