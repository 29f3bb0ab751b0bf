#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::substitute {

enum class Token { illegal, end, text, opening, closing };

/// Which tokens the scanner looks for, and which escapes it resolves in a text.
struct ScanMode {
  bool text = false;
  bool opening = false;  ///< `${`
  bool closing = false;  ///< `}`
  bool escapes = false;
};
enum class Escapes { dollar, dollar_and_backslash };

/// Whether a text token goes on with `rune`, which ends `bytes` after the token's start.
using Accept = bool (*)(std::uint32_t rune, std::size_t bytes);

/// The scanner of fluxcd/pkg/envsubst 1.7.0: the parser tells before each token what it accepts. A
/// NUL ends the input, as there.
class Scanner {
 public:
  explicit Scanner(std::string_view input) : input_(input) {}

  Token scan(ScanMode mode, Accept accept);
  /// Text of the last token, escapes resolved.
  [[nodiscard]] std::string text() const;
  /// The rune after the current one without moving; 0 at the end.
  std::uint32_t peek();
  /// The rune after next; 0 at the end or where the next takes more than one byte.
  [[nodiscard]] std::uint32_t peek_second();
  void set_escapes(Escapes escapes) { escapes_ = escapes; }

 private:
  std::uint32_t read();
  void unread() { position_ -= width_; }
  bool reads_opening(std::uint32_t rune);
  bool reads_text(std::uint32_t rune);
  /// Whether `rune` begins an escape; then the rune is dropped and the next one taken.
  bool skips_escape(std::uint32_t rune);
  [[nodiscard]] std::size_t token_bytes() const {
    return resolved_.size() + (position_ - segment_);
  }

  std::string_view input_;
  std::size_t position_ = 0;
  std::size_t width_ = 0;
  std::size_t segment_ = 0;  ///< start of the token's part that is not yet in `resolved_`
  std::string resolved_;
  ScanMode mode_;
  Accept accept_ = nullptr;
  Escapes escapes_ = Escapes::dollar;
};

}  // namespace reconcile::substitute
