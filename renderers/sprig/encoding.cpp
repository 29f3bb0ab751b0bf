#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "reconcile/model/digest.hpp"
#include "renderers/sprig/encoding.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoValue;

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

using Values = std::array<std::uint8_t, 256>;
constexpr std::uint8_t no_value = 0xFF;

constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(no_value);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr Values base64_values = values_of(base64_alphabet);
constexpr Values base32_values = values_of(base32_alphabet);

std::string corrupt(std::string_view name, std::size_t offset) {
  return "illegal " + std::string(name) + " data at input byte " + std::to_string(offset);
}

bool is_line_break(char c) {
  return c == '\n' || c == '\r';
}

/// Appends the whole bytes of `letters` letters of a group that are `bits` each.
void append_group(std::string& out, std::uint64_t group, std::size_t letters, unsigned bits) {
  const std::size_t total = letters * bits;
  for (std::size_t taken = 8; taken <= total; taken += 8) {
    out += static_cast<char>((group >> (total - taken)) & 0xFFU);
  }
}

/// Reads what follows the first `=` behind `letters` letters; answers where it is wrong, or npos.
std::size_t wrong_padding(std::string_view text, std::size_t at, std::size_t letters) {
  if (letters < 2) return at - 1;
  const auto skip_breaks = [&] {
    while (at < text.size() && is_line_break(text[at])) ++at;
  };
  if (letters == 2) {
    skip_breaks();
    if (at == text.size()) return at;
    if (text[at] != '=') return at - 1;
    ++at;
  }
  skip_breaks();
  return at < text.size() ? at : std::string_view::npos;
}

/// Go's base32.StdEncoding.DecodeString over a text without line breaks.
std::string decode_base32(std::string_view text, std::string& error) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t group = 0;
    std::size_t letters = 0;
    for (; letters < 8; ++letters) {
      if (at == text.size()) {
        error = corrupt("base32", at - letters);
        return out;
      }
      const char c = text[at++];
      const std::size_t rest = text.size() - at;
      if (c == '=' && letters >= 2 && rest < 8) {
        if (rest + letters < 7) {
          error = corrupt("base32", text.size());
          return out;
        }
        for (std::size_t k = 0; k < 7 - letters && k < rest; ++k) {
          if (text[at + k] == '=') continue;
          error = corrupt("base32", at + k - 1);
          return out;
        }
        if (letters == 3 || letters == 6) {
          error = corrupt("base32", at - 1);
          return out;
        }
        append_group(out, group, letters, 5);
        return out;
      }
      const std::uint8_t value = base32_values[static_cast<unsigned char>(c)];
      if (value == no_value) {
        error = corrupt("base32", at - 1);
        return out;
      }
      group = (group << 5U) | value;
    }
    append_group(out, group, 8, 5);
  }
  return out;
}

std::string base32_text(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 5) {
    std::uint64_t group = 0;
    const std::size_t count = std::min<std::size_t>(5, bytes.size() - i);
    for (std::size_t k = 0; k < 5; ++k) {
      group = (group << 8U) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    const std::size_t letters = (count * 8 + 4) / 5;
    for (std::size_t k = 0; k < 8; ++k) {
      out += k < letters ? base32_alphabet[(group >> (5 * (7 - k))) & 31U] : '=';
    }
  }
  return out;
}

GoValue base64_encode(Call& call) {
  check_result_bytes("b64enc", call.text(0).size(), 2);
  return call.heap().string(model::base64_encode(call.text(0)));
}

GoValue base64_decode(Call& call) {
  std::string error;
  const std::string bytes = decode_base64(call.text(0), error);
  return call.heap().string(error.empty() ? bytes : error);
}

GoValue base32_encode(Call& call) {
  check_result_bytes("b32enc", call.text(0).size(), 2);
  return call.heap().string(base32_text(call.text(0)));
}

GoValue base32_decode(Call& call) {
  std::string text(call.text(0));
  std::erase_if(text, is_line_break);
  std::string error;
  const std::string bytes = decode_base32(text, error);
  return call.heap().string(error.empty() ? bytes : error);
}

GoValue sha1_sum(Call& call) {
  return call.heap().string(model::sha1_hex(call.text(0)));
}
GoValue sha256_sum(Call& call) {
  return call.heap().string(model::sha256_hex(call.text(0)));
}
GoValue sha512_sum(Call& call) {
  return call.heap().string(model::sha512_hex(call.text(0)));
}

GoValue adler32_sum(Call& call) {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char c : call.text(0)) {
    low = (low + static_cast<unsigned char>(c)) % 65521U;
    high = (high + low) % 65521U;
  }
  return call.heap().string(std::to_string((high << 16U) | low));
}

constexpr Function functions[] = {
    {"b64enc", "s", base64_encode}, {"b64dec", "s", base64_decode},
    {"b32enc", "s", base32_encode}, {"b32dec", "s", base32_decode},
    {"sha1sum", "s", sha1_sum},     {"sha256sum", "s", sha256_sum},
    {"sha512sum", "s", sha512_sum}, {"adler32sum", "s", adler32_sum},
};

}  // namespace

std::string decode_base64(std::string_view text, std::string& error) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t group = 0;
    std::size_t letters = 0;
    while (letters < 4) {
      if (at == text.size()) {
        if (letters != 0) error = corrupt("base64", at - letters);
        return out;
      }
      const char c = text[at++];
      const std::uint8_t value = base64_values[static_cast<unsigned char>(c)];
      if (value != no_value) {
        group = (group << 6U) | value;
        ++letters;
        continue;
      }
      if (is_line_break(c)) continue;
      const std::size_t wrong = c == '=' ? wrong_padding(text, at, letters) : at - 1;
      if (wrong != std::string_view::npos) error = corrupt("base64", wrong);
      append_group(out, group, letters, 6);
      return out;
    }
    append_group(out, group, 4, 6);
  }
  return out;
}

std::span<const Function> encoding_functions() {
  return functions;
}

}  // namespace reconcile::sprig
