// Functions that draw from the request's entropy.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/model/digest.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/entropy.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoValue;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view ascii =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
    "abcdefghijklmnopqrstuvwxyz{|}~";

/// `count` letters of `alphabet`; a negative count is the error that Sprig drops, so "".
template <const std::string_view& alphabet>
GoValue random_text(Call& call) {
  if (call.integer(0) <= 0) return GoValue::string("");
  const auto count = static_cast<std::uint64_t>(call.integer(0));
  check_result_bytes("rand", count, 16);
  Entropy entropy(call.context);
  std::string out;
  out.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) out += alphabet[entropy.below(alphabet.size())];
  return call.heap().string(out);
}

GoValue random_bytes(Call& call) {
  if (call.integer(0) < 0) throw FunctionError("runtime error: makeslice: len out of range");
  const auto count = static_cast<std::uint64_t>(call.integer(0));
  check_result_bytes("randBytes", count, 2);
  return call.heap().string(model::base64_encode(Entropy(call.context).bytes(count)));
}

GoValue random_integer(Call& call) {
  const auto width = static_cast<std::int64_t>(static_cast<std::uint64_t>(call.integer(1)) -
                                               static_cast<std::uint64_t>(call.integer(0)));
  if (width <= 0) throw FunctionError("invalid argument to Intn");
  const std::uint64_t drawn = Entropy(call.context).below(static_cast<std::uint64_t>(width));
  return GoValue::integer(call.integer(0) + static_cast<std::int64_t>(drawn));
}

GoValue shuffle(Call& call) {
  std::vector<std::uint32_t> runes;
  std::string_view text = call.text(0);
  while (!text.empty()) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text);
    runes.push_back(rune.value);
    text.remove_prefix(rune.bytes);
  }
  check_result_items("shuffle", runes.size());
  call.context.work += runes.size() * 4;
  Entropy entropy(call.context);
  for (std::size_t i = runes.size(); i > 1; --i) std::swap(runes[i - 1], runes[entropy.below(i)]);
  std::string out;
  for (const std::uint32_t rune : runes) gotemplate::append_rune(out, rune);
  return call.heap().string(out);
}

GoValue uuid_v4(Call& call) {
  std::string bytes = Entropy(call.context).bytes(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string out = model::hex_encode(bytes);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) out.insert(dash, 1, '-');
  return call.heap().string(out);
}

constexpr Function functions[] = {
    {"randAlphaNum", "i", random_text<letters_and_digits>},
    {"randAlpha", "i", random_text<letters>},
    {"randNumeric", "i", random_text<digits>},
    {"randAscii", "i", random_text<ascii>},
    {"randBytes", "i", random_bytes},
    {"randInt", "ii", random_integer},
    {"shuffle", "s", shuffle},
    {"uuidv4", "", uuid_v4},
};

}  // namespace

std::span<const Function> random_functions() {
  return functions;
}

}  // namespace reconcile::sprig
