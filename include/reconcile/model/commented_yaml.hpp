#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/arena.hpp"

namespace reconcile::model {

enum class CommentedKind : std::uint8_t { scalar, list, map, alias };

/// A node of a YAML text as it was written: with comments, styles, tags and anchors, and with
/// aliases and merge keys unexpanded, as go-yaml's yaml.Node.
struct CommentedNode {
  CommentedKind kind = CommentedKind::scalar;
  Style style = Style::plain;  ///< how a scalar is quoted; `flow` for lists and maps
  bool explicit_tag = false;   ///< the tag was written, not found from the text
  std::string tag;             ///< "!!int", "!mine"; empty where unknown
  std::string value;           ///< text of a scalar, name of an alias
  std::string anchor;
  std::string head_comment;  ///< lines above, with their '#'
  std::string line_comment;
  std::string foot_comment;            ///< lines below, before an empty line
  std::vector<CommentedNode> content;  ///< items; keys and values in turn

  /// The value of the first key with text `key`; null where missing or no map.
  [[nodiscard]] CommentedNode* find(std::string_view key) noexcept;
  /// Whether nothing was read or set: neither text nor tag, as in an empty document.
  [[nodiscard]] bool is_null() const noexcept;
};

/// An untagged plain scalar: what the text means is decided when it is read again.
CommentedNode make_commented_scalar(std::string_view text);
/// The tag that go-yaml 3.0.5 finds for an untagged plain scalar, e.g. "!!int".
std::string_view plain_tag(std::string_view text);

/// The first document of a text, kept so that writing it gives what kustomize's kyaml 0.21.2 gives:
/// comments and styles stay, indentation and blank lines are made anew.
class CommentedYaml {
 public:
  /// Throws Error(invalid_input) in go-yaml's words; Error(limit_exceeded) for nesting deeper than
  /// 1,000 levels.
  static CommentedYaml parse(std::string_view text);

  /// Whether there was a document; a text of comments alone has none.
  [[nodiscard]] bool present() const noexcept { return present_; }
  [[nodiscard]] CommentedNode& root() noexcept { return root_; }
  [[nodiscard]] const CommentedNode& root() const noexcept { return root_; }

  /// The document with its comments, as kyaml's String: indent 2, lists not indented under their
  /// key, no folding. Throws Error(limit_exceeded) for nesting deeper than 1,000 levels.
  [[nodiscard]] std::string write() const;

 private:
  friend class CommentedReader;

  bool present_ = false;
  std::string head_comment_;
  std::string foot_comment_;
  CommentedNode root_;
};

/// One node as a document of its own.
std::string write_commented(const CommentedNode& node);

}  // namespace reconcile::model
