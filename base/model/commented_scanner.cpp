// The tokens of go-yaml 3.0.5. Comments are kept beside the tokens with the place of the token that
// they belong to; which token that is depends on blank lines, columns and the lookahead of two
// tokens, all of which the table of test/model/commented_yaml_test.cpp holds.
#include "base/model/commented_scanner.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

constexpr std::ptrdiff_t nesting_max = 10000;
constexpr std::ptrdiff_t simple_key_characters_max = 1024;
// Tokens that were parsed are dropped in pieces of this size; two stay, comments ask for them.
constexpr std::size_t parsed_tokens_max = 4096;

}  // namespace

void CommentedScanner::fail(const TextMark& context, std::string_view problem) const {
  const std::ptrdiff_t line = context.line != 0 ? context.line : cursor_.mark().line;
  std::string text = "yaml: ";
  if (line != 0) text += "line " + std::to_string(line + 1) + ": ";
  throw Error(ErrorCode::invalid_input, text.append(problem));
}

const CommentedToken& CommentedScanner::peek() {
  while (!ready_) {
    if (head_ + 2 < tokens_.size()) {
      const auto key = keys_by_token_.find(parsed_);
      if (key == keys_by_token_.end() || !is_valid(simple_keys_[key->second])) break;
    }
    fetch_token();
  }
  ready_ = true;
  return tokens_[head_];
}

