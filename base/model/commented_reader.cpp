#include "base/model/commented_reader.hpp"

#include <optional>

#include "base/model/yaml_resolve.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

constexpr int depth_max = 1000;
constexpr std::string_view long_prefix = "tag:yaml.org,2002:";

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::string short_tag(const std::string& tag) {
  if (!tag.starts_with(long_prefix)) return tag;
  return "!!" + tag.substr(long_prefix.size());
}

}  // namespace

std::string_view plain_tag(std::string_view text) {
  if (text == "<<") return "!!str";
  switch (resolve_plain(text, YamlDialect::v3).tag) {
    case ScalarTag::null:
      return "!!null";
    case ScalarTag::boolean:
      return "!!bool";
    case ScalarTag::integer:
      return "!!int";
    case ScalarTag::floating:
      return "!!float";
    case ScalarTag::timestamp:
      return "!!timestamp";
    default:
      return "!!str";
  }
}

CommentedNode make_commented_scalar(std::string_view text) {
  CommentedNode node;
  node.value = text;
  return node;
}

CommentedNode* CommentedNode::find(std::string_view key) noexcept {
  if (kind != CommentedKind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < content.size(); i += 2) {
    if (content[i].value == key) return &content[i + 1];
  }
  return nullptr;
}

bool CommentedNode::is_null() const noexcept {
  return kind == CommentedKind::scalar && tag == "!!null";
}

CommentedYaml CommentedYaml::parse(std::string_view text) {
  return CommentedReader(text).read();
}

void CommentedReader::fail(const TextMark& context, const TextMark& problem,
                           std::string_view text) {
  const std::ptrdiff_t line = context.line != 0 ? context.line : problem.line;
  std::string message = "yaml: ";
  if (line != 0) message += "line " + std::to_string(line) + ": ";
  throw Error(ErrorCode::invalid_input, message.append(text));
}

const CommentedToken& CommentedReader::peek() {
  const CommentedToken& token = scanner_.peek();
  std::vector<ScannedComment>& comments = scanner_.comments();
  while (next_comment_ < comments.size() &&
         token.start.index >= comments[next_comment_].token.index) {
    ScannedComment& comment = comments[next_comment_];
    // An end has no head: it waits for the token behind.
    if (!comment.head.empty() && token.kind == TokenKind::block_end) break;
    add_line(head_, comment.head);
    add_line(foot_, comment.foot);
    add_line(line_, comment.line);
    comment = {};
    ++next_comment_;
  }
  return token;
}

void CommentedReader::set_comments(CommentedNode& node) {
  node.head_comment = std::move(head_);
  node.line_comment = std::move(line_);
  node.foot_comment = std::move(foot_);
  head_.clear();
  line_.clear();
  foot_.clear();
  stem_.clear();
}

CommentedYaml CommentedReader::read() {
  CommentedYaml document;
  peek();
  scanner_.drop();
  const TokenKind first = peek_kind();
  if (first == TokenKind::stream_end) return document;
  document.present_ = true;
  const bool is_explicit = first == TokenKind::version_directive ||
                           first == TokenKind::tag_directive || first == TokenKind::document_start;
  read_directives();
  if (is_explicit) {
    const TextMark start = peek().start;
    if (peek_kind() != TokenKind::document_start) {
      fail({}, start, "did not find expected <document start>");
    }
    scanner_.drop();
  } else {
    document.head_comment_ = split_document_head();
  }
  const TokenKind content = peek_kind();
  const bool is_empty =
      is_explicit && (content <= TokenKind::document_end && content >= TokenKind::stream_end);
  document.root_ = is_empty ? empty_scalar() : node(Context::block);
  if (peek_kind() == TokenKind::document_end) scanner_.drop();
  document.foot_comment_ = foot_.empty() ? head_ : foot_;
  return document;
}

// What stands before the last empty line of the first comment is the document's own.
std::string CommentedReader::split_document_head() {
  for (std::size_t i = head_.size(); i > 1; --i) {
    const std::size_t at = i - 1;
    if (head_[at] != '\n') continue;
    const bool is_last = at == head_.size() - 1;
    if (!is_last && head_[at - 1] != '\n') continue;
    std::string document = head_.substr(0, is_last ? at : at - 1);
    head_.erase(0, at + 1);
    return document;
  }
  return {};
}

void CommentedReader::read_directives() {
  bool has_version = false;
  while (true) {
    const CommentedToken& token = peek();
    if (token.kind == TokenKind::version_directive) {
      if (has_version) fail({}, token.start, "found duplicate %YAML directive");
      if (!token.is_yaml_1_1) fail({}, token.start, "found incompatible YAML document");
      has_version = true;
    } else if (token.kind == TokenKind::tag_directive) {
      add_directive({token.value, token.suffix}, false, token.start);
    } else {
      break;
    }
    scanner_.drop();
  }
  add_directive({"!", "!"}, true, {});
  add_directive({"!!", std::string(long_prefix)}, true, {});
}

