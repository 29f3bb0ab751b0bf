#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/list_items.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoType;
using gotemplate::GoValue;

/// strings.SplitN: count < 0 means all, an empty separator splits runes.
std::vector<std::string_view> split_pieces(std::string_view text, std::string_view separator,
                                           std::int64_t count) {
  std::vector<std::string_view> pieces;
  if (count == 0) return pieces;
  const auto is_last = [&] {
    return count > 0 && static_cast<std::int64_t>(pieces.size()) == count - 1;
  };
  if (separator.empty()) {
    while (!text.empty() && !is_last()) {
      const std::size_t bytes = gotemplate::decode_rune(text).bytes;
      pieces.push_back(text.substr(0, bytes));
      text.remove_prefix(bytes);
      check_result_items("split", pieces.size());
    }
    if (!text.empty()) pieces.push_back(text);
    return pieces;
  }
  while (!is_last()) {
    const std::size_t found = text.find(separator);
    if (found == std::string_view::npos) break;
    pieces.push_back(text.substr(0, found));
    text.remove_prefix(found + separator.size());
    check_result_items("split", pieces.size());
  }
  pieces.push_back(text);
  return pieces;
}

GoValue as_map(Call& call, const std::vector<std::string_view>& pieces) {
  check_result_items("split", pieces.size());
  std::vector<std::pair<std::string_view, std::size_t>> keys;
  keys.reserve(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    keys.emplace_back(call.heap().copy("_" + std::to_string(i)), i);
  }
  // In their order every entry is set at the end of the map.
  std::sort(keys.begin(), keys.end());
  gotemplate::GoMap* map = call.heap().map(GoType::string_map, pieces.size());
  for (const auto& [key, index] : keys) map->set(key, GoValue::string(pieces[index]));
  return GoValue::map(map);
}

GoValue split(Call& call) {
  return as_map(call, split_pieces(call.text(1), call.text(0), -1));
}
GoValue split_n(Call& call) {
  return as_map(call, split_pieces(call.text(2), call.text(0), call.integer(1)));
}

GoValue split_list(Call& call) {
  const auto pieces = split_pieces(call.text(1), call.text(0), -1);
  check_result_items("splitList", pieces.size());
  const std::span<GoValue> items = call.heap().elements(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) items[i] = GoValue::string(pieces[i]);
  return GoValue::slice(items, GoType::strings);
}

GoValue strings_of(Call& call, const std::vector<std::string>& texts) {
  const std::span<GoValue> items = call.heap().elements(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) items[i] = call.heap().string(texts[i]);
  return GoValue::slice(items, GoType::strings);
}

GoValue to_strings(Call& call) {
  if (call[0].type() == GoType::strings) return call[0];
  return strings_of(call, text_items(call[0]));
}

GoValue join(Call& call) {
  const std::string_view separator = call.text(0);
  const std::vector<std::string> texts = text_items(call[1]);
  std::string out;
  check_result_bytes("join", texts.size(), separator.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += separator;
    out += texts[i];
  }
  return call.heap().string(out);
}

GoValue sort_alpha(Call& call) {
  if (!call[0].is_slice()) return strings_of(call, {to_text(call[0])});
  if (call[0].type() == GoType::strings) {
    // Sprig sorts a []string where it is, so that its owner sees it too.
    const std::span<const GoValue> items = call[0].as_items();
    auto* first = const_cast<GoValue*>(items.data());
    std::sort(first, first + items.size(),
              [](const GoValue& a, const GoValue& b) { return a.as_text() < b.as_text(); });
    return call[0];
  }
  std::vector<std::string> texts = text_items(call[0]);
  std::sort(texts.begin(), texts.end());
  return strings_of(call, texts);
}

constexpr Function functions[] = {
    {"split", "ss", split},         {"splitn", "sis", split_n}, {"splitList", "ss", split_list},
    {"toStrings", "a", to_strings}, {"join", "sa", join},       {"sortAlpha", "a", sort_alpha},
};

}  // namespace

std::span<const Function> string_list_functions() {
  return functions;
}

}  // namespace reconcile::sprig
