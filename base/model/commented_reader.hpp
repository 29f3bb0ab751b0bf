#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/model/commented_scanner.hpp"
#include "reconcile/model/commented_yaml.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

/// Builds a document from tokens. When a comment is taken from the scanner decides which node gets
/// it, so tokens are looked at in exactly the order of go-yaml 3.0.5.
class CommentedReader {
 public:
  explicit CommentedReader(std::string_view text) : scanner_(text) {}

  CommentedYaml read();

 private:
  enum class Context : std::uint8_t { block, block_or_indentless, flow };
  struct Properties {
    TextMark start;
    std::string anchor;
    std::string tag;
  };
  struct TagDirective {
    std::string handle;
    std::string prefix;
  };

  [[noreturn]] static void fail(const TextMark& context, const TextMark& problem,
                                std::string_view text);
  const CommentedToken& peek();
  [[nodiscard]] TokenKind peek_kind() { return peek().kind; }
  void set_comments(CommentedNode& node);

  void read_directives();
  void add_directive(TagDirective directive, bool may_repeat, const TextMark& mark);
  std::string split_document_head();
  CommentedNode node(Context context);
  Properties properties();
  std::string full_tag(const CommentedToken& token, const TextMark& start) const;
  CommentedNode alias();
  CommentedNode scalar(const Properties& properties);
  CommentedNode collection(CommentedKind kind, const Properties& properties);
  CommentedNode empty_scalar(const Properties& properties = {});

  void block_sequence(CommentedNode& list);
  void indentless_sequence(CommentedNode& list);
  void block_mapping(CommentedNode& map);
  void flow_sequence(CommentedNode& list);
  CommentedNode flow_pair();
  void flow_mapping(CommentedNode& map);
  void split_stem(std::size_t length);
  static void place_feet(CommentedNode& map);

  CommentedScanner scanner_;
  std::size_t next_comment_ = 0;
  std::string head_;
  std::string line_;
  std::string foot_;
  std::string stem_;
  std::vector<TagDirective> directives_;
  std::unordered_set<std::string> anchors_;
  std::optional<Error> passed_error_;
  int depth_ = 0;
};

}  // namespace reconcile::model
