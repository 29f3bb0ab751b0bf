#include <algorithm>

#include "base/model/commented_scanner.hpp"

namespace reconcile::model {

void CommentedScanner::scan_line_comment(const TextMark& token) {
  if (cursor_.newlines() > 0) return;
  ScannedComment comment;
  comment.token = token;
  for (std::size_t ahead = 0; ahead < CommentedCursor::lookahead_max; ++ahead) {
    cursor_.ensure(ahead + 1);
    if (cursor_.is_blank(ahead)) continue;
    if (cursor_.at(ahead) == '#') {
      const std::ptrdiff_t index = cursor_.mark().index + static_cast<std::ptrdiff_t>(ahead);
      cursor_.read_rest_of_line(index, comment.line, comment.start);
    }
    break;
  }
  if (!comment.line.empty()) comments_.push_back(std::move(comment));
}

/// Lines of comments between two tokens, and what of them is the foot of the token before, the foot
/// of a block around it, or the head of the token after.
class CommentBlock {
 public:
  CommentBlock(CommentedScanner& scanner, const TextMark& scanned)
      : scanner_(scanner), cursor_(scanner.cursor_), scanned_(scanned) {
    const auto& tokens = scanner.tokens_;
    const CommentedToken* token = &tokens.back();
    if (token->kind == TokenKind::flow_entry && tokens.size() > 1) {
      token = &tokens[tokens.size() - 2];
    }
    follows_value_ = token->kind == TokenKind::value;
    token_ = token->start;
    first_empty_ = cursor_.newlines() <= 1;
    line_ = cursor_.mark().line;
    column_ = cursor_.mark().column;
    // Where a comment must start to be a foot of the content before: the line below it.
    if (scanned.line > 0) {
      foot_line_ = cursor_.mark().line - cursor_.newlines() + 1;
      if (cursor_.newlines() == 0 && cursor_.mark().column > 1) ++foot_line_;
    }
  }

  void scan() {
    std::size_t ahead = 0;
    while (ahead < CommentedCursor::lookahead_max) {
      cursor_.ensure(ahead + 1);
      ++column_;
      if (cursor_.is_blank(ahead)) {
        ++ahead;
        continue;
      }
      const char c = cursor_.at(ahead);
      const bool closes_flow = scanner_.flow_level_ > 0 && (c == ']' || c == '}');
      if (closes_flow || cursor_.is_break_or_end(ahead)) {
        if (closes_flow || !recent_empty_) end_paragraph(ahead, closes_flow);
        if (!cursor_.is_break(ahead)) break;
        first_empty_ = false;
        recent_empty_ = true;
        column_ = 0;
        ++line_;
        ++ahead;
        continue;
      }
      if (!text_.empty() && column_ - 1 < indent() && column_ != start_.column) {
        // At another column: a foot of what precedes rather than the head of what follows.
        add_foot(ahead);
      }
      if (c != '#') break;
      read_line(ahead);
      ahead = 1;
    }
    finish(ahead);
  }

 private:
  [[nodiscard]] std::ptrdiff_t indent() const { return std::max<std::ptrdiff_t>(indent_, 0); }

  void end_paragraph(std::size_t ahead, bool closes_flow) {
    const bool is_foot =
        (start_.line == foot_line_ && !follows_value_) || start_.column - 1 < indent();
    if (closes_flow || (first_empty_ && is_foot)) {
      if (text_.empty()) return;
      if (start_.column - 1 < indent()) token_ = start_;
      add_foot(ahead);
    } else if (!text_.empty() && !cursor_.is_end(ahead)) {
      text_ += '\n';
    }
  }

  void add_foot(std::size_t ahead) {
    const TextMark end{cursor_.mark().index + static_cast<std::ptrdiff_t>(ahead), line_, column_};
    ScannedComment comment;
    comment.scanned = scanned_;
    comment.token = token_;
    comment.start = start_;
    comment.end = end;
    comment.foot.swap(text_);
    scanner_.comments_.push_back(std::move(comment));
    scanned_ = end;
    token_ = end;
  }

  void read_line(std::size_t ahead) {
    const std::ptrdiff_t index = cursor_.mark().index + static_cast<std::ptrdiff_t>(ahead);
    if (text_.empty()) {
      start_ = {index, line_, column_};
    } else {
      text_ += '\n';
    }
    recent_empty_ = false;
    std::string line;
    TextMark ignored;
    cursor_.read_rest_of_line(index, line, ignored);
    text_ += line;
    column_ = 0;
    line_ = cursor_.mark().line;
    indent_ = scanner_.indent_;
  }

  void finish(std::size_t ahead) {
    if (text_.empty()) return;
    ScannedComment comment;
    comment.scanned = scanned_;
    comment.token = start_;
    comment.start = start_;
    comment.end = {cursor_.mark().index + static_cast<std::ptrdiff_t>(ahead) - 1, line_, column_};
    comment.head.swap(text_);
    scanner_.comments_.push_back(std::move(comment));
  }

  CommentedScanner& scanner_;
  CommentedCursor& cursor_;
  TextMark scanned_;
  TextMark token_;
  TextMark start_;
  bool follows_value_ = false;
  bool first_empty_ = false;
  bool recent_empty_ = false;
  std::ptrdiff_t line_ = 0;
  std::ptrdiff_t column_ = 0;
  std::ptrdiff_t foot_line_ = -1;
  std::ptrdiff_t indent_ = scanner_.indent_;
  std::string text_;
};

void CommentedScanner::scan_comments(TextMark scanned) {
  CommentBlock(*this, scanned).scan();
}

}  // namespace reconcile::model
