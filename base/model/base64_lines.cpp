#include "base/model/base64_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace reconcile::model {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t line_characters = 70;

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr auto values = make_values();

}  // namespace

std::string base64_lines(std::string_view bytes) {
  std::string flat;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    const std::size_t characters = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t k = 0; k < 4; ++k) {
      flat += k < characters ? alphabet[(group >> (18U - 6U * k)) & 63U] : '=';
    }
  }
  if (flat.size() / line_characters == 0) return flat;
  std::string lines;
  for (std::size_t i = 0; i < flat.size(); i += line_characters) {
    lines += flat.substr(i, line_characters);
    lines += '\n';
  }
  return lines;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t group = 0;
  std::size_t count = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (count % 4 < 2 || ++padding > 4 - count % 4) return std::nullopt;
      continue;
    }
    const std::int8_t value = values[static_cast<unsigned char>(c)];
    if (value < 0 || padding > 0) return std::nullopt;
    group = group << 6U | static_cast<std::uint32_t>(value);
    if (++count % 4 != 0) continue;
    for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(group >> shift & 0xFFU);
    group = 0;
  }
  const std::size_t rest = count % 4;
  if (rest == 0) return padding == 0 ? std::optional(out) : std::nullopt;
  if (padding != 4 - rest) return std::nullopt;
  group <<= 6U * (4 - rest);
  out += static_cast<char>(group >> 16U & 0xFFU);
  if (rest == 3) out += static_cast<char>(group >> 8U & 0xFFU);
  return out;
}

}  // namespace reconcile::model
