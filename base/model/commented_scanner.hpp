#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/model/commented_cursor.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::model {

enum class TokenKind : std::uint8_t {
  stream_start,
  stream_end,
  version_directive,
  tag_directive,
  document_start,
  document_end,
  block_sequence_start,
  block_mapping_start,
  block_end,
  flow_sequence_start,
  flow_sequence_end,
  flow_mapping_start,
  flow_mapping_end,
  block_entry,
  flow_entry,
  key,
  value,
  alias,
  anchor,
  tag,
  scalar,
};

struct CommentedToken {
  TokenKind kind = TokenKind::stream_start;
  TextMark start;
  std::string value;   ///< of a scalar, alias or anchor; the handle of a tag or directive
  std::string suffix;  ///< of a tag; the prefix of a tag directive
  Style style = Style::plain;
  bool is_yaml_1_1 = false;  ///< version directives
};

/// A comment and the token that it belongs to, found by that token's place.
struct ScannedComment {
  TextMark scanned;  ///< where looking for it began
  TextMark token;
  TextMark start;
  TextMark end;
  std::string head;
  std::string line;
  std::string foot;
};

struct FoldedBlanks;
class CommentBlock;

/// Cuts a text into tokens and comments as go-yaml 3.0.5 does. Throws Error(invalid_input) with its
/// words.
class CommentedScanner {
 public:
  explicit CommentedScanner(std::string_view text) : cursor_(text) {}

  /// The next token; two more have been read behind it, so that its comments are known.
  const CommentedToken& peek();
  /// Drops the token that `peek` answered.
  void drop();
  /// Comments in the order of the text, with those that were not taken yet from `next_comment`.
  std::vector<ScannedComment>& comments() noexcept { return comments_; }

 private:
  struct SimpleKey {
    bool possible = false;
    bool required = false;
    std::ptrdiff_t token_number = 0;
    TextMark mark;
  };

  [[noreturn]] void fail(const TextMark& context, std::string_view problem) const;

  void fetch_token();
  bool fetch_flow_or_entry(char c);
  void fetch_content(char c);
  void fetch_stream_end();
  void fetch_directive();
  void fetch_document_indicator(TokenKind kind);
  void fetch_flow_start(TokenKind kind);
  void fetch_flow_end(TokenKind kind);
  void fetch_block_entry();
  void fetch_key();
  void fetch_value();
  void fetch_one_character(TokenKind kind);
  [[nodiscard]] bool starts_plain(char c) const;

  void insert(CommentedToken token, std::ptrdiff_t position = -1);
  void scan_to_next_token();
  void move_entry_comment();
  void roll_indent(std::ptrdiff_t column, std::ptrdiff_t number, TokenKind kind, TextMark mark);
  void unroll_indent(std::ptrdiff_t column, const TextMark& scanned);
  bool is_valid(SimpleKey& key);
  void save_simple_key();
  void remove_simple_key();

  CommentedToken scan_directive();
  void scan_version(const TextMark& start, CommentedToken& token);
  int scan_version_number(const TextMark& start);
  void scan_tag_directive(const TextMark& start, CommentedToken& token);
  CommentedToken scan_anchor(TokenKind kind);
  CommentedToken scan_tag();
  std::string scan_tag_handle(bool is_directive, const TextMark& start);
  std::string scan_tag_uri(std::string_view head, const TextMark& start);
  void scan_uri_escape(const TextMark& start, std::string& out);

  CommentedToken scan_block_scalar(bool is_literal);
  void scan_block_header(const TextMark& start, int& chomping, std::ptrdiff_t& increment);
  void scan_block_breaks(std::ptrdiff_t& indent, std::string& breaks, const TextMark& start);
  CommentedToken scan_quoted(bool is_single);
  bool scan_quoted_word(bool is_single, const TextMark& start, std::string& out);
  void scan_escape(const TextMark& start, std::string& out);
  void scan_code_point(std::size_t digits, const TextMark& start, std::string& out);
  CommentedToken scan_plain();
  bool scan_plain_word(std::string& out, FoldedBlanks& blanks);
  void scan_blanks(FoldedBlanks& blanks, const TextMark* plain_start);

  void scan_line_comment(const TextMark& token);
  void scan_comments(TextMark scanned);
  friend class CommentBlock;

  CommentedCursor cursor_;
  std::vector<CommentedToken> tokens_;
  std::size_t head_ = 0;
  std::ptrdiff_t parsed_ = 0;
  bool started_ = false;
  bool ready_ = false;
  bool simple_key_allowed_ = true;
  std::ptrdiff_t flow_level_ = 0;
  std::ptrdiff_t indent_ = -1;
  std::vector<std::ptrdiff_t> indents_;
  std::vector<SimpleKey> simple_keys_{1};
  std::unordered_map<std::ptrdiff_t, std::size_t> keys_by_token_;
  std::vector<ScannedComment> comments_;
};

}  // namespace reconcile::model