void CommentedReader::add_directive(TagDirective directive, bool may_repeat, const TextMark& mark) {
  for (const TagDirective& known : directives_) {
    if (known.handle != directive.handle) continue;
    if (may_repeat) return;
    fail({}, mark, "found duplicate %TAG directive");
  }
  directives_.push_back(std::move(directive));
}

CommentedNode CommentedReader::node(Context context) {
  if (++depth_ > depth_max) {
    throw Error(ErrorCode::limit_exceeded,
                "yaml: nesting deeper than " + std::to_string(depth_max) + " levels");
  }
  if (peek_kind() == TokenKind::alias) {
    --depth_;
    return alias();
  }
  const Properties found = properties();
  const CommentedToken& token = peek();
  CommentedNode result;
  switch (token.kind) {
    case TokenKind::scalar:
      result = scalar(found);
      break;
    case TokenKind::flow_sequence_start:
      result = collection(CommentedKind::list, found);
      result.style = Style::flow;
      flow_sequence(result);
      break;
    case TokenKind::flow_mapping_start:
      result = collection(CommentedKind::map, found);
      result.style = Style::flow;
      flow_mapping(result);
      break;
    default:
      if (context == Context::block_or_indentless && token.kind == TokenKind::block_entry) {
        result = collection(CommentedKind::list, found);
        indentless_sequence(result);
      } else if (context != Context::flow && token.kind == TokenKind::block_sequence_start) {
        result = collection(CommentedKind::list, found);
        result.head_comment = std::move(stem_);
        stem_.clear();
        block_sequence(result);
      } else if (context != Context::flow && token.kind == TokenKind::block_mapping_start) {
        result = collection(CommentedKind::map, found);
        result.head_comment = std::move(stem_);
        stem_.clear();
        block_mapping(result);
      } else if (!found.anchor.empty() || !found.tag.empty()) {
        result = empty_scalar(found);
      } else {
        fail(found.start, token.start, "did not find expected node content");
      }
  }
  --depth_;
  return result;
}

CommentedReader::Properties CommentedReader::properties() {
  Properties found;
  found.start = peek().start;
  bool has_anchor = false;
  std::optional<CommentedToken> tag;
  while (true) {
    const CommentedToken& token = peek();
    if (token.kind == TokenKind::anchor && !has_anchor) {
      has_anchor = true;
      found.anchor = token.value;
    } else if (token.kind == TokenKind::tag && !tag.has_value()) {
      tag = token;
    } else {
      if (tag.has_value()) found.tag = full_tag(*tag, found.start);
      return found;
    }
    scanner_.drop();
  }
}

std::string CommentedReader::full_tag(const CommentedToken& token, const TextMark& start) const {
  if (token.value.empty()) return token.suffix;
  for (const TagDirective& directive : directives_) {
    if (directive.handle == token.value) return directive.prefix + token.suffix;
  }
  fail(start, token.start, "found undefined tag handle");
}

CommentedNode CommentedReader::alias() {
  CommentedNode node;
  node.kind = CommentedKind::alias;
  node.value = peek().value;
  set_comments(node);
  scanner_.drop();
  if (!anchors_.contains(node.value)) {
    throw Error(ErrorCode::invalid_input, "yaml: unknown anchor '" + node.value + "' referenced");
  }
  return node;
}

CommentedNode CommentedReader::scalar(const Properties& properties) {
  const CommentedToken& token = peek();
  CommentedNode node = empty_scalar(properties);
  node.value = token.value;
  node.style = token.style;
  if (!node.explicit_tag) {
    node.tag = node.style != Style::plain ? "!!str"
               : node.value == "<<"       ? "!!merge"
                                          : plain_tag(node.value);
  }
  set_comments(node);
  scanner_.drop();
  return node;
}

CommentedNode CommentedReader::empty_scalar(const Properties& properties) {
  CommentedNode node;
  node.anchor = properties.anchor;
  if (!node.anchor.empty()) anchors_.insert(node.anchor);
  node.explicit_tag = !properties.tag.empty() && properties.tag != "!";
  node.tag = node.explicit_tag ? short_tag(properties.tag) : "!!null";
  return node;
}

CommentedNode CommentedReader::collection(CommentedKind kind, const Properties& properties) {
  CommentedNode node = empty_scalar(properties);
  node.kind = kind;
  if (!node.explicit_tag) node.tag = kind == CommentedKind::list ? "!!seq" : "!!map";
  return node;
}

}  // namespace reconcile::model