void CommentedScanner::drop() {
  ready_ = false;
  ++parsed_;
  ++head_;
  if (head_ > parsed_tokens_max && tokens_.size() > head_ + 1) {
    tokens_.erase(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void CommentedScanner::insert(CommentedToken token, std::ptrdiff_t position) {
  if (position < 0) {
    tokens_.push_back(std::move(token));
    return;
  }
  tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(head_) + position, std::move(token));
}

void CommentedScanner::fetch_token() {
  cursor_.ensure(1);
  if (!started_) {
    started_ = true;
    insert({});
    return;
  }
  const TextMark scanned = cursor_.mark();
  scan_to_next_token();
  unroll_indent(cursor_.mark().column, scanned);
  cursor_.ensure(4);
  const char c = cursor_.at();
  if (cursor_.is_end()) return fetch_stream_end();
  if (cursor_.mark().column == 0 && c == '%') return fetch_directive();
  if (cursor_.is_document_indicator()) {
    return fetch_document_indicator(c == '-' ? TokenKind::document_start : TokenKind::document_end);
  }
  TextMark comment = cursor_.mark();
  if (!tokens_.empty() && ((flow_level_ == 0 && c == ':') || (flow_level_ > 0 && c == ','))) {
    // What follows belongs to the token before.
    comment = tokens_.back().start;
  }
  if (!fetch_flow_or_entry(c)) fetch_content(c);
  // A dash has no comment of its own: it heads what follows.
  if (tokens_.back().kind != TokenKind::block_entry) scan_line_comment(comment);
}

bool CommentedScanner::fetch_flow_or_entry(char c) {
  const bool stands_alone = cursor_.is_space_or_end(1);
  switch (c) {
    case '[':
      fetch_flow_start(TokenKind::flow_sequence_start);
      return true;
    case '{':
      fetch_flow_start(TokenKind::flow_mapping_start);
      return true;
    case ']':
      fetch_flow_end(TokenKind::flow_sequence_end);
      return true;
    case '}':
      fetch_flow_end(TokenKind::flow_mapping_end);
      return true;
    case ',':
      remove_simple_key();
      simple_key_allowed_ = true;
      fetch_one_character(TokenKind::flow_entry);
      return true;
    case '-':
      if (stands_alone) fetch_block_entry();
      return stands_alone;
    case '?':
      if (stands_alone || flow_level_ > 0) fetch_key();
      return stands_alone || flow_level_ > 0;
    case ':':
      if (stands_alone || flow_level_ > 0) fetch_value();
      return stands_alone || flow_level_ > 0;
    default:
      return false;
  }
}

void CommentedScanner::fetch_content(char c) {
  if ((c == '|' || c == '>') && flow_level_ == 0) {
    remove_simple_key();
    simple_key_allowed_ = true;
    insert(scan_block_scalar(c == '|'));
    return;
  }
  const bool is_quote = c == '\'' || c == '"';
  const bool is_known = is_quote || c == '*' || c == '&' || c == '!';
  if (!is_known && !starts_plain(c)) {
    fail(cursor_.mark(), "found character that cannot start any token");
  }
  save_simple_key();
  simple_key_allowed_ = false;
  if (c == '*' || c == '&') {
    insert(scan_anchor(c == '*' ? TokenKind::alias : TokenKind::anchor));
  } else if (c == '!') {
    insert(scan_tag());
  } else {
    insert(is_quote ? scan_quoted(c == '\'') : scan_plain());
  }
}

bool CommentedScanner::starts_plain(char c) const {
  if (c == '-') return !cursor_.is_blank(1);
  if ((c == '?' || c == ':') && flow_level_ == 0) return !cursor_.is_space_or_end(1);
  return !cursor_.is_space_or_end() &&
         std::string_view("?:,[]{}#&*!|>'\"%@`").find(c) == std::string_view::npos;
}

void CommentedScanner::fetch_stream_end() {
  if (cursor_.mark().column != 0) {
    cursor_.mark().column = 0;
    ++cursor_.mark().line;
  }
  unroll_indent(-1, cursor_.mark());
  remove_simple_key();
  simple_key_allowed_ = false;
  CommentedToken token;
  token.kind = TokenKind::stream_end;
  token.start = cursor_.mark();
  insert(std::move(token));
}

void CommentedScanner::fetch_directive() {
  unroll_indent(-1, cursor_.mark());
  remove_simple_key();
  simple_key_allowed_ = false;
  insert(scan_directive());
}

void CommentedScanner::fetch_document_indicator(TokenKind kind) {
  unroll_indent(-1, cursor_.mark());
  remove_simple_key();
  simple_key_allowed_ = false;
  fetch_one_character(kind);
  cursor_.skip();
  cursor_.skip();
}

void CommentedScanner::fetch_one_character(TokenKind kind) {
  CommentedToken token;
  token.kind = kind;
  token.start = cursor_.mark();
  cursor_.skip();
  insert(std::move(token));
}

void CommentedScanner::fetch_flow_start(TokenKind kind) {
  save_simple_key();
  SimpleKey key;
  key.token_number = parsed_ + static_cast<std::ptrdiff_t>(tokens_.size() - head_);
  key.mark = cursor_.mark();
  simple_keys_.push_back(key);
  if (++flow_level_ > nesting_max) {
    fail(key.mark, "exceeded max depth of " + std::to_string(nesting_max));
  }
  simple_key_allowed_ = true;
  fetch_one_character(kind);
}

void CommentedScanner::fetch_flow_end(TokenKind kind) {
  remove_simple_key();
  if (flow_level_ > 0) {
    --flow_level_;
    keys_by_token_.erase(simple_keys_.back().token_number);
    simple_keys_.pop_back();
  }
  simple_key_allowed_ = false;
  fetch_one_character(kind);
}

void CommentedScanner::fetch_block_entry() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_) {
      fail(cursor_.mark(), "block sequence entries are not allowed in this context");
    }
    roll_indent(cursor_.mark().column, -1, TokenKind::block_sequence_start, cursor_.mark());
  }
  remove_simple_key();
  simple_key_allowed_ = true;
  fetch_one_character(TokenKind::block_entry);
}

void CommentedScanner::fetch_key() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_) {
      fail(cursor_.mark(), "mapping keys are not allowed in this context");
    }
    roll_indent(cursor_.mark().column, -1, TokenKind::block_mapping_start, cursor_.mark());
  }
  remove_simple_key();
  simple_key_allowed_ = flow_level_ == 0;
  fetch_one_character(TokenKind::key);
}

void CommentedScanner::fetch_value() {
  SimpleKey& key = simple_keys_.back();
  if (is_valid(key)) {
    CommentedToken token;
    token.kind = TokenKind::key;
    token.start = key.mark;
    insert(std::move(token), key.token_number - parsed_);
    roll_indent(key.mark.column, key.token_number, TokenKind::block_mapping_start, key.mark);
    key.possible = false;
    keys_by_token_.erase(key.token_number);
    simple_key_allowed_ = false;
  } else {
    if (flow_level_ == 0) {
      if (!simple_key_allowed_) {
        fail(cursor_.mark(), "mapping values are not allowed in this context");
      }
      roll_indent(cursor_.mark().column, -1, TokenKind::block_mapping_start, cursor_.mark());
    }
    simple_key_allowed_ = flow_level_ == 0;
  }
  fetch_one_character(TokenKind::value);
}

