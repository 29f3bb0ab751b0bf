#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reconcile::sprig {

/// Bytes that one call may make; Go has no such bound, but a chart must not take the machine.
inline constexpr std::size_t result_bytes_max = 64U << 20U;
/// Elements that one call may make.
inline constexpr std::size_t result_items_max = 4U << 20U;
/// Depth to which values are walked.
inline constexpr int depth_max = 1000;
/// Steps that a slow function counts as: below its time, so that a chart may make dozens of keys,
/// but hundreds are refused.
inline constexpr std::uint64_t key_steps = 900'000;                 ///< an RSA key of 2048 bits
inline constexpr std::uint64_t long_key_steps = 8'000'000;          ///< one of 4096 bits, or DSA
inline constexpr std::uint64_t password_hash_steps = 1'600'000;     ///< bcrypt
inline constexpr std::uint64_t derived_password_steps = 5'000'000;  ///< scrypt

/// Throws FunctionError naming the limit where `count` times `size` bytes exceed result_bytes_max.
void check_result_bytes(std::string_view function, std::uint64_t count, std::uint64_t size = 1);
/// Throws FunctionError naming the limit where `count` exceeds result_items_max.
void check_result_items(std::string_view function, std::uint64_t count);

}  // namespace reconcile::sprig
