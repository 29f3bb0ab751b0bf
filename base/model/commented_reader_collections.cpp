#include "base/model/commented_reader.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

void CommentedReader::block_sequence(CommentedNode& list) {
  const TextMark start = peek().start;
  scanner_.drop();
  while (true) {
    const CommentedToken& token = peek();
    if (token.kind == TokenKind::block_end) {
      scanner_.drop();
      return;
    }
    if (token.kind != TokenKind::block_entry) {
      fail(start, token.start, "did not find expected '-' indicator");
    }
    const std::size_t stem = head_.size();
    scanner_.drop();
    split_stem(stem);
    const TokenKind next = peek_kind();
    if (passed_error_.has_value()) throw Error(*passed_error_);
    const bool is_empty = next == TokenKind::block_entry || next == TokenKind::block_end;
    list.content.push_back(is_empty ? empty_scalar() : node(Context::block));
  }
}

void CommentedReader::indentless_sequence(CommentedNode& list) {
  while (peek_kind() == TokenKind::block_entry) {
    const std::size_t stem = head_.size();
    scanner_.drop();
    split_stem(stem);
    const TokenKind next = peek_kind();
    if (passed_error_.has_value()) throw Error(*passed_error_);
    const bool is_empty = next == TokenKind::block_entry || next == TokenKind::key ||
                          next == TokenKind::value || next == TokenKind::block_end;
    list.content.push_back(is_empty ? empty_scalar() : node(Context::block));
  }
}

// The comment above a dash heads the whole map or list that the dash starts, not its first entry.
void CommentedReader::split_stem(std::size_t length) {
  if (length == 0) return;
  TokenKind next = TokenKind::stream_end;
  try {
    next = peek_kind();
  } catch (const Error& error) {
    // go-yaml looks again behind the error and reports what is wrong there, if anything is.
    passed_error_ = error;
    return;
  }
  if (next != TokenKind::block_sequence_start && next != TokenKind::block_mapping_start) return;
  stem_ = head_.substr(0, length);
  head_.erase(0, length + 1);
}

void CommentedReader::block_mapping(CommentedNode& map) {
  const TextMark start = peek().start;
  scanner_.drop();
  const auto part = [&]() -> CommentedNode {
    scanner_.drop();
    const TokenKind next = peek_kind();
    const bool is_empty =
        next == TokenKind::key || next == TokenKind::value || next == TokenKind::block_end;
    return is_empty ? empty_scalar() : node(Context::block_or_indentless);
  };
  while (true) {
    const CommentedToken& token = peek();
    if (token.kind == TokenKind::block_end) break;
    if (token.kind != TokenKind::key) {
      fail(start, token.start, "did not find expected key");
    }
    map.content.push_back(part());
    CommentedNode& key = map.content.back();
    if (!key.foot_comment.empty() && map.content.size() > 2) {
      // A foot that the next key found belongs to the entry before it.
      map.content[map.content.size() - 3].foot_comment = std::move(key.foot_comment);
      key.foot_comment.clear();
    }
    map.content.push_back(peek_kind() == TokenKind::value ? part() : empty_scalar());
    place_feet(map);
  }
  CommentedNode end;
  set_comments(end);
  scanner_.drop();
  map.line_comment = std::move(end.line_comment);
  map.foot_comment = std::move(end.foot_comment);
  if (!map.foot_comment.empty() && map.content.size() > 1) {
    map.content[map.content.size() - 2].foot_comment = std::move(map.foot_comment);
    map.foot_comment.clear();
  }
}

void CommentedReader::place_feet(CommentedNode& map) {
  CommentedNode& key = map.content[map.content.size() - 2];
  CommentedNode& value = map.content.back();
  if (!key.foot_comment.empty() || value.foot_comment.empty()) return;
  key.foot_comment = std::move(value.foot_comment);
  value.foot_comment.clear();
}

void CommentedReader::flow_sequence(CommentedNode& list) {
  set_comments(list);
  const TextMark start = peek().start;
  scanner_.drop();
  for (bool is_first = true; peek_kind() != TokenKind::flow_sequence_end; is_first = false) {
    if (!is_first) {
      if (peek_kind() != TokenKind::flow_entry) {
        fail(start, peek().start, "did not find expected ',' or ']'");
      }
      scanner_.drop();
    }
    const TokenKind next = peek_kind();
    if (next == TokenKind::flow_sequence_end) break;
    list.content.push_back(next == TokenKind::key ? flow_pair() : node(Context::flow));
  }
  CommentedNode end;
  set_comments(end);
  scanner_.drop();
  list.line_comment = std::move(end.line_comment);
  list.foot_comment = std::move(end.foot_comment);
}

CommentedNode CommentedReader::flow_pair() {
  CommentedNode map = collection(CommentedKind::map, {});
  map.style = Style::flow;
  scanner_.drop();
  const TokenKind first = peek_kind();
  const bool has_key = first != TokenKind::value && first != TokenKind::flow_entry &&
                       first != TokenKind::flow_sequence_end;
  if (has_key) {
    map.content.push_back(node(Context::flow));
  } else {
    scanner_.drop();
    map.content.push_back(empty_scalar());
  }
  bool has_value = false;
  if (peek_kind() == TokenKind::value) {
    scanner_.drop();
    const TokenKind next = peek_kind();
    has_value = next != TokenKind::flow_entry && next != TokenKind::flow_sequence_end;
  }
  map.content.push_back(has_value ? node(Context::flow) : empty_scalar());
  place_feet(map);
  return map;
}

void CommentedReader::flow_mapping(CommentedNode& map) {
  set_comments(map);
  const TextMark start = peek().start;
  scanner_.drop();
  const auto is_part_end = [](TokenKind kind) {
    return kind == TokenKind::flow_entry || kind == TokenKind::flow_mapping_end;
  };
  for (bool is_first = true; peek_kind() != TokenKind::flow_mapping_end; is_first = false) {
    if (!is_first) {
      if (peek_kind() != TokenKind::flow_entry) {
        fail(start, peek().start, "did not find expected ',' or '}'");
      }
      scanner_.drop();
    }
    if (peek_kind() == TokenKind::flow_mapping_end) break;
    bool may_have_value = false;
    if (peek_kind() == TokenKind::key) {
      may_have_value = true;
      scanner_.drop();
      const TokenKind next = peek_kind();
      const bool has_key = next != TokenKind::value && !is_part_end(next);
      map.content.push_back(has_key ? node(Context::flow) : empty_scalar());
    } else {
      map.content.push_back(node(Context::flow));
    }
    bool has_value = false;
    if (may_have_value && peek_kind() == TokenKind::value) {
      scanner_.drop();
      has_value = !is_part_end(peek_kind());
    }
    map.content.push_back(has_value ? node(Context::flow) : empty_scalar());
    place_feet(map);
  }
  CommentedNode end;
  set_comments(end);
  scanner_.drop();
  map.line_comment = std::move(end.line_comment);
  map.foot_comment = std::move(end.foot_comment);
}

}  // namespace reconcile::model