bool CommentedScanner::is_valid(SimpleKey& key) {
  if (!key.possible) return false;
  const TextMark& here = cursor_.mark();
  if (key.mark.line >= here.line && key.mark.index + simple_key_characters_max >= here.index) {
    return true;
  }
  if (key.required) fail(key.mark, "could not find expected ':'");
  key.possible = false;
  return false;
}

void CommentedScanner::save_simple_key() {
  if (!simple_key_allowed_) return;
  SimpleKey key;
  key.possible = true;
  key.required = flow_level_ == 0 && indent_ == cursor_.mark().column;
  key.token_number = parsed_ + static_cast<std::ptrdiff_t>(tokens_.size() - head_);
  key.mark = cursor_.mark();
  remove_simple_key();
  simple_keys_.back() = key;
  keys_by_token_[key.token_number] = simple_keys_.size() - 1;
}

void CommentedScanner::remove_simple_key() {
  SimpleKey& key = simple_keys_.back();
  if (!key.possible) return;
  if (key.required) fail(key.mark, "could not find expected ':'");
  key.possible = false;
  keys_by_token_.erase(key.token_number);
}

void CommentedScanner::roll_indent(std::ptrdiff_t column, std::ptrdiff_t number, TokenKind kind,
                                   TextMark mark) {
  if (flow_level_ > 0 || indent_ >= column) return;
  indents_.push_back(indent_);
  indent_ = column;
  if (static_cast<std::ptrdiff_t>(indents_.size()) > nesting_max) {
    fail(simple_keys_.back().mark, "exceeded max depth of " + std::to_string(nesting_max));
  }
  CommentedToken token;
  token.kind = kind;
  token.start = mark;
  insert(std::move(token), number > -1 ? number - parsed_ : number);
}

void CommentedScanner::unroll_indent(std::ptrdiff_t column, const TextMark& scanned) {
  if (flow_level_ > 0) return;
  TextMark end = scanned;
  --end.index;
  while (indent_ > column) {
    // The end moves before comments at the column of the block that ends: they are feet of the
    // blocks around it.
    std::ptrdiff_t stop = end.index;
    for (std::size_t i = comments_.size(); i > 0; --i) {
      const ScannedComment& comment = comments_[i - 1];
      if (comment.end.index < stop) break;
      if (comment.start.column == indent_ + 1) end = comment.start;
      stop = comment.scanned.index;
    }
    CommentedToken token;
    token.kind = TokenKind::block_end;
    token.start = end;
    insert(std::move(token));
    indent_ = indents_.back();
    indents_.pop_back();
  }
}

void CommentedScanner::scan_to_next_token() {
  const TextMark scanned = cursor_.mark();
  while (true) {
    cursor_.ensure(1);
    if (cursor_.mark().column == 0 && cursor_.is_byte_order_mark()) cursor_.skip();
    cursor_.ensure(1);
    while (cursor_.at() == ' ' ||
           ((flow_level_ > 0 || !simple_key_allowed_) && cursor_.at() == '\t')) {
      cursor_.skip();
      cursor_.ensure(1);
    }
    move_entry_comment();
    if (cursor_.at() == '#') scan_comments(scanned);
    if (!cursor_.is_break()) return;
    cursor_.ensure(2);
    cursor_.skip_line();
    if (flow_level_ == 0) simple_key_allowed_ = true;
  }
}

// "- # comment" followed by content on the next line: the comment heads that content.
void CommentedScanner::move_entry_comment() {
  if (comments_.empty() || tokens_.size() < 2) return;
  ScannedComment& comment = comments_.back();
  if (tokens_[tokens_.size() - 2].kind != TokenKind::block_sequence_start ||
      tokens_.back().kind != TokenKind::block_entry || comment.line.empty() || cursor_.is_break()) {
    return;
  }
  comment.head = std::move(comment.line);
  comment.line.clear();
  if (comment.start.line == cursor_.mark().line - 1) comment.token = cursor_.mark();
}

}  // namespace reconcile::model
